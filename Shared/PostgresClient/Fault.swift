/// Whose fault it is that the server refused something: of what it was given, or of how the server is just now.
///
/// Work that was refused for what it holds will be refused again, however often it is tried, while other work goes through.
/// Whatever else goes wrong concerns everybody, and is over when somebody has mended it.
public enum Fault: Sendable, Equatable {
    /// The value itself, wherever it comes: SQLSTATE classes 21 and 22 (U+0000 in a text, a number out of range), 54 (a key
    /// longer than an index takes), and what cannot even be sent.
    case value
    /// A row that breaks a constraint: class 23. A constraint that is wrong itself refuses everybody's rows with the same code, so
    /// it takes a row of somebody else to tell which it is.
    case row
    /// Grants, schema, disk, locks, connections, corruption, triggers of somebody's own: everything else.
    case surroundings
}

extension SQLState {
    /// Whose fault a refusal with this code is.
    var fault: Fault {
        switch text.prefix(2) {
        // 21000: the rows at hand change one row twice, or are two where one was asked for.
        case "21", "22", "54": .value
        case "23": .row
        default: .surroundings
        }
    }
}

extension PostgresError {
    /// By the SQLSTATE, if the server has said one; a value that cannot be sent is a value's, everything else the surroundings'.
    public var fault: Fault {
        switch code {
        case .server: sqlState.flatMap(SQLState.init)?.fault ?? .surroundings
        case .encoding: .value
        case .invalidConfiguration, .connectionFailed, .connectionLost, .protocolViolation, .decoding, .closed,
            .cancelled, .poolExhausted, .tooManyQueued:
            .surroundings
        }
    }
}
