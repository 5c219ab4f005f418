import Contracts
import Foundation
import KafkaClient
import PostgresClient
import Safeguarding
import ServiceRegistry
import ServiceRuntime
import TestSupport
import Testing

@testable import Messaging

@Suite(.enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
struct EngineTests {
    private func message(_ offset: Int64, id: String, household: UInt8 = 1, data: String = "{}") -> InboundMessage {
        Counting.message(offset, id: id, household: household, data: data)
    }

    private func withTransaction(
        guards: EngineGuards = .all,
        _ body: (BatchTransaction<HouseholdBatch<Counting>>, TestDatabase) async throws -> Void
    ) async throws {
        let database = try await TestDatabase.make()
        let pool = PostgresPool(
            .service("escalation-tracker", url: database.url), maximumConnections: 2)
        try await PositionStore(pool: pool).create([TopicPartition(topic: "in", partition: 0): 0], cluster: "c")
        let transaction = BatchTransaction(
            procedure: HouseholdBatch(Counting()),
            connection: LoopConnection(.service("escalation-tracker", url: database.url)), deadLetterTopic: "dead",
            guards: guards,
            failpoints: .none)
        try await body(transaction, database)
        await pool.close()
        try await database.drop()
    }

    @Test("Count gate: a batch of 500 events costs two round trips and at most 12 statements, whatever is in it")
    func cost() async throws {
        try await withTransaction { transaction, _ in
            _ = try await transaction.run([message(0, id: "warm-up")])
            let batch = (1...500).map { message(Int64($0), id: "e\($0)", household: UInt8($0 % 50)) }
            let report = try await transaction.run(batch)
            #expect(report.handled == 500)
            #expect(report.cost.roundTrips == 2)
            #expect(report.cost.statements <= 12)
            let single = try await transaction.run([message(501, id: "one")])
            #expect(single.cost.statements == report.cost.statements, "the number does not depend on the batch")
        }
    }

    @Test("Count gate: WAL records and bytes for each event of a batch of 500, over 50 households")
    func writeAheadLog() async throws {
        try await withTransaction { transaction, database in
            try await database.run("CREATE EXTENSION pg_stat_statements SCHEMA app")
            var offset: Int64 = 0
            func runBatch() async throws -> WriteAheadLog {
                try await database.resetWriteAheadLog()
                let batch = (1...500).map { message(offset + $0, id: "e\(offset + $0)", household: UInt8($0 % 50)) }
                offset += 500
                _ = try await transaction.run(batch)
                return try await database.writeAheadLog()
            }
            _ = try await runBatch()
            var log = try await runBatch()
            // A checkpoint in between makes PostgreSQL log whole pages, which says nothing about us.
            for _ in 0..<100 where log.fullPages > 0 { log = try await runBatch() }
            #expect(log.fullPages == 0)
            // Inbox: row, key, age. A tenth of a household's document; next to nothing of the outbox. Measured: 3.36 and 241.
            #expect((2.9...3.7).contains(Double(log.records) / 500), "\(log.records) records")
            #expect((205.0...280).contains(Double(log.bytes) / 500), "\(log.bytes) bytes")
        }
    }

    @Test("The same offset again, and the same event under another offset, have no second effect")
    func once() async throws {
        try await withTransaction { transaction, database in
            _ = try await transaction.run([message(0, id: "a"), message(1, id: "b")])
            let again = try await transaction.run([
                message(0, id: "a"), message(1, id: "b"), message(2, id: "a"), message(3, id: "c"), message(4, id: "c"),
            ])
            #expect(again.handled == 1)
            #expect(again.alreadyInEffect == 4)
            #expect(try await database.count("SELECT count(*) FROM escalation_tracker.outbox_record") == 3)
        }
    }

    @Test("P4: a poisoned household waits in order behind its message; others go on; the dead letter has the bytes")
    func parking() async throws {
        try await withTransaction { transaction, database in
            let report = try await transaction.run([
                message(0, id: "a"), message(1, id: "bad", data: #"{"poison":true}"#), message(2, id: "b"),
                message(3, id: "c", household: 2),
            ])
            #expect(report.handled == 2)
            #expect(report.deadLetters == 1)
            #expect(report.waiting == 1)
            #expect(try await transaction.run([message(4, id: "d")]).waiting == 1, "it waits in later batches too")
            #expect(try await database.count("SELECT count(*) FROM escalation_tracker.parked_message") == 3)
            #expect(
                try await database.count(
                    "SELECT count(*) FROM escalation_tracker.outbox_record WHERE topic = 'dead' AND convert_from(value, 'UTF8') LIKE '%poison%'"
                ) == 1)
        }
    }

    @Test("Two owners of one household, many times over: every event counts once, and ids follow commits")
    func concurrentOwners() async throws {
        try await withTransaction(guards: EngineGuards(without: [.position])) { transaction, database in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for owner in 0..<2 {
                    group.addTask {
                        for number in 0..<40 {
                            let message = message(Int64(number), id: "\(owner)-\(number)")
                            while true {
                                do {
                                    _ = try await transaction.run([message])
                                    break
                                } catch let error as PostgresError where error.isTransient { continue }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            // What was said, in the order of ids, is 1, 2, 3, … exactly when id order is commit order for the household.
            #expect(
                try await database.count(
                    """
                    SELECT count(*) FROM (SELECT convert_from(value, 'UTF8')::int AS said, row_number() OVER (ORDER BY id, place) AS number
                    FROM escalation_tracker.outbox_record) AS o WHERE said = number
                    """) == 80)
        }
    }

    @Test("Migrations: from empty, twice, and refused when an applied file has changed")
    func migrations() async throws {
        let database = try await TestDatabase.make()
        let connection = try await database.connect()
        let folder = TestEnvironment.project + "/deploy/migrations"
        let migrator = Migrator(directory: folder, services: ServiceRegistry.names)
        #expect(try await migrator.run(on: connection).isEmpty, "nothing is applied twice")
        let copy = NSTemporaryDirectory() + "keepsight-migrations-" + UUID().uuidString
        try FileManager.default.copyItem(atPath: folder, toPath: copy)
        try "SELECT 1;".write(toFile: copy + "/engine/0002-inbox.sql", atomically: true, encoding: .utf8)
        await #expect(throws: MigrationError.changed(step: "engine/0002-inbox", schema: "referral_intake")) {
            try await Migrator(directory: copy, services: ServiceRegistry.names).run(on: connection)
        }
        try FileManager.default.removeItem(atPath: copy + "/engine/0003-household-states.sql")
        #expect(throws: MigrationError.self) { try Migrator(directory: copy, services: ServiceRegistry.names).steps() }
        await connection.close()
        try await database.drop()
    }
}

struct PureEngineTests {
    @Test(
        "Where reading begins",
        arguments: [
            (nil, 3, 9, StartingPoint.from(3)), (5, 3, 9, .from(5)), (9, 3, 9, .from(9)),
            // Nothing was removed that was not read: no gap, not even one of no messages.
            (3, 3, 9, .from(3)), (9, 9, 9, .from(9)),
            (1, 3, 9, .afterGap(from: 3, lost: 2)),
        ] as [(Int64?, Int64, Int64, StartingPoint)])
    func startingPoint(_ position: Int64?, _ low: Int64, _ high: Int64, _ expected: StartingPoint) {
        let known = position.map { (Position(nextOffset: $0, recordMilliseconds: 70), "c") }
        #expect(StartingPoint(known, LogState(cluster: "c", low: low, high: high)) == expected)
        let same = LogState(cluster: "c", low: low, high: high, recordMilliseconds: 70)
        #expect(StartingPoint(known, same) == expected)
    }

    @Test("Lost or wrong bytes: of two positions the later one counts, of two alike the one that knows its record")
    func furthest() {
        let (near, far) = (
            Position(nextOffset: 5, recordMilliseconds: 70), Position(nextOffset: 7, recordMilliseconds: nil)
        )
        let known = Position(nextOffset: 7, recordMilliseconds: 80)
        #expect(near.furthest(nil) == near)
        #expect(near.furthest(far) == far && far.furthest(near) == far)
        #expect(far.furthest(known) == known && known.furthest(far) == known)
        // Also as a batch counts, where others were further.
        let partition = TopicPartition(topic: "in", partition: 0)
        var plan = BatchPlan(positions: [partition: 6], fresh: [], parked: [])
        plan.pass([partition: near])
        #expect(plan.advanced.isEmpty, "never backwards")
        plan.pass([partition: known])
        plan.pass([partition: far])
        #expect(plan.advanced == [partition: known])
    }

    @Test("Another cluster, a log that ends before the position, another record there: foreign, nothing of it is taken")
    func foreignLog() {
        let known = (Position(nextOffset: 5, recordMilliseconds: 70), "c")
        for (cluster, high, record) in [("other", Int64(9), Int64(70)), ("c", 4, 70), ("c", 9, 71)] {
            let log = LogState(cluster: cluster, low: 0, high: high, recordMilliseconds: record)
            guard case .foreign = StartingPoint(known, log) else {
                Issue.record("taken")
                continue
            }
        }
    }

    @Test(
        "A time that is over before the wait has begun ends the wait all the same",
        .timeLimit(TestEnvironment.minutes(2)))
    func shortWaits() async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    let wake = AsyncSignal()
                    for _ in 0..<2000 { await wake.wait(timeoutMilliseconds: 0) }
                }
            }
        }
    }

    @Test("A wake before the wait is not lost, and a wait ends by itself")
    func wake() async {
        let wake = AsyncSignal()
        wake.signal()
        await wake.wait(timeoutMilliseconds: 60_000)
        await wake.wait(timeoutMilliseconds: 1)
        async let waiting: Void = wake.wait(timeoutMilliseconds: 60_000)
        wake.signal()
        await waiting
        let task = Task { await wake.wait(timeoutMilliseconds: 60_000) }
        task.cancel()
        await task.value
    }
}

