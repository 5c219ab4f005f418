import Foundation
import Messaging
import PostgresClient
import ServiceRegistry

/// A database of one test, with every table, that goes with the test.
public struct TestDatabase: Sendable {
    /// Where it is.
    public let url: String
    /// Its name.
    public let name: String
    private let server: String

    /// Makes and migrates a database with a clock that tests can move: `app.now()` is the real time and offsets.
    public static func make() async throws -> TestDatabase {
        try await make(from: try await TemplateDatabase.shared.name())
    }

    /// Makes a database with nothing in it.
    public static func makeEmpty() async throws -> TestDatabase { try await make(from: "template1") }

    /// Makes and migrates a database of another server, which is to live through what happens to it.
    public static func migrated(_ server: String) async throws -> TestDatabase {
        let database = try await make(from: "template1", on: server)
        let connection = try await database.connect()
        try await Migrator(
            directory: TestEnvironment.project + "/deploy/migrations", services: ServiceRegistry.names
        ).run(on: connection)
        await connection.close()
        return database
    }

    static func make(from template: String) async throws -> TestDatabase {
        guard let server = TestEnvironment.databaseURL else {
            throw Missing("KEEPSIGHT_DATABASE_URL is not set. Run the tests by deploy/test.")
        }
        return try await make(from: template, on: server)
    }

    private static func make(from template: String, on server: String) async throws -> TestDatabase {
        let name = "t_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
        let url =
            server.split(separator: "/").dropLast().joined(separator: "/").replacingOccurrences(of: ":/", with: "://")
            // As patient as the server's.
            + "/" + name + "?connect_timeout=60"
        let admin = try await PostgresConnection.connect(
            PostgresConfiguration(url: server, connectTimeoutMilliseconds: 30_000))
        try await admin.runScript("CREATE DATABASE \(name) TEMPLATE \(template)")
        await admin.close()
        let database = TestDatabase(url: url, name: name, server: server)
        return database
    }

    /// A connection to the server, not to this database.
    func connectToServer() async throws -> PostgresConnection {
        try await PostgresConnection.connect(PostgresConfiguration(url: server, connectTimeoutMilliseconds: 30_000))
    }

    /// A connection with a service's schema on its path.
    public func connect(schema: String = "app") async throws -> PostgresConnection {
        try await PostgresConnection.connect(
            PostgresConfiguration(url: url, schemaSearchPath: schema == "app" ? ["app"] : [schema, "app"]))
    }

    /// Moves the clock that every service sees, for every transaction that begins after this.
    ///
    /// As for a real clock, a transaction goes by the time at which it began. So a move is on record a moment before it
    /// counts: none finds it there in its middle, between two statements that ask for the time.
    public func moveClock(bySeconds seconds: Int) async throws {
        let connection = try await connect()
        try await connection.runScript(
            "INSERT INTO app.clock_move VALUES (clock_timestamp() + '300 milliseconds', '\(seconds) seconds')")
        let waiting = SQLStatement(
            name: "clock-moves-to-come",
            "SELECT count(*) AS moves FROM app.clock_move WHERE counts_from > pg_catalog.now()")
        while try await connection.run(waiting).onlyRow().int8("moves") > 0 {
            try await Task.sleep(for: .milliseconds(20))
        }
        await connection.close()
    }

    /// One number from a query.
    public func count(_ query: String) async throws -> Int {
        let connection = try await connect()
        let result = try await connection.run(SQLStatement(name: "count", TestDatabase.naming(query)))
        await connection.close()
        return Int(try result.onlyRow().int8("value"))
    }

    /// The first column of a query, as text.
    public func texts(_ query: String) async throws -> [String] {
        let connection = try await connect()
        let result = try await connection.run(SQLStatement(name: "texts", TestDatabase.naming(query)))
        await connection.close()
        return try result.rows.map { try $0.text("value") }
    }

    /// The first column of the query gets a name: those of most tests' expressions have none.
    private static func naming(_ query: String) -> String { "SELECT value FROM (\(query)) AS answer (value)" }

    /// Runs a script about this database on a connection to another one of its server.
    public func onServer(_ script: String) async throws {
        let admin = try await connectToServer()
        do { try await admin.runScript(script) } catch {
            await admin.close()
            throw error
        }
        await admin.close()
    }

    /// Ends every connection to it.
    public func endSessions() async throws {
        try await onServer("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'")
    }

    /// Removes it, and whoever is still connected.
    public func drop() async throws {
        let admin = try await PostgresConnection.connect(
            PostgresConfiguration(url: server, connectTimeoutMilliseconds: 30_000))
        try await admin.runScript("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
        await admin.close()
    }
}
