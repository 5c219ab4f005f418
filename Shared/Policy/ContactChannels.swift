import Safeguarding

/// An e-mail address as it may stand in a mail's header and in a command to a mail server: `local@domain`, in ASCII, without
/// anything that ends a line, quotes or brackets.
public struct EmailAddress: Sendable, Hashable, CustomStringConvertible {
    /// The longest that a mail server takes (RFC 5321 section 4.5.3.1.3, less the brackets).
    public static let maximumBytes = 254

    /// The address, as it was written.
    public let text: String

    /// `nil` if the text is no such address.
    public init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard text.utf8.count <= EmailAddress.maximumBytes, parts.count == 2, (1...64).contains(parts[0].utf8.count),
            parts[0].utf8.allSatisfy(EmailAddress.isLocalByte), EmailAddress.isDomain(parts[1])
        else { return nil }
        self.text = text
    }

    /// The address, as it was written.
    public var description: String { text }

    private static func isLocalByte(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || "!#$%&'*+-/=?^_`{|}~.".utf8.contains(byte)
    }

    private static func isDomain(_ text: Substring) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x2D }
                && label.utf8.first != 0x2D && label.utf8.last != 0x2D
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}

/// Where an agency's own system is told that a notice is there: signed, over HTTPS.
public struct Webhook: Sendable, Hashable {
    /// The longest URL that is taken.
    public static let maximumBytes = 500
    /// Secrets that a message is signed with at the same time, at the most: the old one and its successor, and one to spare.
    public static let maximumSecrets = 3

    /// `https://…`, or `http://` to this very machine.
    public let url: String
    /// Files that hold one secret each, `whsec_…`; a name without a leading slash is beside the policy. Several while one
    /// takes the place of another: the message is signed with each.
    public let secretFiles: [String]

    /// A webhook; `nil` if the URL may not be used.
    public init?(url: String, secretFiles: [String]) {
        guard Webhook.isUsable(url) else { return nil }
        self.url = url
        self.secretFiles = secretFiles
    }

    private static func isUsable(_ url: String) -> Bool {
        guard url.utf8.count <= maximumBytes, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return false }
        for (scheme, mayBeFar) in [("https://", true), ("http://", false)] where url.hasPrefix(scheme) {
            let authority = url.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
            // Credentials in a URL would stand in tables and lists.
            guard !authority.isEmpty, !authority.contains("@") else { return false }
            let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } : authority.prefix { $0 != ":" }
            return mayBeFar ? !host.isEmpty : ["127.0.0.1", "localhost", "[::1"].contains(String(host))
        }
        return false
    }
}

extension PolicyFile {
    /// The contact's `email` and `webhook`; at least one of them.
    mutating func channels(_ node: YAMLNode) -> (email: EmailAddress?, webhook: Webhook?) {
        var email: EmailAddress?
        if node["email"] != nil, let text = text(node, "email") {
            email = EmailAddress(text)
            if email == nil {
                refuse(node["email"], "contact-email", "Write an address as name@domain, in plain letters.")
            }
        }
        var webhook: Webhook?
        if let element = node["webhook"] { webhook = readWebhook(element) }
        if node["email"] == nil, node["webhook"] == nil {
            // Somebody who can be reached by nothing is nobody (row B3).
            refuse(node, "contact-channel", "Give the contact an 'email', a 'webhook' or both.")
        }
        return (email, webhook)
    }

    private mutating func readWebhook(_ node: YAMLNode) -> Webhook? {
        guard checkKeys(of: node, ["url", "secretFiles"]) else { return nil }
        let url = text(node, "url")
        let files = texts(node, "secretFiles")
        if node["secretFiles"]?.elements != nil, !(1...Webhook.maximumSecrets).contains(files.count) {
            refuse(
                node["secretFiles"], "webhook-secret",
                "Name 1 to \(Webhook.maximumSecrets) files with a secret each; whoever receives it checks the signature."
            )
        }
        guard let url else { return nil }
        guard let webhook = Webhook(url: url, secretFiles: files) else {
            refuse(
                node["url"], "webhook-url",
                "Give an https:// address without a user's name in it; http:// only to 127.0.0.1, localhost or [::1].")
            return nil
        }
        return webhook
    }
}
