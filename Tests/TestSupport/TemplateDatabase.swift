import Messaging
import PostgresClient
import ServiceRegistry

/// The database that the others are copies of: migrated once in a test run, since a copy takes a tenth of the time.
actor TemplateDatabase {
    static let shared = TemplateDatabase()

    private var making: Task<String, any Error>?

    /// Its name; makes it if this is the first who asks.
    func name() async throws -> String {
        if let making { return try await making.value }
        let task = Task { try await TemplateDatabase.make() }
        making = task
        return try await task.value
    }

    private static func make() async throws -> String {
        let database = try await TestDatabase.makeEmpty()
        let connection = try await database.connect()
        try await Migrator(
            directory: TestEnvironment.project + "/deploy/migrations", services: ServiceRegistry.names
        ).run(on: connection)
        try await connection.runScript(
            """
            CREATE TABLE app.clock_move (counts_from timestamptz NOT NULL, moved_by interval NOT NULL);
            CREATE OR REPLACE FUNCTION app.now() RETURNS timestamptz LANGUAGE sql STABLE
            RETURN pg_catalog.now() + (
                SELECT coalesce(sum(moved_by), '0') FROM app.clock_move WHERE counts_from <= pg_catalog.now());
            """)
        await connection.close()
        // PostgreSQL copies no database that somebody is connected to, and the server takes a moment to see us gone.
        let admin = try await database.connectToServer()
        let connected = SQLStatement(
            name: "connected",
            "SELECT count(*) AS connections FROM pg_stat_activity WHERE datname = '\(database.name)'")
        while try await admin.run(connected).onlyRow().int8("connections") > 0 {
            try await Task.sleep(for: .milliseconds(10))
        }
        await admin.close()
        return database.name
    }
}
