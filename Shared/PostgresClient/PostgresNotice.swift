/// A notice or warning that the server sent beside its results.
public struct PostgresNotice: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// NOTICE, WARNING, INFO …, not translated.
    public let severity: String
    /// The server's condition code.
    public let sqlState: String
    private let serverText: String

    init(severity: String, sqlState: String, serverText: String) {
        self.severity = severity
        self.sqlState = sqlState
        self.serverText = serverText
    }

    /// Severity and code.
    public var description: String { "\(severity) \(sqlState)" }

    /// With the server's text, which may hold personal data: for a debugger, never for a log.
    public var debugDescription: String { "\(severity) \(sqlState): \(serverText)" }
}
