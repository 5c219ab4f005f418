import Contracts
import PostgresClient
import Safeguarding
import ServiceRegistry
import ServiceRuntime
import TestSupport
import Testing

@testable import Messaging

/// The inbox: what its housekeeping costs, and that no event is forgotten before its time.
@Suite(.enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
struct InboxGrowthTests {
    private static let days = 35

    @Test("trial A19: what the inbox forgets costs the same after months as on the first day")
    func cost() async throws {
        try await withInbox { database, connection, keeper in
            var pages: [Int] = []
            // Twice the days that it keeps, and half as many again: then whatever is to be forgotten has been, for weeks.
            for _ in 0..<35 {
                try await database.run(
                    """
                    INSERT INTO notifier.inbox (event, generation)
                    SELECT gen_random_uuid(), (
                        SELECT generation FROM notifier.inbox_generation WHERE began_at IS NOT NULL AND ended_at IS NULL)
                    FROM generate_series(1, 4000)
                    """)
                try await database.moveClock(bySeconds: 3 * 86_400)
                while try await keeper.turnInbox() {}
                pages.append(try await pagesOfALook(connection))
            }
            let rows = try await database.count("SELECT count(*) FROM notifier.inbox")
            #expect((4000 * 11...4000 * 25).contains(rows), "\(rows) rows are kept")
            let held = try await database.count(
                "SELECT (sum(pg_relation_size(relid)) / 8192)::int8 FROM pg_partition_tree('notifier.inbox')")
            #expect(held > 400, "the inbox has \(held) pages")
            // Those of the table of generations and its indexes; the first look reads the catalogue as well.
            #expect(pages.dropFirst().allSatisfy { $0 < 60 }, "a look reads \(pages) pages")
        }
    }

    @Test("trial A19: an event is recognised for its days, in whichever generation, and forgotten within as many again")
    func recognised() async throws {
        try await withInbox { database, connection, keeper in
            var received: [(event: PostgresUUID, day: Int)] = []
            for day in stride(from: 0, through: 150, by: 5) {
                let event = PostgresUUID(high: 7, low: UInt64(day))
                received.append((event, day))
                #expect(try await arrive([event], connection) == [event], "day \(day)")
                let young = received.filter { day - $0.day < Self.days }.map(\.event)
                #expect(try await arrive(young, connection) == [], "day \(day)")
                try await database.moveClock(bySeconds: 5 * 86_400)
                while try await keeper.turnInbox() {}
            }
            let rows = try await database.count("SELECT count(*) FROM notifier.inbox")
            #expect(rows <= 2 * Self.days / 5 + 1, "\(rows) events are kept")
        }
    }

    @Test("trial A19: no generation is turned under a batch, and its events are recognised in the next one")
    func turning() async throws {
        try await withInbox { database, connection, keeper in
            let event = PostgresUUID(high: 7, low: 1)
            try await connection.runScript("BEGIN")
            #expect(try await arrive([event], connection) == [event])
            try await database.moveClock(bySeconds: (Self.days + 1) * 86_400)
            #expect(try await !keeper.turnInbox(), "a batch is under way")
            try await connection.runScript("COMMIT")
            #expect(try await keeper.turnInbox())
            #expect(try await arrive([event], connection) == [])
        }
    }

    @Test("The inbox keeps events for longer than any topic that services read can hold them")
    func longerThanTopics() throws {
        let topics = Topics()
        let agency = try #require(AgencyCode("police"))
        let read = topics.all(agencies: [agency], services: ServiceRegistry.names).filter { topic in
            ServiceRegistry.all.contains { $0.reads(topic) }
        }
        #expect(read.count >= 5)
        for topic in read {
            let longest = try #require(topic.longestDays, "\(topic.name) has no end")
            #expect(longest < ServiceSettings.inboxDays.lowerBound, "\(topic.name): \(longest) days")
        }
    }

    private func withInbox(
        _ body: (TestDatabase, PostgresConnection, Maintenance<HouseholdBatch<Counting>>) async throws -> Void
    ) async throws {
        let database = try await TestDatabase.make()
        let configuration = PostgresConfiguration.service("notifier", url: database.url)
        let (loop, log) = (LoopConnection(configuration), Log(service: "test", format: .json, level: .error))
        let metrics = EngineMetrics(Metrics())
        let keeper = Maintenance(
            handler: OperatorRequestHandler(
                procedure: HouseholdBatch(Counting()), connection: loop, deadLetterTopic: "dead",
                relayWake: AsyncSignal(),
                log: log, failpoints: .none),
            connection: loop, inboxDays: Self.days,
            pruner: RecordPruner(rules: .nothing, connection: loop, metrics: metrics), log: log,
            health: HealthState(), metrics: metrics)
        let connection = try await PostgresConnection.connect(configuration)
        try await body(database, connection, keeper)
        await connection.close()
        await loop.close()
        try await database.drop()
    }

    /// Those of the events that were not known.
    private func arrive(_ events: [PostgresUUID], _ connection: PostgresConnection) async throws -> [PostgresUUID] {
        try await connection.run(SQL.insertInbox, [.uuidArray(events.sorted())]).rows.map { try $0.uuid("event") }
    }

    /// How many pages PostgreSQL looks at where nothing is to be done.
    private func pagesOfALook(_ connection: PostgresConnection) async throws -> Int {
        try await Pages.read(
            by: SQLStatement(name: "explain_turn", Pages.explaining + SQL.turnInbox.text), [.int4(Int32(Self.days))],
            on: connection)
    }
}
