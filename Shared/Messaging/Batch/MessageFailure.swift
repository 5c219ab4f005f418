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
        self.reason = MessageFailure.printable(reason)
    }

    /// A reason names fields, and what a field is called somebody else may have written: it must be possible to keep and to show
    /// it, whatever it is.
    private static func printable(_ reason: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in reason.unicodeScalars.prefix(2000) {
            scalars.append(scalar.properties.generalCategory == .control ? "?" : scalar)
        }
        return String(scalars)
    }
}
