import Contracts
import Foundation
import KafkaClient
import PostgresClient
import Safeguarding
import Synchronization
import TestSupport
import Testing

@testable import Messaging
@testable import ServiceRuntime

/// Each guard of the engine, and its guard off: the same scene twice, with the guard and without. With it the promise
/// holds; without it the harm is seen. A guard whose removal nobody notices is no guard.
///
/// The guard-off tests of `recovery` and `offset-after-commit` need a process that is really killed: see `CrashTests`.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"))
struct GuardOffTests {
    struct Scene: Sendable, CustomTestStringConvertible {
        let guardName: EngineGuards.Name
        /// Guards that are off in both runs, since they would hide the one in question.
        var alsoOff: Set<EngineGuards.Name> = []
        let promise: String
        /// What is seen; the promise is that it is `expected`.
        let expected: String
        let play: @Sendable (EngineGuards, Stage) async throws -> String

        var testDescription: String { guardName.rawValue }
    }

    static let scenes: [Scene] = [
        Scene(guardName: .inbox, promise: "the same event under two offsets has one effect", expected: "1") {
            guards, stage in
            let transaction = stage.transaction(guards)
            _ = try await transaction.run([Counting.message(0, id: "a"), Counting.message(1, id: "a")])
            return try await stage.said()
        },
        Scene(
            guardName: .position, alsoOff: [.inbox],
            promise: "a batch read before a pause has no second effect after it", expected: "1,2"
        ) { guards, stage in
            let batch = [Counting.message(0, id: "a"), Counting.message(1, id: "b")]
            _ = try await stage.transaction(guards).run(batch)
            // The one that was paused wakes up with the same batch in its hands.
            _ = try await stage.transaction(guards).run(batch)
            return try await stage.said()
        },
        Scene(
            guardName: .householdLock,
            promise: "of two owners at the same time, the later one sees what the first has done", expected: "1,2,3"
        ) { guards, stage in
            let (isThere, mayGoOn) = (AsyncSignal(), AsyncSignal())
            let slow = stage.transaction(
                guards,
                failpoints: Failpoints(at: .batchBeforeCommit) {
                    isThere.signal()
                    await mayGoOn.wait(timeoutMilliseconds: Stage.limitMilliseconds)
                })
            _ = try await stage.transaction(guards).run([Counting.message(0, id: "z")])
            async let first: Void = { _ = try await slow.run([Counting.message(1, id: "a")]) }()
            await isThere.wait(timeoutMilliseconds: Stage.limitMilliseconds)
            // The first goes on when the second has done its work, or cannot do it.
            let isDone = Atomic(false)
            async let second: Void = {
                defer { isDone.store(true, ordering: .releasing) }
                let quick = stage.transaction(guards)
                while true {
                    do {
                        // From another partition, as one household's events come on several topics.
                        _ = try await quick.run([Counting.message(0, id: "b", partition: 1)])
                        return
                    } catch let error as PostgresError where error.isTransient { continue }
                }
            }()
            while !isDone.load(ordering: .acquiring), try await !stage.somebodyWaitsForALock() {
                try await Task.sleep(for: .milliseconds(5))
            }
            mayGoOn.signal()
            try await first
            try await second
            return try await stage.said()
        },
        Scene(
            guardName: .parking, promise: "nothing of a household overtakes its message that failed",
            expected: "1"
        ) { guards, stage in
            _ = try await stage.transaction(guards).run([
                Counting.message(0, id: "a"), Counting.message(1, id: "bad", data: #"{"poison":true}"#),
                Counting.message(2, id: "b"),
            ])
            return try await stage.said()
        },
        Scene(guardName: .deadlineState, promise: "a clock fires once", expected: "1 fired") { guards, stage in
            try await stage.database.run(
                """
                INSERT INTO escalation_tracker.deadline
                VALUES ('test:1', '\(Counting.household(1).text)', app.now(), '{}')
                """)
            let sweeper = stage.sweeper(guards)
            return "\(try await sweeper.sweep().fired + (try await sweeper.sweep().fired)) fired"
        },
        Scene(
            // Recovery is off in both: it would hide that two relays carry the same rows, if one of them begins later. And the
            // one that leads stands still here, for which it would lose its lease.
            guardName: .leadership, alsoOff: [.recovery, .lease],
            promise: "two relays of a service say every row once, in order",
            expected: "200 records of 200 rows"
        ) { guards, stage in
            try await stage.database.run(
                """
                INSERT INTO escalation_tracker.outbox (topic, key, value, headers, reference, size)
                SELECT '{\(stage.topic)}', '{k}', ARRAY[convert_to(n::text, 'UTF8')], '{NULL}', '{NULL}', 1
                FROM generate_series(1, 200) AS n
                """)
            // Between saying and deleting, where a slow broker keeps a relay, each waits for the other. If one does not lead,
            // it does not come.
            let arrived = Atomic(0)
            let relays = try (0..<2).map { _ in
                try stage.relay(
                    guards,
                    Failpoints(at: .relayAfterProduce) {
                        arrived.add(1, ordering: .relaxed)
                        let end = ContinuousClock.now.advanced(by: .seconds(4 * TestEnvironment.patience))
                        while arrived.load(ordering: .relaxed) < 2, ContinuousClock.now < end {
                            try? await Task.sleep(for: .milliseconds(5))
                        }
                    })
            }
            let tasks = relays.map { relay in Task { await relay.run() } }
            try await stage.awaitEmptyOutbox()
            for task in tasks { task.cancel() }
            for task in tasks { await task.value }
            return "\(try await stage.onTopic().count) records of 200 rows"
        },
    ]

    /// What a database forgets that loses its last commits, and a leader that hangs.
    static let laterScenes: [Scene] = [
        Scene(
            guardName: .recordNames,
            promise: "what is decided after the database has lost commits is published, though its ids recur",
            expected: "before,after"
        ) { guards, stage in
            for word in ["before", "after"] {
                // As the sequence of a standby that had not heard of the last rows.
                try await stage.database.run("ALTER TABLE escalation_tracker.outbox ALTER COLUMN id RESTART")
                try await stage.writeOutbox(word)
                let relay = try stage.relay(guards)
                let task = Task { await relay.run() }
                try await stage.awaitEmptyOutbox()
                task.cancel()
                await task.value
            }
            return try await stage.onTopic().joined(separator: ",")
        },
        Scene(
            guardName: .positionWentBack,
            promise: "what the database has forgotten is read again before anything that comes after it",
            expected: "1,2,3"
        ) { guards, stage in
            let transaction = stage.transaction(guards)
            let before = [Counting.message(0, id: "a"), Counting.message(1, id: "b")]
            let after = [Counting.message(2, id: "c")]
            let report = try await transaction.run(before)
            try await stage.database.run(
                """
                UPDATE escalation_tracker.position SET next_offset = 0;
                TRUNCATE escalation_tracker.inbox, escalation_tracker.outbox, escalation_tracker.household_state;
                """)
            do { _ = try await transaction.run(after, inEffect: report.nextOffsets) } catch EngineError
                .positionsWentBack
            {
                _ = try await transaction.run(before + after)
            }
            return try await stage.said()
        },
        Scene(
            guardName: .memory,
            promise:
                "what is known of a household goes with the connection: the same version may be another on the next",
            expected: "1,6"
        ) { guards, stage in
            let transaction = stage.transaction(guards)
            _ = try await transaction.run([Counting.message(0, id: "a")])
            try await stage.database.run(
                #"UPDATE escalation_tracker.household_state SET state = convert_to('{"events":5}', 'UTF8')"#)
            try await stage.database.endSessions()
            while true {
                do {
                    _ = try await transaction.run([Counting.message(1, id: "b")])
                    return try await stage.said()
                } catch let error as PostgresError where error.isTransient { continue }
            }
        },
        Scene(
            guardName: .lease, promise: "another relay carries the outbox when the one that leads hangs",
            expected: "carried"
        ) { guards, stage in
            try await stage.writeOutbox("a")
            let (isThere, mayGoOn) = (AsyncSignal(), AsyncSignal())
            let hung = try stage.relay(
                guards,
                Failpoints(at: .relayAfterProduce) {
                    isThere.signal()
                    await mayGoOn.wait(timeoutMilliseconds: Stage.limitMilliseconds)
                })
            let first = Task { await hung.run() }
            await isThere.wait(timeoutMilliseconds: Stage.limitMilliseconds)
            let healthy = try stage.relay(guards)
            let second = Task { await healthy.run() }
            // Without the guard nothing comes, however long somebody waits; six times as long as with it is enough.
            let isCarried = try await stage.outboxEmpties(
                within: guards.lease ? .seconds(60 * TestEnvironment.patience) : Stage.timing.expiry * 6)
            first.cancel()
            second.cancel()
            mayGoOn.signal()
            await first.value
            await second.value
            return isCarried ? "carried" : "not carried"
        },
    ]

    @Test("With the guard the promise holds; without it, it breaks", arguments: scenes + laterScenes)
    func guardOff(_ scene: Scene) async throws {
        let whole = try await Stage.with { stage in
            try await scene.play(EngineGuards(without: scene.alsoOff), stage)
        }
        let broken = try await Stage.with { stage in
            try await scene.play(EngineGuards(without: scene.alsoOff.union([scene.guardName])), stage)
        }
        #expect(whole == scene.expected, "\(scene.promise)")
        #expect(broken != scene.expected, "nobody would notice if \(scene.guardName.rawValue) were missing")
        GuardOffTable.shared.add(
            GuardOffTable.Row(
                guardName: scene.guardName.rawValue, promise: scene.promise, whole: whole, broken: broken),
            of: EngineGuards.Name.allCases.count)
    }
}

/// A database, a topic, and the parts of an engine for one scene.
struct Stage: Sendable {
    /// After which a scene that hangs goes on, and fails.
    static let limitMilliseconds = 600_000
    /// Of the leases of its relays.
    static let timing = Lease.Timing(renewal: .milliseconds(200), expiry: .seconds(1))

    let database: TestDatabase
    let topic: String
    private let kafka: KafkaConfiguration
    private let log = Log(service: "test", format: .json, level: .error)

    static func with(_ body: (Stage) async throws -> String) async throws -> String {
        guard let servers = TestEnvironment.kafka else { throw Missing("KAFKA_BOOTSTRAP_SERVERS is not set.") }
        let database = try await TestDatabase.make()
        let kafka = KafkaConfiguration(bootstrapServers: servers, clientIdentifier: "test")
        let stage = Stage(database: database, topic: "guard-off-" + UUID().uuidString.lowercased(), kafka: kafka)
        let pool = PostgresPool(stage.postgres, maximumConnections: 1)
        try await PositionStore(pool: pool).create(
            [TopicPartition(topic: "in", partition: 0): 0, TopicPartition(topic: "in", partition: 1): 0], cluster: "c")
        await pool.close()
        let admin = try KafkaAdmin(kafka)
        _ = try await admin.create([TopicSpecification(name: stage.topic, partitions: 1, replicationFactor: 1)])
        let seen = try await body(stage)
        try await admin.delete([stage.topic])
        try await database.drop()
        return seen
    }

    private var postgres: PostgresConfiguration { .service("escalation-tracker", url: database.url) }

    func transaction(_ guards: EngineGuards, failpoints: Failpoints = .none) -> BatchTransaction<
        HouseholdBatch<Counting>
    > {
        BatchTransaction(
            procedure: HouseholdBatch(Counting(), guards: guards), connection: LoopConnection(postgres),
            deadLetterTopic: "dead", guards: guards, failpoints: failpoints)
    }

    func sweeper(_ guards: EngineGuards) -> Sweeper<HouseholdBatch<Counting>> {
        Sweeper(
            procedure: HouseholdBatch(Counting(), guards: guards), guards: guards,
            connection: LoopConnection(postgres), wake: AsyncSignal(), relayWake: AsyncSignal(), log: log,
            health: HealthState(),
            failpoints: .none, metrics: EngineMetrics(Metrics()))
    }

    func relay(_ guards: EngineGuards, _ failpoints: Failpoints = .none) throws -> Relay {
        var relay = Relay(
            service: "escalation-tracker", postgres: postgres,
            producer: KafkaProducer(kafka, messageTimeoutMilliseconds: KafkaProducer.noTimeout),
            recovery: OutboxRecovery(kafka: kafka, admin: try KafkaAdmin(kafka)),
            guards: guards, wake: AsyncSignal(), onDelivery: { _ in [] }, log: log, health: HealthState(),
            failpoints: failpoints, metrics: EngineMetrics(Metrics()))
        relay.timing = Stage.timing
        return relay
    }

    /// One record for the stage's topic.
    func writeOutbox(_ text: String) async throws {
        try await database.run(
            """
            INSERT INTO escalation_tracker.outbox (topic, key, value, headers, reference, size)
            VALUES ('{\(topic)}', '{k}', ARRAY[convert_to('\(text)', 'UTF8')], '{NULL}', '{NULL}', 1)
            """)
    }

    /// What the household said, in the order of ids.
    func said() async throws -> String {
        let connection = try await database.connect()
        let result = try await connection.run(
            SQLStatement(
                name: "said",
                """
                SELECT convert_from(value, 'UTF8') AS value FROM escalation_tracker.outbox_record
                WHERE topic = 'said' ORDER BY id, place
                """))
        let said = try result.rows.map { try $0.text("value") }.joined(separator: ",")
        await connection.close()
        return said
    }

    func somebodyWaitsForALock() async throws -> Bool {
        try await database.count(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'
            """) > 0
    }

    func awaitEmptyOutbox() async throws { _ = try await outboxEmpties(within: .milliseconds(Stage.limitMilliseconds)) }

    func outboxEmpties(within limit: Duration) async throws -> Bool {
        let end = ContinuousClock.now.advanced(by: limit)
        while try await database.count("SELECT count(*) FROM escalation_tracker.outbox") > 0 {
            guard ContinuousClock.now < end else { return false }
            try await Task.sleep(for: .milliseconds(5))
        }
        return true
    }

    func onTopic() async throws -> [String] {
        let reader = try await KafkaReader(kafka, topics: [topic], from: .earliest)
        let records = try await reader.readToEnd(limit: 10_000)
        await reader.close()
        return records.map { String(decoding: $0.value ?? [], as: UTF8.self) }
    }
}
