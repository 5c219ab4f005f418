import PostgresClient

/// A statement with its parameters, on its way into a pipeline.
public struct Query: Sendable {
    /// What to run.
    public let statement: SQLStatement
    /// Its parameters, `$1` first.
    public let parameters: [PostgresValue]

    /// A statement with its parameters.
    public init(_ statement: SQLStatement, _ parameters: [PostgresValue] = []) {
        self.statement = statement
        self.parameters = parameters
    }
}
