import Foundation
import Glibc
import Messaging
import PostgresClient
import ServiceRegistry
import TestSupport
import Testing

/// Each service's role in the database: everything in its own schema, nothing in another's.
@Suite(.enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
struct ServiceRoleTests {
    /// The condition code with which the server refuses; `nil` if it does not.
    private func refusal(_ connection: PostgresConnection, _ statement: String) async throws -> String? {
        do throws(PostgresError) {
            try await connection.runScript("BEGIN; \(statement); ROLLBACK;")
            return nil
        } catch {
            try await connection.runScript("ROLLBACK")
            return error.sqlState
        }
    }

    /// Every table of a schema, as its owner sees them.
    private func tables(of schema: String, _ database: TestDatabase) async throws -> [(name: String, isView: Bool)] {
        let owner = try await database.connect()
        let result = try await owner.run(
            SQLStatement(
                name: "tables",
                "SELECT table_schema || '.' || table_name AS name, table_type = 'VIEW' AS is_view FROM information_schema.tables WHERE table_schema = $1 ORDER BY 1"
            ),
            [.text(schema)])
        await owner.close()
        return try result.rows.map { (name: try $0.text("name"), isView: try $0.bool("is_view")) }
    }

    @Test("Each role keeps house in its own schema, and in no other's: it turns its inbox and notes its ages")
    func housekeeping() async throws {
        try await RoleDatabase.with { made in
            for service in ServiceRegistry.names {
                let connection = try await made.connect(service)
                for other in ServiceRegistry.names {
                    let schema = Migrator.schema(of: other)
                    let expected = other == service ? nil : "42501"
                    for statement in ["SELECT \(schema).turn_inbox(35)", "SELECT \(schema).note_ages('none', '{}')"] {
                        let refused = try await refusal(connection, statement)
                        // There is no such index, which only who may look is told.
                        let isOwn = other == service && refused == "42P01"
                        #expect(refused == expected || isOwn, "\(service): \(statement)")
                    }
                    #expect(try await refusal(connection, "TRUNCATE \(schema).inbox_0") == "42501", "\(service)")
                }
                await connection.close()
            }
        }
    }

    @Test("Each role reads and writes every table of its own schema, and is refused every table of each other's")
    func confined() async throws {
        try await RoleDatabase.with { made in
            var tries = 0
            for service in ServiceRegistry.names {
                let connection = try await made.connect(service)
                for other in ServiceRegistry.names {
                    let expected = other == service ? nil : "42501"
                    for table in try await tables(of: Migrator.schema(of: other), made.database) {
                        let writing = [
                            "DELETE FROM \(table.name)",
                            "INSERT INTO \(table.name) OVERRIDING SYSTEM VALUE SELECT * FROM \(table.name) WHERE false",
                        ]
                        for statement in ["SELECT count(*) FROM \(table.name)"] + (table.isView ? [] : writing) {
                            #expect(
                                try await refusal(connection, statement) == expected, "\(service): \(statement)")
                            tries += 1
                        }
                    }
                }
                await connection.close()
            }
            print("service roles: \(tries) tries of 4 roles on the tables of 4 schemas")
        }
    }

    @Test("Of the schema that all share a role sees the clock and the versions, and changes nothing")
    func shared() async throws {
        try await RoleDatabase.with { made in
            let connection = try await made.connect("notifier")
            #expect(try await refusal(connection, "SELECT app.now()") == nil)
            #expect(try await refusal(connection, "SELECT count(*) FROM app.keepsight_migration") == nil)
            for statement in [
                "DELETE FROM app.keepsight_migration", "CREATE TABLE app.mine ()", "CREATE TABLE public.mine ()",
                "CREATE TABLE notifier.mine ()", "CREATE SCHEMA mine", "CREATE ROLE mine", "DROP TABLE notifier.outbox",
                "SET ROLE \(made.roles.name(of: "referral-intake"))",
                "CREATE OR REPLACE FUNCTION app.now() RETURNS timestamptz LANGUAGE sql RETURN pg_catalog.now()",
            ] { #expect(try await refusal(connection, statement) == "42501", "\(statement)") }
            await connection.close()
        }
    }

    @Test("Guard off: a right too many is found by the same tries, and migrating again takes it away")
    func widened() async throws {
        try await RoleDatabase.with { made in
            let owner = try await made.database.connect()
            try await owner.runScript(
                """
                GRANT USAGE ON SCHEMA referral_intake TO \(made.roles.name(of: "notifier"));
                GRANT SELECT ON referral_intake.person TO \(made.roles.name(of: "notifier"));
                """)
            let connection = try await made.connect("notifier")
            let look = "SELECT count(*) FROM referral_intake.person"
            #expect(try await refusal(connection, look) == nil)
            try await made.migrate()
            #expect(try await refusal(connection, look) == "42501")
            await connection.close()
            await owner.close()
        }
    }

    @Test("The server keeps no password in clear, and knows the right one from a wrong one")
    func passwords() async throws {
        try await RoleDatabase.with { made in
            let kept = try await made.database.count(
                """
                SELECT count(*) FROM pg_authid WHERE rolname LIKE '\(made.roles.prefix)%'
                AND rolpassword LIKE 'SCRAM-SHA-256$%' AND NOT rolsuper AND NOT rolcreatedb AND NOT rolcreaterole
                """)
            #expect(kept == ServiceRegistry.names.count + 1, "the services' and the operator's")
            await #expect(throws: PostgresError.self) {
                let role = made.roles.name(of: "notifier")
                _ = try await PostgresConnection.connect(
                    PostgresConfiguration(url: try made.url(of: role, password: "not " + made.password)))
            }
        }
    }

    @Test("A user who may not make roles is told what to ask for")
    func mayNot() async throws {
        let database = try await TestDatabase.makeEmpty()
        let name = "t" + UUID().uuidString.prefix(8).lowercased()
        let owner = try await database.connect()
        try await owner.runScript("CREATE ROLE \(name) LOGIN PASSWORD 'x'")
        try await owner.runScript("ALTER DATABASE \(database.name) OWNER TO \(name)")
        let roles = try #require(ServiceRoles(prefix: name + "_"))
        let made = RoleDatabase(database: database, roles: roles, password: "x")
        let connection = try await PostgresConnection.connect(
            PostgresConfiguration(url: try made.url(of: name, password: "x")))
        await #expect(throws: MigrationError.mayNotMakeRoles(role: name + "_referral_intake")) {
            try await Migrator(directory: RoleDatabase.migrations, services: ServiceRegistry.names).run(
                on: connection, roles: roles)
        }
        await connection.close()
        await owner.close()
        try await database.drop()
        let server = try await PostgresConnection.connect(
            PostgresConfiguration(url: try #require(TestEnvironment.databaseURL)))
        try await server.runScript("DROP ROLE \(name)")
        await server.close()
    }

    @Test("A prefix that could be anything but a name is refused", arguments: ["", "1x", "a-b", "a'b", "A", "a b"])
    func prefixes(_ text: String) {
        #expect(ServiceRoles(prefix: text) == nil)
    }
}
