import Contracts
import PostgresClient
import TestSupport
import Testing

@testable import KeepsightCommand

/// A database that is made anew beside topics that are not.
struct NewDatabaseTests {
    @Test("Nothing is said of a database that is not new, nor beside topics on which nobody has published")
    func sentences() {
        #expect(!NewDatabase.isNew(applied: 0, of: 100) && !NewDatabase.isNew(applied: 2, of: 100))
        #expect(NewDatabase.isNew(applied: 100, of: 100))
        #expect(NewDatabase.sentence(records: 0) == nil)
        #expect(NewDatabase.sentence(records: 12)?.contains("legal holds") == true)
    }

    @Test(
        "A database that is made anew beside a Kafka that agencies have published on: 'keepsight migrate' says what is lost, once",
        .enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"))
    func madeAnew() async throws {
        try await withPartnership(withoutServices: true) { partnership in
            let prefix = "t" + partnership.topics.prefix.dropFirst().prefix(8) + "_"
            func migrate() async throws -> String {
                let database = try await TestDatabase.makeEmpty()
                let settings = [
                    "KEEPSIGHT_DATABASE_URL": database.url,
                    "KEEPSIGHT_MIGRATIONS_DIR": TestEnvironment.project + "/deploy/migrations",
                ]
                let said = try await partnership.keepsight(["migrate", "--role-prefix", prefix], settings)
                #expect(said.status == 0, "\(said.text)")
                let again = try await partnership.keepsight(["migrate", "--role-prefix", prefix], settings)
                #expect(again.status == 0 && !again.text.contains("The database is new"), "\(again.text)")
                try await database.drop()
                return said.text
            }
            #expect(try await !migrate().contains("The database is new"))
            try await partnership.publish(
                "involvement.opened", as: "police", data: SampleEvents.involvement("PP", children: 1))
            let said = try await migrate()
            #expect(said.contains("The database is new, and Kafka's topics are not: agencies have published 1 record."))
            let owner = try await partnership.database.connect()
            for service in Partnership.services {
                try await owner.runScript("DROP ROLE \(prefix)\(service.replacing("-", with: "_"))")
            }
            await owner.close()
        }
    }
}
