/// A notice or warning that the server sent beside its results.
public struct PostgresNotice: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// NOTICE, WARNING, INFO …, not translated.
    public let severity: String
    /// The server's condition code.
    public let sqlState: String
    /// The server's text, which may hold personal data: for a debugger, never for a log.
    public let sensitiveText: String

    init(severity: String, sqlState: String, serverText: String) {
        self.severity = severity
        self.sqlState = sqlState
        sensitiveText = serverText
    }

    /// Severity and code.
    public var description: String { "\(severity) \(sqlState)" }

    /// The same as the description.
    public var debugDescription: String { description }

    /// Only the description, so that `dump` shows no data.
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
