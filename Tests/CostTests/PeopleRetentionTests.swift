import Contracts
import PostgresClient
import Safeguarding
import ServiceRuntime
import TestSupport
import Testing

@testable import Messaging
@testable import ReferralIntake

/// Who the children are leaves intake by whole families, when nothing has been published about one for as long as policy says.
extension RetentionTests {
    private static let people = [
        "household_age", "person", "person_key", "person_description", "household_key", "subject",
    ]

    /// A family of two children with everything that intake knows of one, last seen so many days ago.
    private static func family(_ household: HouseholdID, days: Int) -> String {
        let id = household.dashed
        return """
            INSERT INTO referral_intake.household_age VALUES ('\(id)', app.now() - interval '\(days) days');
            INSERT INTO referral_intake.person (person, household, introduced_by)
            SELECT md5('\(id)' || n)::uuid, '\(id)', 'csc' FROM generate_series(1, 2) n;
            INSERT INTO referral_intake.person_key
            SELECT k || p.person, p.person FROM referral_intake.person p, unnest(ARRAY['ref/csc/', 'nhs/']) k
            WHERE p.household = '\(id)';
            INSERT INTO referral_intake.person_description (person, agency, description)
            SELECT p.person, 'csc', '{}' FROM referral_intake.person p WHERE p.household = '\(id)';
            INSERT INTO referral_intake.household_key VALUES ('uprn/\(id)', '\(id)');
            INSERT INTO referral_intake.subject
            VALUES ('decision/\(id)', 'csc', '\(id)', app.now() - interval '\(days + 1) days');
            """
    }

    private static func counts(_ database: TestDatabase) async throws -> [Int] {
        var counts: [Int] = []
        for table in people { counts.append(try await database.count("SELECT count(*) FROM referral_intake.\(table)")) }
        return counts
    }

    @Test(
        "Retention: a family leaves the register whole; one under a legal hold, and one that was heard of since, stay whole"
    )
    func families() async throws {
        let database = try await TestDatabase.make()
        let third = HouseholdID(digest: [3])
        for (household, days) in [(Self.held, 366), (Self.other, 366), (third, 364)] {
            try await database.run(Self.family(household, days: days))
        }
        let years = try Self.retention(
            "people: { years: 35 }", "people: { years: 1 }", "journal: { years: 35 }", "journal: { years: 1 }")
        let rules = try #require(Self.records(years).first { $0.service == "referral-intake" }).rules
        try await Self.withDesk("referral-intake", database, rules) { handler, pruner in
            _ = try await Self.ask(.set, Self.held, "referral-intake", database)
            #expect(try await handler.settleNext())
            #expect(try await pruner.prune())
            #expect(try await Self.counts(database) == [2, 4, 8, 4, 2, 2])
            let left = try await database.texts("SELECT DISTINCT household::text FROM referral_intake.person")
            #expect(Set(left) == [Self.held.dashed, third.dashed])
            _ = try await Self.ask(.lift, Self.held, "referral-intake", database)
            #expect(try await handler.settleNext())
            #expect(try await pruner.prune())
            #expect(try await Self.counts(database) == [1, 2, 4, 2, 1, 1])
        }
        try await database.drop()
    }

    @Test("Retention: no family leaves while a batch may have found it: the register's lock is waited for")
    func behindTheRegister() async throws {
        let database = try await TestDatabase.make()
        try await database.run(Self.family(Self.other, days: 400))
        let years = try Self.retention(
            "people: { years: 35 }", "people: { years: 1 }", "journal: { years: 35 }", "journal: { years: 1 }")
        let rules = try #require(Self.records(years).first { $0.service == "referral-intake" }).rules
        let batch = try await database.connect(schema: "referral_intake")
        try await batch.runScript("BEGIN; SELECT secret FROM register_gate FOR UPDATE")
        try await Self.withDesk("referral-intake", database, rules) { _, pruner in
            let pruning = Task { try await pruner.prune() }
            // It stands behind the lock before the batch has said that the family is seen.
            while try await database.count("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0 {
                try await Task.sleep(for: .milliseconds(5))
            }
            try await batch.runScript("UPDATE household_age SET seen_until = app.now() + interval '30 days'; COMMIT")
            #expect(try await pruning.value)
        }
        #expect(try await Self.counts(database) == [1, 2, 4, 2, 1, 1])
        await batch.close()
        try await database.drop()
    }

    @Test("Retention: a look that finds no family old costs the same with forty times as many")
    func costOfALook() async throws {
        let database = try await TestDatabase.make()
        let record = try #require(
            ReferralIntake.records(try Self.retention("", "")).first { $0.table == "household_age" })
        let connection = try await PostgresConnection.connect(.service("referral-intake", url: database.url))
        var pages: [Int] = []
        for round in 1...40 {
            try await database.run(
                """
                INSERT INTO referral_intake.household_age
                SELECT gen_random_uuid(), app.now() + n * interval '1 second' FROM generate_series(1, 1000) n;
                INSERT INTO referral_intake.person (person, household, introduced_by)
                SELECT gen_random_uuid(), household, 'csc' FROM referral_intake.household_age LIMIT 1000
                """)
            if round == 1 || round == 40 {
                try await database.run("ANALYZE referral_intake.household_age; ANALYZE referral_intake.person")
                pages.append(try await Self.pagesOfALook(record, connection))
            }
        }
        #expect(pages.allSatisfy { $0 < 50 }, "\(pages) pages")
        await connection.close()
        try await database.drop()
    }
}
