import Foundation
import Messaging
import PostgresClient

/// A database of one test, with every table, that goes with the test.
public struct TestDatabase: Sendable {
    /// Where it is.
    public let url: String
    /// Its name.
    public let name: String
    private let server: String

    /// Makes and migrates a database with a clock that tests can move: `app.now()` is the real time and an offset.
    public static func make() async throws -> TestDatabase {
        let database = try await makeEmpty()
        let connection = try await database.connect()
        try await Migrator(directory: Surroundings.project + "/deploy/migrations").run(on: connection)
        try await connection.runScript(
            """
            CREATE TABLE app.clock (moved_by interval NOT NULL);
            INSERT INTO app.clock VALUES ('0');
            CREATE OR REPLACE FUNCTION app.now() RETURNS timestamptz LANGUAGE sql STABLE
            RETURN pg_catalog.now() + (SELECT moved_by FROM app.clock);
            """)
        await connection.close()
        return database
    }

    /// Makes a database with nothing in it.
    public static func makeEmpty() async throws -> TestDatabase {
        guard let server = Surroundings.databaseURL else {
            throw Missing("KEEPSIGHT_DATABASE_URL is not set. Run the tests by deploy/test.")
        }
        let name = "t_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
        let url =
            server.split(separator: "/").dropLast().joined(separator: "/").replacingOccurrences(of: ":/", with: "://")
            + "/" + name
        let admin = try await PostgresConnection.connect(PostgresConfiguration(url: server))
        try await admin.runScript("CREATE DATABASE \(name)")
        await admin.close()
        let database = TestDatabase(url: url, name: name, server: server)
        return database
    }

    /// A connection with a service's schema on its path.
    public func connect(schema: String = "app") async throws -> PostgresConnection {
        try await PostgresConnection.connect(
            PostgresConfiguration(url: url, schemaSearchPath: schema == "app" ? ["app"] : [schema, "app"]))
    }

    /// Moves the clock that every service sees.
    public func moveClock(bySeconds seconds: Int) async throws {
        let connection = try await connect()
        try await connection.runScript("UPDATE app.clock SET moved_by = moved_by + interval '\(seconds) seconds'")
        await connection.close()
    }

    /// One number from a query.
    public func count(_ query: String) async throws -> Int {
        let connection = try await connect()
        let result = try await connection.run(SQLStatement(name: "count", query))
        await connection.close()
        return Int(try result.onlyRow().int8(0))
    }

    /// Removes it, and whoever is still connected.
    public func drop() async throws {
        let admin = try await PostgresConnection.connect(PostgresConfiguration(url: server))
        try await admin.runScript("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
        await admin.close()
    }
}
