import Contracts
import Foundation
import KafkaClient
import NotifierSpec
import PostgresClient
import Safeguarding
import ServiceRegistry
import ServiceRuntime
import TestSupport
import Testing

@testable import Messaging

/// A service and a database that do not fit each other.
@Suite(.enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
struct SchemaVersionTests {
    private static let folder = TestEnvironment.project + "/deploy/migrations"

    @Test("The numbers that services expect are those of deploy/migrations")
    func numbers() throws {
        let steps = try Migrator(directory: SchemaVersionTests.folder, services: ServiceRegistry.names).steps()
        for service in ServiceRegistry.all {
            let own = steps.filter { $0.schema == service.schema }
            #expect(own.count { $0.name.hasPrefix("engine/") } == SchemaVersion.engine)
            #expect(own.count { !$0.name.hasPrefix("engine/") } == service.migrations, "\(service.name)")
        }
    }

    @Test("Older is told to migrate, newer to start a newer version")
    func problems() {
        let (engine, own) = (SchemaVersion.engine, NotifierSpec.service.migrations)
        #expect(NotifierSpec.service.problem(engine: engine, own: own) == nil)
        #expect(NotifierSpec.service.problem(engine: engine - 1, own: own) == .notMigrated(schema: "notifier"))
        #expect(NotifierSpec.service.problem(engine: engine, own: own + 1) == .schemaIsNewer(schema: "notifier"))
    }

    @Test("From every earlier version, migrating ends with the same tables as from nothing")
    func upward() async throws {
        let whole = try await shape { _ in }
        for count in 0..<SchemaVersion.engine {
            let partial = try await shape { database in
                let copy = NSTemporaryDirectory() + "keepsight-migrations-" + UUID().uuidString
                try FileManager.default.copyItem(atPath: SchemaVersionTests.folder, toPath: copy)
                for folder in ["engine", "referral-intake", "escalation-tracker", "notifier"] {
                    let files = try FileManager.default.contentsOfDirectory(atPath: copy + "/" + folder).sorted()
                    for file in files.dropFirst(max(1, count)) {
                        try FileManager.default.removeItem(atPath: copy + "/" + folder + "/" + file)
                    }
                }
                let connection = try await database.connect()
                try await Migrator(directory: copy, services: ServiceRegistry.names).run(on: connection)
                await connection.close()
                try FileManager.default.removeItem(atPath: copy)
            }
            #expect(partial == whole, "from version \(count)")
        }
    }

    /// Every column and index of a database that is migrated to the end, after `first` has had it empty.
    private func shape(_ first: (TestDatabase) async throws -> Void) async throws -> [String] {
        let database = try await TestDatabase.makeEmpty()
        try await first(database)
        let connection = try await database.connect()
        try await Migrator(directory: SchemaVersionTests.folder, services: ServiceRegistry.names).run(on: connection)
        let result = try await connection.run(
            SQLStatement(
                name: "shape",
                """
                SELECT table_schema || '.' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS line
                FROM information_schema.columns WHERE table_schema IN ('app', 'referral_intake', 'mash_screener',
                'escalation_tracker', 'notifier')
                UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
                ORDER BY 1
                """))
        let lines = try result.rows.map { try $0.text("line") }
        await connection.close()
        try await database.drop()
        return lines
    }
}
