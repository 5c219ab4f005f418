import Foundation
import PostgresClient
import TestSupport
import Testing

/// The PostgreSQL that the tests use. Without one they are skipped on a desk and fail in CI.
enum Database {
    static let url = TestEnvironment.database
    static let isRequired = ProcessInfo.processInfo.environment["CI"] == "true"

    /// Many tests begin at the same moment.
    static let patienceMilliseconds = 60_000

    struct Missing: Error, CustomStringConvertible {
        var description: String { "KEEPSIGHT_DATABASE_URL is not set, and in CI it must be" }
    }

    static func configuration(schema: String? = nil, statementTimeoutMilliseconds: Int? = nil) throws
        -> PostgresConfiguration
    {
        guard let url else { throw Missing() }
        return PostgresConfiguration(
            url: url, applicationName: "keepsight-tests", schemaSearchPath: schema.map { [$0] } ?? [],
            connectTimeoutMilliseconds: patienceMilliseconds,
            statementTimeoutMilliseconds: statementTimeoutMilliseconds)
    }

    static func connect() async throws -> PostgresConnection { try await PostgresConnection.connect(configuration()) }

    /// Runs the body against a schema of its own, which is dropped afterwards.
    static func withSchema(_ body: (PostgresConfiguration, PostgresConnection) async throws -> Void) async throws {
        let schema = "postgres_client_" + UUID().uuidString.replacing("-", with: "").lowercased()
        let owner = try await connect()
        try await owner.runScript("CREATE SCHEMA \(schema)")
        do {
            let configuration = try configuration(schema: schema)
            let connection = try await PostgresConnection.connect(configuration)
            try await body(configuration, connection)
            await connection.close()
        } catch {
            try await owner.runScript("DROP SCHEMA \(schema) CASCADE")
            throw error
        }
        try await owner.runScript("DROP SCHEMA \(schema) CASCADE")
        await owner.close()
    }

    /// The server's process for a connection.
    static func process(of connection: PostgresConnection) async throws -> Int32 {
        try await connection.run(SQLStatement(name: "own_process", "SELECT pg_backend_pid()")).onlyRow().int4(0)
    }

    /// Returns once that process sleeps in `pg_sleep`.
    static func awaitSleep(of process: Int32, seenBy observer: PostgresConnection) async throws {
        let look = SQLStatement(
            name: "look_for_sleep", "SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'")
        while try await observer.run(look, [.int4(process)]).onlyRow().int8(0) == 0 {}
    }
}

extension Trait where Self == ConditionTrait {
    /// Needs a PostgreSQL server.
    static var database: Self {
        .enabled(if: Database.url != nil || Database.isRequired, "KEEPSIGHT_DATABASE_URL is not set")
    }
}

/// The error that the body throws, which must be one of ours.
func failure(_ body: () async throws -> Void) async throws -> PostgresError {
    let error = await #expect(throws: PostgresError.self) { try await body() }
    return try #require(error)
}

/// What `dump` prints.
func dumped(_ value: some Any) -> String {
    var text = ""
    dump(value, to: &text)
    return text
}
