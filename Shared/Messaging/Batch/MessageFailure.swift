/// Why a message can never be handled, however often it is tried: it goes to the dead letters, and its household waits.
///
/// The reason is for operators; it names fields and codes, never what stood in them.
public struct MessageFailure: Error, Sendable, Hashable {
    /// Kebab-case: `undecodable`, `unknown-type`, `state-unreadable`.
    public let code: String
    /// A sentence without personal data.
    public let reason: String

    /// A failure with its code and a sentence.
    public init(code: String, reason: String) {
        self.code = code
        self.reason = reason
    }
}
