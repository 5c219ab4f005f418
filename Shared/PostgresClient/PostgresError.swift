/// Why a piece of work with PostgreSQL failed.
///
/// `description` is fit for logs: it names the condition, the statement, the constraint and the table, and never
/// repeats a value. The server's own text may quote rows and parameters, so it is only in `sensitiveText`: not in
/// `debugDescription`, which Swift prints unasked for errors inside optionals, arrays and other errors.
public struct PostgresError: Error, Sendable {
    /// The kinds of failure that callers tell apart.
    public enum Code: String, Sendable {
        /// The configuration cannot be used; nothing was tried.
        case invalidConfiguration
        /// No connection came about.
        case connectionFailed
        /// The connection broke. What a pipeline in progress did is unknown: a COMMIT may have taken place.
        case connectionLost
        /// The server refused a statement; `sqlState` says why.
        case server
        /// The server or a statement did something that this client does not allow, such as COPY.
        case protocolViolation
        /// A result is not of the shape that was asked for.
        case decoding
        /// A parameter or a statement cannot be sent; nothing was sent.
        case encoding
        /// The connection or the pool was closed before.
        case closed
        /// The task was cancelled before anything was sent, or `cancel()` stopped the statement.
        case cancelled
        /// No connection became free in time.
        case poolExhausted
        /// More pipelines wait for the connection than its limit.
        case tooManyQueued
    }

    /// What kind of failure this is.
    public let code: Code
    /// The server's condition code, five characters, where the server spoke.
    public let sqlState: String?
    /// The name of the statement that failed.
    public internal(set) var statementName: String?
    /// The constraint that refused a row.
    public let constraintName: String?
    /// The table that the server named.
    public let tableName: String?
    /// The column that the server named.
    public let columnName: String?
    /// Whether the failure came from a preparation that the server no longer honours; the next use prepares anew.
    let isStalePreparation: Bool
    private let explanation: String
    /// The server's full text with its detail, which may hold personal data: for a debugger, never for a log.
    public let sensitiveText: String?

    init(
        _ code: Code, _ explanation: String, sqlState: SQLState? = nil, statementName: String? = nil,
        serverText: String? = nil
    ) {
        self.init(
            code: code, explanation: explanation, sqlState: sqlState, statementName: statementName,
            diagnostics: ServerDiagnostics(), serverText: serverText, isStalePreparation: false)
    }

    init(
        code: Code, explanation: String, sqlState: SQLState?, statementName: String?, diagnostics: ServerDiagnostics,
        serverText: String?, isStalePreparation: Bool
    ) {
        self.code = code
        self.explanation = explanation
        self.sqlState = sqlState?.text
        self.statementName = statementName
        self.constraintName = diagnostics.constraintName
        self.tableName = diagnostics.tableName
        self.columnName = diagnostics.columnName
        sensitiveText = serverText
        self.isStalePreparation = isStalePreparation
    }

    /// Whether the whole piece of work may succeed if it is done again from its start.
    public var isTransient: Bool {
        switch code {
        case .connectionLost, .poolExhausted, .tooManyQueued: true
        // 55000 on connecting: somebody keeps everybody out of this database for a while. XX000: a server whose disk is full says
        // so to whoever connects ("could not write init file").
        case .connectionFailed:
            ["55000", "XX000"].contains(sqlState) || (sqlState.flatMap(SQLState.init)?.isTransient ?? true)
        case .server: isStalePreparation || (sqlState.flatMap(SQLState.init)?.isTransient ?? false)
        case .invalidConfiguration, .protocolViolation, .decoding, .encoding, .closed, .cancelled: false
        }
    }

    /// Whether only another session may succeed when the work is done again.
    var staysWithSession: Bool { sqlState.flatMap(SQLState.init)?.staysWithSession ?? false }

    /// Whether a unique index or primary key refused a row (SQLSTATE 23505).
    public var isUniqueViolation: Bool { sqlState == SQLState.uniqueViolation.text }

    /// Whether a lock was not free in time (SQLSTATE 55P03).
    public var isLockTimeout: Bool { sqlState == SQLState.lockNotAvailable.text }

    /// Whether a foreign key refused a change (SQLSTATE 23503).
    public var isForeignKeyViolation: Bool { sqlState == SQLState.foreignKeyViolation.text }
}

/// The names that the server attached to a refusal: parts of the schema, never data.
struct ServerDiagnostics: Sendable {
    var constraintName: String?
    var tableName: String?
    var columnName: String?
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    /// One line without data: what happened, where, and what to do.
    public var description: String {
        var text = "PostgreSQL \(code.rawValue)"
        if let sqlState { text += " \(sqlState)" }
        text += ": \(explanation)"
        let places = [
            ("statement", statementName), ("constraint", constraintName), ("table", tableName), ("column", columnName),
        ]
        let named = places.compactMap { place, name in name.map { "\(place) \($0)" } }
        return named.isEmpty ? text : text + " (" + named.joined(separator: ", ") + ")"
    }

    /// The same as the description.
    public var debugDescription: String { description }
}

extension PostgresError: CustomReflectable {
    /// Only the description, so that `dump` shows no data.
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
