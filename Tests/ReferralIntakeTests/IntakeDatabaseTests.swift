import Contracts
import JSON
import KafkaClient
import PostgresClient
import Safeguarding
import ServiceRuntime
import TestSupport
import Testing

@testable import Messaging
@testable import ReferralIntake

/// Intake on its real tables, without a broker: what stands on a topic is handed to it, and what it says is read from its
/// outbox.
@Suite(.enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
struct IntakeDatabaseTests {
    /// A database with intake on it.
    struct Tables {
        let database: TestDatabase
        let transaction: BatchTransaction<ReferralIntake>
        var intake: VirtualIntake
        private var read: Int64 = 0

        init() async throws {
            intake = try VirtualIntake()
            database = try await TestDatabase.make()
            let configuration = PostgresConfiguration.service("referral-intake", url: database.url)
            transaction = BatchTransaction(
                procedure: intake.intake, connection: LoopConnection(configuration), deadLetterTopic: "dead",
                guards: .all,
                failpoints: .none)
            let pool = PostgresPool(configuration, maximumConnections: 1)
            let partitions = intake.intake.inputs.map { (TopicPartition(topic: $0, partition: 0), Int64(0)) }
            try await PositionStore(pool: pool).create(Dictionary(uniqueKeysWithValues: partitions), cluster: "c")
            await pool.close()
        }

        /// Brings records into effect as one batch; what was said.
        mutating func take(_ records: [KafkaMessage]) async throws -> [VirtualIntake.Said] {
            _ = try await transaction.run(records.map { InboundMessage($0) })
            return try await said()
        }

        mutating func sweep() async throws -> [VirtualIntake.Said] {
            let metrics = Metrics()
            let sweeper = Sweeper(
                procedure: intake.intake, guards: .all, connection: transaction.connection, wake: AsyncSignal(),
                relayWake: AsyncSignal(), log: Log(service: "test", format: .json, level: .error),
                health: HealthState(),
                failpoints: .none, metrics: EngineMetrics(metrics))
            _ = try await sweeper.sweep()
            return try await said()
        }

        private mutating func said() async throws -> [VirtualIntake.Said] {
            let connection = try await database.connect(schema: "referral_intake")
            let result = try await connection.run(
                SQLStatement(
                    name: "said", "SELECT id, topic, key, value FROM outbox_record WHERE id > $1 ORDER BY id, place"),
                [.int8(read)])
            await connection.close()
            if let last = result.rows.last { read = try last.int8("id") }
            return try result.rows.compactMap { row in
                guard try row.text("topic") != "dead" else { return nil }
                let value = try row.bytes("value")
                let event = try EnvelopeReader.read(
                    value: value, headers: [], now: Instant(microsecondsSinceEpoch: .max))
                return VirtualIntake.Said(
                    topic: try row.text("topic"), key: try row.optionalText("key"), event: event, value: value)
            }
        }

        func drop() async throws {
            await transaction.connection.close()
            try await database.drop()
        }
    }

    @Test("E2: who asks while an event is judged is answered with the ruling, and with a discard after it")
    func askers() async throws {
        try await withTables { tables in
            let time = tables.intake.now.rfc3339
            func record(_ intake: inout VirtualIntake, _ call: String) throws -> KafkaMessage {
                try intake.record(
                    "decision.changed.v1", as: "csc", id: "d", time: time, Events.decision(),
                    VirtualIntake.Attributes(correlationID: call))
            }
            let opened = try tables.intake.record(
                "involvement.opened.v1", as: "csc", id: "i", time: time, Events.involvement("CSC"))
            _ = try await tables.take([opened])
            // The second in the batch of the first, the third in one of its own.
            let first = [try record(&tables.intake, "call 1"), try record(&tables.intake, "call 2")]
            let fact = try #require(try await tables.take(first).facts.first)
            #expect(try await tables.take([try record(&tables.intake, "call 3")]).isEmpty)
            let told = try await tables.take([try tables.intake.ruling(on: fact)])
            #expect(told.map(\.isAccepted) == [true, true, true])
            #expect(told.map { $0.event.envelope.correlationID } == ["call 1", "call 2", "call 3"])
            #expect(told.map { $0.event.data["record"]?["offset"]?.int64 } == [1, 2, 3])
            let event = try Fact.reading(fact.event)
            let taken = try await tables.take([
                tables.intake.record(of: EventRuling(discarding: event, at: tables.intake.now), on: fact)
            ])
            #expect(taken.map(\.codes) == Array(repeating: ["discarded-by-operator"], count: 3))
            #expect(
                try await tables.take([try record(&tables.intake, "call 4")]).map(\.codes) == [
                    ["discarded-by-operator"]
                ])
            #expect(try await tables.database.count("SELECT count(*) FROM referral_intake.verdict") == 1)
        }
    }

    @Test("E2: what an event has and its type has not is on its receipt also once it was read back from the table")
    func ignored() async throws {
        try await withTables { tables in
            let time = tables.intake.now.rfc3339
            func list(_ said: [VirtualIntake.Said]) -> [[String]] {
                said.receipts.map { $0.event.data["ignored"]?.elements.compactMap(\.string) ?? [] }
            }
            func record(_ tables: inout Tables, _ type: String, _ id: String, _ data: String) throws -> KafkaMessage {
                try tables.intake.record(type, as: "csc", id: id, time: time, data)
            }
            let opening = Events.involvement("CSC").replacing(#""role":"#, with: #""a":1,"b/c":2,"role":"#)
            for _ in 1...2 {
                let opened = try record(&tables, "involvement.opened.v1", "i", opening)
                #expect(list(try await tables.take([opened])) == [["/data/a", "/data/b~1c"]])
            }
            let wrong = Events.decision(from: "early-help", extra: #","x":1"#)
            let first = try #require(
                try await tables.take([try record(&tables, "decision.changed.v1", "d", wrong)]).facts.first)
            #expect(list(try await tables.take([try record(&tables, "decision.changed.v1", "d", wrong)])) == [])
            let reason = RefusalReason(path: "/data/children/0/from", code: .staleDecision, message: "Stale.")
            #expect(try await tables.take([try tables.intake.ruling(on: first, [reason])]).count == 2)
            // Another takes the refused one's place, and what it has takes the place of what the other had.
            let right = try record(&tables, "decision.changed.v1", "d", Events.decision(extra: #","y":1"#))
            let fact = try #require(try await tables.take([right]).facts.first)
            #expect(list(try await tables.take([try tables.intake.ruling(on: fact)])) == [["/data/y"]])
            let rows = "SELECT count(*) FROM referral_intake.journal WHERE ignored = '/data/y'"
            #expect(try await tables.database.count(rows) == 1)
        }
    }

    func withTables(_ body: (inout Tables) async throws -> Void) async throws {
        var tables = try await Tables()
        do { try await body(&tables) } catch {
            try? await tables.drop()
            throw error
        }
        try await tables.drop()
    }

    @Test(
        "trial B2: refused, the same again, corrected, accepted, and each again: with the rulings kept in the database"
    )
    func rulings() async throws {
        try await withTables { tables in
            let time = tables.intake.now.rfc3339
            func decision(_ from: String, _ tables: inout Tables) throws -> KafkaMessage {
                try tables.intake.record(
                    "decision.changed.v1", as: "csc", id: "d", time: time, Events.decision(from: from))
            }
            let stale = RefusalReason(path: "/data/children/0/from", code: .staleDecision, message: "It is section-47.")
            let involved = try tables.intake.record(
                "involvement.opened.v1", as: "csc", id: "i", time: time, Events.involvement("CSC"))
            #expect(try await tables.take([involved]).receipts.map(\.isAccepted) == [true])

            let wrong = try await tables.take([try decision("early-help", &tables)])
            let first = try #require(wrong.facts.first)
            let other = try await tables.take([try decision("section-47", &tables)])
            #expect(other.map(\.codes) == [["duplicate-id-different-content"]], "it is still being judged")
            let refusal = try await tables.take([try tables.intake.ruling(on: first, [stale])])
            #expect(refusal.map(\.codes) == [["stale-decision"]])
            #expect(refusal.first?.event.data["record"]?["offset"]?.int64 == 1)
            #expect(try await tables.take([try decision("early-help", &tables)]).map(\.codes) == [["stale-decision"]])

            let right = try #require(try await tables.take([try decision("section-47", &tables)]).facts.first)
            #expect(right.event.envelope.id != first.event.envelope.id)
            let receipt = try await tables.take([try tables.intake.ruling(on: right)])
            #expect(receipt.map(\.isAccepted) == [true])
            let again = try await tables.take([
                try decision("section-47", &tables), try decision("section-47", &tables),
            ])
            #expect(again.map(\.isAccepted) == [true, true])
            #expect(
                Set(again.map { $0.event.data["recordedAt"]?.string })
                    == [receipt.first?.event.data["recordedAt"]?.string])
            #expect(
                try await tables.take([try decision("early-help", &tables)]).map(\.codes)
                    == [["duplicate-id-different-content"]])
            #expect(try await tables.database.count("SELECT count(*) FROM referral_intake.journal") == 2)
        }
    }

    @Test("trial A1: U+0000 in a reference is its sender's matter alone: it is refused, and the others are accepted")
    func unstorable() async throws {
        try await withTables { tables in
            let time = tables.intake.now.rfc3339
            let bad = Events.involvement("POL").replacing(#""ref":"POL-A""#, with: #""ref":"C\u00001""#)
            let records = [
                try tables.intake.record(
                    "involvement.opened.v1", as: "csc", id: "1", time: time, Events.involvement("CSC")),
                try tables.intake.record("involvement.opened.v1", as: "police", id: "2", time: time, bad),
                try tables.intake.record("involvement.opened.v1", as: "csc", id: "3", time: time, Events.elsewhere),
            ]
            let receipts = try await tables.take(records).receipts
            #expect(
                receipts.filter(\.isAccepted).map { $0.event.data["eventId"]?.string }.sorted {
                    ($0 ?? "") < ($1 ?? "")
                } == ["1", "3"])
            let refused = receipts.filter { !$0.isAccepted }
            #expect(refused.map(\.topic) == ["agency.police.notices"])
            #expect(refused.first?.event.data["record"]?["offset"]?.int64 == 0)
        }
    }

    @Test(
        "trial A11: whoever takes the lock that is only a number stops nobody", .timeLimit(TestEnvironment.minutes(1)))
    func advisoryLock() async throws {
        try await withTables { tables in
            let holder = try await tables.database.connect()
            try await holder.runScript("SELECT pg_advisory_lock(hashtextextended('referral-intake/register', 0))")
            let record = try tables.intake.record(
                "involvement.opened.v1", as: "csc", id: "1", time: tables.intake.now.rfc3339, Events.involvement("CSC"))
            #expect(try await tables.take([record]).receipts.map(\.isAccepted) == [true])
            await holder.close()
        }
    }

    @Test("I1, E2: an identifier is taken by the event that is on record, and free again once that was refused")
    func identifiers() async throws {
        try await withTables { tables in
            let time = tables.intake.now.rfc3339
            func ask(_ id: String, _ tables: inout Tables) async throws -> [VirtualIntake.Said] {
                try await tables.take([
                    try tables.intake.record(
                        "conference.requested.v1", as: "csc", id: id, time: time, Events.conference())
                ])
            }
            _ = try await tables.take([
                try tables.intake.record(
                    "involvement.opened.v1", as: "csc", id: "i", time: time, Events.involvement("CSC"))
            ])
            let first = try #require(try await ask("1", &tables).facts.first)
            #expect(try await ask("2", &tables).map(\.codes) == [["identifier-taken"]])
            let full = RefusalReason(path: "/data/requestId", code: .staleDecision, message: "No.")
            _ = try await tables.take([try tables.intake.ruling(on: first, [full])])
            let second = try #require(try await ask("3", &tables).facts.first)
            _ = try await tables.take([try tables.intake.ruling(on: second)])
            #expect(try await ask("4", &tables).map(\.codes) == [["identifier-taken"]])
        }
    }

    @Test(
        "Retention: until when a household has been seen is noted with its first event and once a month, and locks nothing"
    )
    func seen() async throws {
        try await withTables { tables in
            func publish(_ id: String, _ tables: inout Tables) async throws {
                let time = tables.intake.now.rfc3339
                let record = try tables.intake.record(
                    "involvement.opened.v1", as: "csc", id: id, time: time, Events.involvement("CSC"))
                #expect(try await tables.take([record]).receipts.map(\.isAccepted) == [true])
            }
            let days =
                "SELECT round(extract(epoch FROM seen_until - app.now()) / 86400)::int8 FROM referral_intake.household_age"
            try await publish("1", &tables)
            #expect(try await tables.database.count(days) == 30)
            try await tables.database.moveClock(bySeconds: 10 * 86_400)
            let before = try await tables.database.texts(
                "SELECT xmin::text || ' ' || xmax::text FROM referral_intake.household_age")
            try await publish("2", &tables)
            let after = try await tables.database.texts(
                "SELECT xmin::text || ' ' || xmax::text FROM referral_intake.household_age")
            #expect(before == after, "neither written nor locked")
            try await tables.database.moveClock(bySeconds: 25 * 86_400)
            try await publish("3", &tables)
            #expect(try await tables.database.count(days) == 30)
            #expect(try await tables.database.count("SELECT count(*) FROM referral_intake.household_age") == 1)
        }
    }
}
