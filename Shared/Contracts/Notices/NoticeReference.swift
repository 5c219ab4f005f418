import Safeguarding

/// How an e-mail or a webhook names a notice: opaque, good for one agency alone, and derived from the notice, so that the
/// agency finds it again among its own. It says neither the household nor the child, and two agencies that compare theirs
/// learn nothing from them.
public struct NoticeReference: Hashable, Sendable, CustomStringConvertible {
    private static let groups = 4
    private static let groupDigits = 4

    /// Four groups of four hexadecimal digits: `7f3a-91c2-04de-b3aa`.
    public let text: String

    /// The reference under which an agency knows a notice.
    public init(of notice: NoticeID, for agency: AgencyCode) {
        let digits = SHA256.identifier("notice-reference", agency.text, notice.text).utf8
        text = (0..<NoticeReference.groups).map { group in
            let group = digits.dropFirst(group * NoticeReference.groupDigits).prefix(NoticeReference.groupDigits)
            return String(decoding: group, as: UTF8.self)
        }.joined(separator: "-")
    }

    /// `nil` if the text has not a reference's form.
    public init?(_ text: String) {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.count == NoticeReference.groups,
            groups.allSatisfy({ group in
                group.utf8.count == NoticeReference.groupDigits
                    && group.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
            })
        else { return nil }
        self.text = text
    }

    /// The reference's text.
    public var description: String { text }
}
