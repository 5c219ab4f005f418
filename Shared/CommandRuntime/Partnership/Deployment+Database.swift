import PostgresClient

extension Deployment {
    /// Runs a body on a connection as the database's owner, which is closed afterwards.
    public func withDatabase<Value: Sendable>(_ body: @Sendable (PostgresConnection) async throws -> Value) async throws
        -> Value
    {
        let connection = try await PostgresConnection.connect(try postgres(isLong: true))
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }
}
