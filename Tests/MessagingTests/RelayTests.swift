import Foundation
import KafkaClient
import PostgresClient
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@testable import Messaging

/// What a relay does with rows that the broker refuses: they wait with what must not overtake them, and others go on.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"))
struct RelayTests {
    /// Whether what is said comes from a transaction for each record, or from one for all.
    enum Writing: CaseIterable { case apart, together }

    @Test(
        "P4: a record that is too long for its topic holds back its own key, and nobody else",
        arguments: Writing.allCases)
    func tooLong(_ writing: Writing) async throws {
        try await withRelay { relay, database, narrow, wide in
            try await write(
                [
                    (narrow, "a", "1"), (narrow, "a", Self.noise(6000)), (narrow, "a", "3"), (narrow, "b", "4"),
                    (wide, "a", "5"), (narrow, nil, "6"),
                ], writing, database)
            try await run(relay, until: "SELECT count(*) = 2 FROM escalation_tracker.outbox_record", database)
            var heard = try await said(on: narrow)
            #expect(heard == ["1", "4", "6"])
            heard = try await said(on: wide)
            #expect(heard == ["5"])
            let first =
                "SELECT CASE WHEN max(id) > 1 THEN min(id) ELSE min(place) END FROM escalation_tracker.outbox_record"
            #expect(try await database.count(first) == 2, "the first of two")

            // Whoever comes next does not say again what the broker has, and knows nothing of what was refused.
            let next = try self.relay(database)
            try await write([(narrow, "c", "7")], writing, database)
            try await run(next, until: "SELECT count(*) = 2 FROM escalation_tracker.outbox_record", database)
            heard = try await said(on: narrow)
            #expect(heard == ["1", "4", "6", "7"])
            heard = try await said(on: wide)
            #expect(heard == ["5"])
        }
    }

    @Test(
        "Nothing of a key behind a record that is refused stands on its topic, whether the broker knows who says it or not",
        arguments: [0, 1])
    func gapless(partitionOfBefore: Int32) async throws {
        let kafka = try kafka()
        let topic = "gapless-" + UUID().uuidString
        let admin = try KafkaAdmin(kafka)
        _ = try await admin.create([
            TopicSpecification(
                name: topic, partitions: 2, replicationFactor: 1, configuration: ["max.message.bytes": "100000"])
        ])
        let producer = producer(kafka)
        func record(_ value: String, partition: Int32 = 1) -> KafkaRecord {
            KafkaRecord(topic: topic, partition: partition, key: [97], value: Array(value.utf8))
        }
        // It is connected and knows the topic after that, so the first of the next leaves at once, and others right behind it.
        let before = [record("before", partition: partitionOfBefore)]
        #expect(await producer.produce(before).allSatisfy { (try? $0.get()) != nil })
        // Three megabytes, of which a request holds one; only the first of them is too long when it is packed. Whether a second
        // one is on its way before the first is refused is for the client and the moment to decide.
        let behind = record(String(repeating: "b", count: 1000))
        let results = await producer.produce(
            [record(Self.noise(200_000))] + [KafkaRecord](repeating: behind, count: 3000))
        #expect(results.allSatisfy { (try? $0.get()) == nil })
        let heard = try await said(on: topic)
        #expect(heard == ["before"])
        await producer.close()
        try await admin.delete([topic])
    }

