import PostgresClient

extension Deployment {
    /// Runs a body on a connection as the database's owner, which is closed afterwards.
    public func withDatabase<Value: Sendable>(_ body: @Sendable (PostgresConnection) async throws -> Value) async throws
        -> Value
    {
        try await PostgresConnection.withConnection(try postgres(isLong: true), body)
    }
}
