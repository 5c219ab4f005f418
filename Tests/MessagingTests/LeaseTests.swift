import PostgresClient
import TestSupport
import Testing

@testable import Messaging

/// Who may do what only one may do: who waits has it at once when the holder is gone, and soon when it hangs.
@Suite(.enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
struct LeaseTests {
    /// Not free by time as long as a test lasts.
    private static let patient = Lease.Timing(renewal: .milliseconds(1), expiry: .seconds(3600))
    /// Free almost at once, if nobody renews it.
    private static let hasty = Lease.Timing(renewal: .milliseconds(1), expiry: .milliseconds(200))

    private func withConnections(_ body: (PostgresConnection, PostgresConnection, TestDatabase) async throws -> Void)
        async throws
    {
        let database = try await TestDatabase.make()
        let first = try await database.connect(schema: "escalation_tracker")
        let second = try await database.connect(schema: "escalation_tracker")
        try await body(first, second, database)
        await first.close()
        await second.close()
        try await database.drop()
    }

    private func take(_ connection: PostgresConnection, _ timing: Lease.Timing) async throws -> Lease {
        let end = ContinuousClock.now.advanced(by: .seconds(20 * TestEnvironment.patience))
        while ContinuousClock.now < end {
            if let lease = try await Lease.take("test", on: connection, timing) { return lease }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Missing("the lease is not free")
    }

    @Test("As long as its holder's connection is there and it is renewed, nobody else has it")
    func held() async throws {
        try await withConnections { first, second, _ in
            let lease = try await take(first, Self.patient)
            #expect(try await Lease.take("test", on: second, Self.patient) == nil)
            try await lease.renew(on: first)
            #expect(try await Lease.take("other", on: second, Self.patient) != nil, "each is its own")
        }
    }

    @Test("When its holder's connection is gone, the next one has it, however long the expiry is")
    func gone() async throws {
        try await withConnections { first, second, _ in
            _ = try await take(first, Self.patient)
            await first.close()
            _ = try await take(second, Self.patient)
        }
    }

    @Test(
        "trial A14: a holder that hangs loses its lease, its connection and its locks, and notices before it acts again",
        .timeLimit(TestEnvironment.minutes(5)))
    func hung() async throws {
        try await withConnections { first, second, database in
            let lease = try await take(first, Self.hasty)
            var pipeline = Pipeline()
            pipeline.simple("BEGIN")
            pipeline.add(SQLStatement(name: "lock", "LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE"))
            _ = try await first.run(pipeline)
            let next = try await take(second, Self.hasty)
            #expect(try await database.count("SELECT count(*) FROM escalation_tracker.outbox") == 0, "nobody holds it")
            await #expect(throws: (any Error).self) { try await lease.renewIfDue(on: first) }
            // Also on a connection of its own: the lease is another's.
            let third = try await database.connect(schema: "escalation_tracker")
            await #expect(throws: EngineError.leaseLost(name: "test")) { try await lease.renew(on: third) }
            await #expect(throws: PostgresError.self) {
                _ = try await third.run(SQL.beginRemoval, [.text(lease.name), .uuid(lease.holder)])
            }
            _ = try await third.run(SQL.beginRemoval, [.text(next.name), .uuid(next.holder)])
            await third.close()
        }
    }

    @Test("A lease that becomes old between ending its holder's connection and taking it is not taken")
    func oldInBetween() async throws {
        try await withConnections { first, second, _ in
            _ = try await take(first, Self.patient)
            var pipeline = Pipeline()
            pipeline.simple("BEGIN")
            pipeline.simple("UPDATE lease SET renewed_at = now()")
            pipeline.add(SQL.endHungHolder, [.text("test"), .double(0.2)])
            pipeline.simple("SELECT pg_sleep(0.3)")
            pipeline.add(SQL.takeLease, [.text("test"), .uuid(.random()), .double(0.2)])
            pipeline.simple("COMMIT")
            #expect(try await second.run(pipeline).map(\.rowCount).dropLast().last == 0)
            #expect(try await first.run(SQLStatement(name: "one", "SELECT 1")).rowCount == 1, "its connection is there")
        }
    }

    @Test("Who renews it while something takes its time keeps it, and what takes its time is given up when it is lost")
    func renewing() async throws {
        try await withConnections { first, second, database in
            let timing = Lease.Timing(renewal: .milliseconds(50), expiry: .seconds(20 * TestEnvironment.patience))
            let lease = try await take(first, timing)
            let before = try await database.texts("SELECT renewed_at::text FROM escalation_tracker.lease")
            let url = database
            let value = try await lease.renewing(on: first) {
                while try await url.texts("SELECT renewed_at::text FROM escalation_tracker.lease") == before {
                    try await Task.sleep(for: .milliseconds(10))
                }
                return 1
            }
            #expect(value == 1)
            try await database.run("UPDATE escalation_tracker.lease SET holder = gen_random_uuid()")
            await #expect(throws: EngineError.leaseLost(name: "test")) {
                try await lease.renewing(on: first) { try await Task.sleep(for: .seconds(3600)) }
            }
            _ = second
        }
    }

    @Test("trial A11: another service's role can neither take a lease of ours nor hold up who waits for one by a lock")
    func othersRole() async throws {
        try await withConnections { first, second, _ in
            let locked = SQLStatement(
                name: "old_lock", "SELECT pg_advisory_lock(hashtextextended('relay/escalation-tracker', 0))")
            _ = try await second.run(locked)
            #expect(try await Lease.take("relay", on: first, Self.patient) != nil)
            try await second.runScript("SET ROLE keepsight_notifier")
            for write in [
                "UPDATE escalation_tracker.lease SET renewed_at = 'infinity'",
                "INSERT INTO escalation_tracker.lease VALUES ('relay', gen_random_uuid(), 1, now(), now())",
                "SELECT * FROM escalation_tracker.lease FOR UPDATE",
            ] {
                let error = await #expect(throws: PostgresError.self) { try await second.runScript(write) }
                #expect(error?.sqlState == "42501", "\(write)")
            }
        }
    }
}