/// The floor of the outbox must never pass a row that can still appear.
struct LowWatermarkTests {
    @Test("It rises only when all who may have drawn an id below it have ended and their rows are carried")
    func rises() {
        var floor = LowWatermark()
        floor.note(lastID: 10, transaction: 500)
        // Transaction 499 drew id 7 and has not committed: its row is not in this read.
        floor.willRead(oldestTransaction: 499)
        floor.carried(allUpTo: nil)
        #expect(floor.id == 0)
        // Now it has ended; its row is in this read, but the broker has not taken everything.
        floor.willRead(oldestTransaction: 500)
        #expect(floor.id == 0)
        floor.carried(allUpTo: nil)
        #expect(floor.id == 10)
    }

    @Test("A read that was cut short below it does not raise it")
    func cutShort() {
        var floor = LowWatermark()
        floor.note(lastID: 5000, transaction: 500)
        floor.willRead(oldestTransaction: 600)
        floor.carried(allUpTo: 1000)
        #expect(floor.id == 0)
        floor.willRead(oldestTransaction: 600)
        floor.carried(allUpTo: 5000)
        #expect(floor.id == 5000)
    }

    @Test("A row that commits late, below rows that were carried long ago, is carried all the same")
    func lateCommit() async throws {
        guard TestEnvironment.hasDatabase else { return }
        let database = try await TestDatabase.make()
        let (late, quick) = (
            try await database.connect(schema: "notifier"), try await database.connect(schema: "notifier")
        )
        let insert =
            "INSERT INTO outbox (topic, key, value, headers, reference, size) VALUES ('{t}', '{k}', '{x}', '{NULL}', '{NULL}', 1);"
        try await late.runScript("BEGIN; SELECT pg_current_xact_id(); \(insert)")
        var floor = LowWatermark()
        for _ in 0..<3 {
            try await quick.runScript(insert)
            let last = try await quick.run(SQL.readLastOutboxID).onlyRow().int8("last_value")
            let own = try await quick.run(SQL.readOwnTransaction).onlyRow().int8("own_transaction")
            floor.note(lastID: last, transaction: own)
            floor.willRead(
                oldestTransaction: try await quick.run(SQL.readOldestTransaction).onlyRow().int8("oldest_transaction"))
            floor.carried(allUpTo: nil)
        }
        #expect(floor.id == 0, "the late row has id 1")
        try await late.runScript("COMMIT")
        floor.willRead(
            oldestTransaction: try await quick.run(SQL.readOldestTransaction).onlyRow().int8("oldest_transaction"))
        floor.carried(allUpTo: nil)
        // Other tests' transactions share the server, so it may take a while; it never takes a row with it.
        #expect(floor.id <= 2)
        await late.close()
        await quick.close()
        try await database.drop()
    }
}
