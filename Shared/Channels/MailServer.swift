import FoundationEssentials

/// The server that takes e-mails, and how it is spoken to.
public struct MailServer: Sendable, Equatable {
    /// How the way there is kept secret.
    public enum Security: String, CaseIterable, Sendable {
        /// TLS from the first byte, `smtps://`.
        case tls
        /// In clear, then TLS, or not at all: a server that offers none is given nothing.
        case starttls
        /// In clear, which is for a server on this very machine.
        case none
    }

    /// `smtp://host:port` or `smtps://host:port`.
    public let url: String
    /// How the way there is kept secret.
    public let security: Security
    /// Certificates of those who vouch for the server, PEM; the system's if none are named.
    public let caFile: String?
    /// Who we are to the server, if it asks.
    public let user: String?
    /// The file with that user's password, in its first line.
    public let passwordFile: String?
    /// Whom the mails are from.
    public let sender: String

    /// Lines for a service's help text.
    public static let help = """
          KEEPSIGHT_SMTP_URL        smtp://host:port or smtps://host:port; without it no e-mail is sent
          KEEPSIGHT_SMTP_SECURITY   tls, starttls or none (default: starttls; with smtps:// tls; none only to this machine)
          KEEPSIGHT_SMTP_CA_FILE    who vouches for the server, PEM (default: the system's)
          KEEPSIGHT_SMTP_USER       who we are to the server, with KEEPSIGHT_SMTP_PASSWORD_FILE: the file with the password
          KEEPSIGHT_MAIL_FROM       whom the mails are from (required with KEEPSIGHT_SMTP_URL)
        """

    /// Reads the settings; `nil` when there is no server. Throws a sentence for each that is wrong.
    public static func read(environment: [String: String]) throws(ChannelSettingsError) -> MailServer? {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        guard let url = value("KEEPSIGHT_SMTP_URL") else { return nil }
        var problems: [String] = []
        let isSecure = url.hasPrefix("smtps://")
        let host = url.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first.map(String.init) ?? ""
        if !(isSecure || url.hasPrefix("smtp://")) || !isHost(host) {
            problems.append("KEEPSIGHT_SMTP_URL is wrong: give smtp://host:port or smtps://host:port.")
        }
        var security: Security = isSecure ? .tls : .starttls
        if let word = value("KEEPSIGHT_SMTP_SECURITY") {
            if let known = Security(rawValue: word), (known == .tls) == isSecure {
                security = known
            } else {
                problems.append("KEEPSIGHT_SMTP_SECURITY is wrong: tls with smtps://, starttls or none with smtp://.")
            }
        }
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } : host.prefix { $0 != ":" }
        if security == .none, !["127.0.0.1", "localhost", "[::1"].contains(String(name)) {
            problems.append(
                "KEEPSIGHT_SMTP_SECURITY is wrong: in clear only to this machine; use starttls or smtps://.")
        }
        let (user, file) = (value("KEEPSIGHT_SMTP_USER"), value("KEEPSIGHT_SMTP_PASSWORD_FILE"))
        if (user == nil) != (file == nil) {
            problems.append(
                "KEEPSIGHT_SMTP_USER and KEEPSIGHT_SMTP_PASSWORD_FILE belong together: give both or neither.")
        }
        for (setting, file) in [
            ("KEEPSIGHT_SMTP_PASSWORD_FILE", file), ("KEEPSIGHT_SMTP_CA_FILE", value("KEEPSIGHT_SMTP_CA_FILE")),
        ] {
            if let file, SecretFile.firstLine(of: file) == nil {
                problems.append("\(setting) is wrong: there is nothing to be read in \(file).")
            }
        }
        let sender = value("KEEPSIGHT_MAIL_FROM")
        if sender.map(isAddress) != true {
            problems.append("KEEPSIGHT_MAIL_FROM is wrong: give the address that mails come from, name@domain.")
        }
        guard problems.isEmpty, let sender else { throw ChannelSettingsError(problems: problems) }
        return MailServer(
            url: url, security: security, caFile: value("KEEPSIGHT_SMTP_CA_FILE"), user: user, passwordFile: file,
            sender: sender)
    }

    /// The domain of the sender, in which our Message-IDs are unique.
    public var domain: String { sender.split(separator: "@").last.map(String.init) ?? "localhost" }

    /// The password, if a file is named for it; read anew each time, so that it can be changed while the service runs.
    public func password() throws(ChannelSettingsError) -> String? {
        guard let passwordFile else { return nil }
        guard let password = SecretFile.firstLine(of: passwordFile) else {
            throw ChannelSettingsError(problems: ["There is nothing to be read in \(passwordFile)."])
        }
        return password
    }

    /// A name or an address, and a port if one is given.
    private static func isHost(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !text.contains("@") else { return false }
        let behind = text.hasPrefix("[") ? text.drop { $0 != "]" }.dropFirst() : text.drop { $0 != ":" }
        guard behind.hasPrefix(":") else { return behind.isEmpty && (!text.hasPrefix("[") || text.hasSuffix("]")) }
        return !text.hasPrefix(":") && UInt16(behind.dropFirst()).map { $0 > 0 } == true
    }

    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && text.utf8.count <= 254 && !parts[0].isEmpty && !parts[1].isEmpty
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"<>()[]\\,;:\"".utf8.contains($0) }
    }
}

/// Settings of the channels that are missing or wrong, all of them.
public struct ChannelSettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A sentence for each.
    public let problems: [String]

    /// What is wrong, a sentence for each.
    public init(problems: [String]) {
        self.problems = problems
    }

    /// The sentences, one a line.
    public var description: String { problems.joined(separator: "\n") }
}

/// A file with one secret in its first line. What stands in it is never part of an error.
enum SecretFile {
    static let maximumBytes = 1 << 20

    static func firstLine(of path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path), data.count <= maximumBytes else { return nil }
        let line = String(decoding: data, as: UTF8.self).prefix { !$0.isNewline }
        return line.isEmpty ? nil : String(line)
    }
}