    @Test("A topic that does not exist holds back what is for it, and nobody else", arguments: Writing.allCases)
    func noSuchTopic(_ writing: Writing) async throws {
        try await withRelay { relay, database, narrow, wide in
            try await write(
                [("no-such-" + narrow, "a", "1"), (wide, "a", "2"), ("no-such-" + narrow, "b", "3")], writing, database)
            try await run(relay, until: "SELECT count(*) = 2 FROM escalation_tracker.outbox_record", database)
            let heard = try await said(on: wide)
            #expect(heard == ["2"])
            #expect(
                try await database.count("SELECT count(*) FROM escalation_tracker.outbox_record WHERE value IS NULL")
                    == 0)
        }
    }

    @Test("What this process has committed needs no look at the table, overtakes nobody, and is not said twice")
    func committedHere() async throws {
        let (wake, copies, metrics) = (AsyncSignal(), OutboxCache(), EngineMetrics(Metrics()))
        try await withRelay(wake, copies, metrics) { relay, database, _, wide in
            // Nothing is deleted but what fills a deletion, after which it looks in any case.
            var relay = relay
            relay.longestPending = .seconds(3600)
            let connection = try await database.connect(schema: "escalation_tracker")
            let reader = try await self.reader(of: wide)
            var (expected, heard): ([String], [String]) = ([], [])

            /// As this process commits it, or as another does.
            func commit(_ values: [String], isOurs: Bool = true) async throws -> (id: Int64, copy: OutboxCopy) {
                let said = values.map { OutgoingRecord(topic: wide, key: "k", value: Array($0.utf8)) }
                let copy = OutboxCopy(name: .random(), records: said)
                let insertion = OutgoingRecord.insert(said, named: copy.name)
                let id = try await connection.run(insertion.statement, insertion.parameters).onlyRow().int8("id")
                if isOurs { copies.keep(said, named: copy.name, of: id) }
                expected += values
                return (id, copy)
            }
            func carry() async throws {
                wake.signal()
                let end = ContinuousClock.now.advanced(by: .seconds(20 * TestEnvironment.patience))
                while heard.count < expected.count, ContinuousClock.now < end {
                    heard += try await reader.next(maximumMessages: 1000, timeoutMilliseconds: 200).map(\.text)
                }
            }

            let task = Task { [relay] in await relay.run() }
            _ = try await commit((0..<Relay.maximumPendingRecords).map(String.init), isOurs: false)
            try await carry()
            var withoutLook = 0
            while withoutLook < 3, expected.count < 2 * Relay.maximumPendingRecords - 10 {
                let before = metrics.roundTrips.total
                _ = try await commit(["\(expected.count)"])
                try await carry()
                if metrics.roundTrips.total == before { withoutLook += 1 }
            }
            #expect(withoutLook == 3)

            // Behind another process's row of the same household.
            _ = try await commit(["theirs"], isOurs: false)
            _ = try await commit(["ours", "and ours"])
            try await carry()
            // Carried from the table, before its writer has said that it was there.
            let late = try await commit(["late"], isOurs: false)
            try await carry()
            copies.keep(late.copy.records, named: late.copy.name, of: late.id)
            _ = try await commit(["last"])
            try await carry()
            task.cancel()
            await task.value
            await reader.close()
            await connection.close()
            #expect(try await said(on: wide) == expected)
        }
    }

    @Test("Lost or wrong bytes: a service hears of all that the broker has: whole rows, and records by name")
    func delivered() async throws {
        try await withRelay { _, database, narrow, wide in
            let heard = Heard()
            let relay = try self.relay(database) { delivery in
                heard.deliveries.withLock { $0.append(delivery) }
                return []
            }
            let connection = try await database.connect(schema: "escalation_tracker")
            let said = { (topic: String, name: String, text: String) in
                OutgoingRecord(topic: topic, key: name, value: Array(text.utf8), reference: name)
            }
            var rows: [Int64] = []
            for records in [
                [said(wide, "n1", "1"), said(narrow, "n2", Self.noise(6000))],
                [said(wide, "n3", "3"), said(wide, "n4", "4")],
            ] {
                let insertion = OutgoingRecord.insert(records)
                rows.append(try await connection.run(insertion.statement, insertion.parameters).onlyRow().int8("id"))
            }
            await connection.close()
            try await run(relay, until: "SELECT count(*) = 1 FROM escalation_tracker.outbox_record", database)
            let deliveries = heard.deliveries.withLock { $0 }
            #expect(deliveries.flatMap(\.rows) == [rows[1]])
            #expect(deliveries.flatMap(\.references).contains("n1"))
            #expect(!deliveries.flatMap(\.references).contains("n2"))
        }
    }

    @Test("Rows of this process behind one that the broker refuses are published once, in order")
    func committedHereBehindRefused() async throws {
        let (wake, copies) = (AsyncSignal(), OutboxCache())
        try await withRelay(wake, copies) { relay, database, narrow, wide in
            let connection = try await database.connect(schema: "escalation_tracker")
            func commit(_ records: [OutgoingRecord]) async throws {
                let name = PostgresUUID.random()
                let insertion = OutgoingRecord.insert(records, named: name)
                let id = try await connection.run(insertion.statement, insertion.parameters).onlyRow().int8("id")
                copies.keep(records, named: name, of: id)
                wake.signal()
            }
            func record(_ topic: String, _ key: String, _ value: String) -> OutgoingRecord {
                OutgoingRecord(topic: topic, key: key, value: Array(value.utf8))
            }
            let task = Task { await relay.run() }
            let reader = try await self.reader(of: wide)
            var heard: [String] = []
            func hear(_ count: Int) async throws {
                let end = ContinuousClock.now.advanced(by: .seconds(40 * TestEnvironment.patience))
                while heard.count < count, ContinuousClock.now < end {
                    heard += try await reader.next(maximumMessages: 1000, timeoutMilliseconds: 100).map(\.text)
                }
            }
            // So that the chain has begun, and what follows comes from memory.
            for number in 0..<20 {
                try await commit([record(wide, "k", "\(number)")])
                try await hear(number + 1)
            }
            try await commit([record(narrow, "a", Self.noise(6000)), record(wide, "k", "20")])
            try await commit([record(wide, "k", "21"), record(narrow, "a", "behind it")])
            for number in 22..<30 { try await commit([record(wide, "k", "\(number)")]) }
            try await hear(30)
            try await run(relay, until: "SELECT count(*) = 2 FROM escalation_tracker.outbox_record", database, task)
            await reader.close()
            await connection.close()
            #expect(try await said(on: wide) == (0..<30).map(String.init))
            #expect(try await said(on: narrow) == [])
        }
    }

    /// Nothing that lz4 can make much shorter.
    static func noise(_ characters: Int) -> String {
        String((0..<characters).map { _ in Character(Unicode.Scalar(UInt8.random(in: 33...126))) })
    }

    func withRelay(
        _ wake: AsyncSignal = AsyncSignal(), _ copies: OutboxCache = OutboxCache(),
        _ metrics: EngineMetrics = EngineMetrics(Metrics()),
        _ body: (Relay, TestDatabase, String, String) async throws -> Void
    ) async throws {
        let kafka = try kafka()
        let database = try await TestDatabase.make()
        let (narrow, wide) = ("narrow-" + UUID().uuidString, "wide-" + UUID().uuidString)
        let admin = try KafkaAdmin(kafka)
        _ = try await admin.create([
            TopicSpecification(
                name: narrow, partitions: 1, replicationFactor: 1, configuration: ["max.message.bytes": "2000"]),
            TopicSpecification(name: wide, partitions: 1, replicationFactor: 1),
        ])
        try await body(try relay(database, wake, copies, metrics), database, narrow, wide)
        try await admin.delete([narrow, wide])
        try await database.drop()
    }

    func relay(
        _ database: TestDatabase, _ wake: AsyncSignal = AsyncSignal(), _ copies: OutboxCache = OutboxCache(),
        _ metrics: EngineMetrics = EngineMetrics(Metrics()),
        onDelivery: @escaping Relay.DeliveryRecord = { _ in [] }
    ) throws -> Relay {
        let kafka = try kafka()
        return Relay(
            service: "escalation-tracker", postgres: .service("escalation-tracker", url: database.url),
            producer: producer(kafka),
            recovery: OutboxRecovery(kafka: kafka, admin: try KafkaAdmin(kafka)),
            guards: .all, wake: wake, onDelivery: onDelivery,
            log: Log(service: "test", format: .json, level: .error), health: HealthState(), failpoints: .none,
            metrics: metrics, copies: copies)
    }

    func write(
        _ records: [(topic: String, key: String?, value: String)], _ writing: Writing, _ database: TestDatabase
    ) async throws {
        let connection = try await database.connect(schema: "escalation_tracker")
        let rows = writing == .apart ? records.map({ [$0] }) : [records]
        for row in rows {
            let insertion = OutgoingRecord.insert(
                row.map { OutgoingRecord(topic: $0.topic, key: $0.key, value: Array($0.value.utf8)) })
            _ = try await connection.run(insertion.statement, insertion.parameters)
        }
        await connection.close()
    }

    func run(
        _ relay: Relay, until query: String, _ database: TestDatabase, _ running: Task<Void, Never>? = nil
    ) async throws {
        let task = running ?? Task { await relay.run() }
        let end = ContinuousClock.now.advanced(by: .seconds(40 * TestEnvironment.patience))
        let asNumber = "SELECT (\(query))::int::int8"
        while try await database.count(asNumber) == 0, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(50))
        }
        task.cancel()
        await task.value
        let left = try await database.texts(
            "SELECT id || '.' || place || ' ' || topic FROM escalation_tracker.outbox_record ORDER BY id, place")
        #expect(try await database.count(asNumber) == 1, "\(left)")
    }

    func said(on topic: String) async throws -> [String] {
        let reader = try await reader(of: topic)
        let records = try await reader.readToEnd(limit: 5000)
        await reader.close()
        return records.map(\.text)
    }

    func reader(of topic: String) async throws -> KafkaReader {
        try await KafkaReader(try kafka(), topics: [topic], from: .earliest)
    }

    func kafka() throws -> KafkaConfiguration {
        guard let servers = TestEnvironment.kafka else { throw Missing("KAFKA_BOOTSTRAP_SERVERS is not set.") }
        return KafkaConfiguration(bootstrapServers: servers, clientIdentifier: "test")
    }

    /// As a relay has it, and sooner sure that there is no such topic.
    func producer(_ kafka: KafkaConfiguration) -> KafkaProducer {
        KafkaProducer(
            kafka, messageTimeoutMilliseconds: KafkaProducer.noTimeout, topicTimeoutMilliseconds: 1000, isGapless: true)
    }
}

/// What a service has been told of its outbox.
private final class Heard: Sendable {
    let deliveries = Mutex<[Delivery]>([])
}

extension KafkaMessage {
    fileprivate var text: String { String(decoding: value ?? [], as: UTF8.self) }
}
