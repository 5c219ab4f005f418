extension PostgresConnection {
    /// Connects, runs a body on the connection, and closes it, whatever becomes of the body.
    ///
    /// Throws what `connect` or the body throws.
    public static func withConnection<Value: Sendable>(
        _ configuration: PostgresConfiguration, _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        let connection = try await connect(configuration)
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
