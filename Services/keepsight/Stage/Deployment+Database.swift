import PostgresClient

extension Deployment {
    /// Runs a body on a connection as the database's owner, which is closed afterwards.
    func withDatabase<Value: Sendable>(_ body: @Sendable (PostgresConnection) async throws -> Value) async throws
        -> Value
    {
        let connection = try await PostgresConnection.connect(try postgres())
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

extension PostgresConnection {
    /// Lets every service of a stage see a clock that is so many days ahead.
    func moveClock(byDays days: Int) async throws {
        try await runScript(
            """
            CREATE OR REPLACE FUNCTION app.now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
            RETURN pg_catalog.now() + interval '\(days) days';
            """)
    }
}
