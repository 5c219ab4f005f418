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
    /// Lets every service of a stage see a clock that is so many days ahead; returns when it is.
    ///
    /// A transaction may ask for the time more than once, and must hear the same each time. So what is replaced now counts
    /// for transactions that begin a second later, when those that began under the old function know the new one.
    func moveClock(byDays days: Int) async throws {
        try await runScript(
            """
            DO $$ BEGIN
                EXECUTE format(
                    'CREATE OR REPLACE FUNCTION app.now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
                    RETURN pg_catalog.now()
                        + CASE WHEN pg_catalog.now() < %L::timestamptz THEN interval ''0'' ELSE interval ''\(days) days'' END',
                    clock_timestamp() + interval '1 second');
            END $$;
            SELECT pg_sleep(1);
            """)
    }
}
