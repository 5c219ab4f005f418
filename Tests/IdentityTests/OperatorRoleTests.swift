import Foundation
import Messaging
import PostgresClient
import ServiceRegistry
import TestSupport
import Testing

/// The command line's role in the database: what services show in views, the requests that it makes of them, and no table.
@Suite(.enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
struct OperatorRoleTests {
    private func connect(_ made: RoleDatabase, schema: String) async throws -> PostgresConnection {
        try await PostgresConnection.connect(
            PostgresConfiguration(
                url: try made.url(of: made.roles.operatorRole, password: made.password), applicationName: "test",
                schemaSearchPath: [schema, "app"]))
    }

    /// The condition code with which the server refuses; `nil` if it does not.
    private func refusal(_ connection: PostgresConnection, _ script: String) async throws -> String? {
        do throws(PostgresError) {
            try await connection.runScript("BEGIN; \(script); ROLLBACK;")
            return nil
        } catch {
            try await connection.runScript("ROLLBACK")
            return error.sqlState ?? "?"
        }
    }

    /// A statement with something for each of its parameters; explaining it looks at what its user may read.
    private func explained(_ text: String) -> String {
        let count = (1...9).last { text.contains("$\($0)") } ?? 0
        let nulls = count == 0 ? "" : "(" + Array(repeating: "NULL", count: count).joined(separator: ", ") + ")"
        return "PREPARE asked AS \(text); EXPLAIN EXECUTE asked\(nulls); DEALLOCATE asked"
    }

    @Test("trial F14: every statement of the command line is granted to its role, in a schema of a service")
    func granted() async throws {
        let folder = TestEnvironment.project + "/Services/keepsight/SQL/"
        let own = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { folder + $0 }
        // What it has of the engine: its requests, and how far services have read.
        let shared = [
            "submit-operator-request", "read-operator-request", "withdraw-operator-request", "read-all-positions",
            "read-rereads",
        ].map { TestEnvironment.project + "/Shared/Messaging/SQL/\($0).sql" }
        #expect(own.count > 15)
        try await RoleDatabase.with { made in
            for file in own + shared {
                let text = try String(contentsOfFile: file, encoding: .utf8)
                var refusals: [String?] = []
                for service in ServiceRegistry.all {
                    let connection = try await connect(made, schema: service.schema)
                    refusals.append(try await refusal(connection, explained(text)))
                    await connection.close()
                }
                #expect(refusals.contains(nil), "\(file): \(refusals)")
            }
        }
    }

    @Test("trial F14: of the tables themselves it may look at none but its own requests and the list of migrations")
    func refused() async throws {
        try await RoleDatabase.with { made in
            let connection = try await connect(made, schema: "app")
            let owner = try await made.database.connect()
            var tries = 0
            for schema in ["app"] + ServiceRegistry.all.map(\.schema) {
                let tables = try await owner.run(
                    SQLStatement(
                        name: "tables", "SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY tablename"),
                    [.text(schema)]
                ).rows.map { try $0.text("tablename") }
                for table in tables where !["operator_request", "keepsight_migration"].contains(table) {
                    let name = "\(schema).\(table)"
                    #expect(try await refusal(connection, "SELECT count(*) FROM \(name)") == "42501", "\(name)")
                    #expect(try await refusal(connection, "DELETE FROM \(name)") == "42501", "\(name)")
                    tries += 1
                }
            }
            #expect(tries > 50)
            await owner.close()
            await connection.close()
        }
    }

    @Test("trial F14: a grant that somebody added beside is gone after the next migration")
    func revoked() async throws {
        try await RoleDatabase.with { made in
            let owner = try await made.database.connect()
            try await owner.runScript("GRANT SELECT ON notifier.notice TO \(made.roles.operatorRole)")
            await owner.close()
            let connection = try await connect(made, schema: "notifier")
            #expect(try await refusal(connection, "SELECT count(*) FROM notice") == nil)
            try await made.migrate()
            #expect(try await refusal(connection, "SELECT count(*) FROM notice") == "42501")
            #expect(try await refusal(connection, "SELECT count(*) FROM told_notice") == nil)
            await connection.close()
        }
    }
}
