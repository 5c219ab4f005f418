import ServiceRuntime

/// Why a command ended without what was asked for.
public struct CommandFailure: Error, Sendable, CustomStringConvertible {
    /// How the process ends.
    public let status: ExitStatus
    /// What went wrong, and what to do.
    public let text: TerminalText

    /// The text, as a terminal may have it.
    public var description: String { text.string }

    /// An end with a status and a text.
    public init(_ status: ExitStatus, _ text: TerminalText) {
        self.status = status
        self.text = text
    }
}
