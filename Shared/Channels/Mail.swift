import FoundationEssentials

/// An e-mail of plain ASCII text to one recipient.
public struct Mail: Sendable, Equatable {
    /// Who sends it: `name@domain`.
    public var from: String
    /// Who receives it: `name@domain`.
    public var to: String
    /// What it is about, one line of ASCII.
    public var subject: String
    /// By which a second copy is known for one: without brackets. The same message keeps its own through every attempt.
    public var messageID: String
    /// When it was written, in seconds since 1970.
    public var secondsSinceEpoch: Int64
    /// The lines of the text, ASCII, without line ends.
    public var lines: [String]

    /// An e-mail.
    public init(
        from: String, to: String, subject: String, messageID: String, secondsSinceEpoch: Int64, lines: [String]
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.messageID = messageID
        self.secondsSinceEpoch = secondsSinceEpoch
        self.lines = lines
    }

    /// The message as a mail server takes it (RFC 5322), with an answer from a machine ruled out (RFC 3834). What no header
    /// may hold is left out.
    public var bytes: [UInt8] {
        let headers = [
            ("Date", date), ("From", "Keepsight <\(from)>"), ("To", "<\(to)>"), ("Subject", subject),
            ("Message-ID", "<\(messageID)>"), ("Auto-Submitted", "auto-generated"), ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=us-ascii"), ("Content-Transfer-Encoding", "7bit"),
        ]
        var bytes: [UInt8] = []
        for (name, value) in headers { bytes += Mail.line(name + ": " + value) }
        bytes += Mail.line("")
        for line in lines { bytes += Mail.line(line) }
        return bytes
    }

    private var date: String {
        // RFC 5322 section 3.3, in universal time.
        let text = Date(timeIntervalSince1970: Double(secondsSinceEpoch)).formatted(.iso8601)
        let parts = text.split(whereSeparator: { "-T:Z".contains($0) }).map(String.init)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, let month = Int(parts[1]), months.indices.contains(month - 1) else { return text }
        return "\(parts[2]) \(months[month - 1]) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) +0000"
    }

    /// At most what a line may hold (RFC 5322 section 2.1.1).
    private static func line(_ text: String) -> [UInt8] {
        text.utf8.filter { $0 >= 0x20 && $0 < 0x7F }.prefix(998) + [0x0D, 0x0A]
    }
}
