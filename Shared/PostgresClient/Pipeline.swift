/// Statements that go to the server together: one synchronisation, one round trip.
///
/// Without a BEGIN of its own a pipeline is one implicit transaction. With one, a failure leaves the transaction open
/// and aborted, for the caller to roll back.
public struct Pipeline: Sendable {
    /// The most statements that one pipeline takes.
    public static let maximumStatements = 1_024

    enum Entry: Sendable {
        case statement(SQLStatement, [PostgresValue])
        case command(SQLStatement)

        var statement: SQLStatement {
            switch self {
            case .statement(let statement, _), .command(let statement): statement
            }
        }
    }

    private(set) var entries: [Entry] = []

    /// An empty pipeline. It may be run: it costs no round trip and has no results.
    public init() {}

    /// How many statements it holds.
    public var count: Int { entries.count }

    /// Adds a statement with its parameters; its result stands at the same place among the results.
    public mutating func add(_ statement: SQLStatement, _ parameters: [PostgresValue] = []) {
        entries.append(.statement(statement, parameters))
    }

    /// Adds a command without parameters, such as BEGIN, COMMIT or SAVEPOINT. It is not kept prepared.
    public mutating func simple(_ text: String) {
        entries.append(.command(SQLStatement(name: text, text)))
    }
}
