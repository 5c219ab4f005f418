import COpenSSL
import FoundationEssentials

/// A secret that a receiver shares with us, in the form of the Standard Webhooks specification: `whsec_` and 24 to 64 bytes in
/// base64.
public struct WebhookSecret: Sendable, Equatable {
    private let key: [UInt8]

    /// `nil` if the text has not that form.
    public init?(_ text: String) {
        guard text.hasPrefix("whsec_"), let data = Data(base64Encoded: String(text.dropFirst(6))),
            (24...64).contains(data.count)
        else { return nil }
        key = Array(data)
    }

    /// Reads a file with a secret in its first line. The error names the file, never what stands in it.
    public static func read(file: String) throws(ChannelSettingsError) -> WebhookSecret {
        guard let secret = SecretFile.firstLine(of: file).flatMap(WebhookSecret.init) else {
            throw ChannelSettingsError(problems: [
                "There is no webhook secret in \(file): its first line is 'whsec_' and 24 to 64 bytes in base64."
            ])
        }
        return secret
    }

    /// The signature of a message: HMAC-SHA256 in base64, with the version of the scheme in front.
    func signature(of bytes: [UInt8]) -> String? {
        var digest = [UInt8](repeating: 0, count: 32)
        guard keepsight_hmac_sha256(key, key.count, bytes, bytes.count, &digest) != 0 else { return nil }
        return "v1," + Data(digest).base64EncodedString()
    }
}

/// A message for the system of an agency, signed as the Standard Webhooks specification has it.
public struct WebhookMessage: Sendable, Equatable {
    /// Where it goes.
    public var url: String
    /// The same through every attempt, so that the receiver knows a repetition.
    public var id: String
    /// When this attempt is made, in seconds since 1970: a receiver refuses what was signed long ago.
    public var secondsSinceEpoch: Int64
    /// One JSON object.
    public var body: [UInt8]

    /// A message.
    public init(url: String, id: String, secondsSinceEpoch: Int64, body: [UInt8]) {
        self.url = url
        self.id = id
        self.secondsSinceEpoch = secondsSinceEpoch
        self.body = body
    }

    /// The headers, signed with each of the secrets; `nil` if it could not be signed with any.
    public func headers(signedWith secrets: [WebhookSecret]) -> [(name: String, value: String)]? {
        let signed = Array("\(id).\(secondsSinceEpoch).".utf8) + body
        let signatures = secrets.compactMap { $0.signature(of: signed) }
        guard !signatures.isEmpty else { return nil }
        return [
            ("content-type", "application/json"), ("webhook-id", id), ("webhook-timestamp", "\(secondsSinceEpoch)"),
            ("webhook-signature", signatures.joined(separator: " ")), ("user-agent", "keepsight"),
            // Without it libcurl asks first whether a long body is welcome, and waits.
            ("expect", ""),
        ]
    }
}
