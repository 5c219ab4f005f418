import Foundation
import KafkaClient
import PostgresClient
import ServiceRuntime
import TestSupport
import Testing

@testable import Messaging

/// What a relay does with rows that the broker refuses: they wait with what must not overtake them, and others go on.
@Suite(.enabled(if: Surroundings.isComplete, "needs PostgreSQL and Kafka: run deploy/test"))
struct RelayTests {
    @Test("P4: a row that is too long for its topic holds back its own key, and nobody else")
    func tooLong() async throws {
        try await withRelay { relay, database, narrow, wide in
            try await write(
                [
                    (narrow, "a", "1"), (narrow, "a", Self.noise), (narrow, "a", "3"), (narrow, "b", "4"),
                    (wide, "a", "5"), (narrow, nil, "6"),
                ], database)
            try await run(relay, until: "SELECT count(*) = 2 FROM escalation_tracker.outbox", database)
            #expect(try await said(on: narrow) == ["1", "4", "6"])
            #expect(try await said(on: wide) == ["5"])
            #expect(try await database.count("SELECT min(id) FROM escalation_tracker.outbox") == 2, "the first of two")
        }
    }

    @Test("A topic that does not exist holds back what is for it, and nobody else")
    func noSuchTopic() async throws {
        try await withRelay { relay, database, narrow, wide in
            try await write(
                [("no-such-" + narrow, "a", "1"), (wide, "a", "2"), ("no-such-" + narrow, "b", "3")], database)
            try await run(relay, until: "SELECT count(*) = 2 FROM escalation_tracker.outbox", database)
            #expect(try await said(on: wide) == ["2"])
        }
    }

    /// Nothing that lz4 can make shorter.
    private static let noise: String = {
        var generator = SystemRandomNumberGenerator()
        return String((0..<6000).map { _ in Character(Unicode.Scalar(UInt8.random(in: 33...126, using: &generator))) })
    }()

    private func withRelay(_ body: (Relay, TestDatabase, String, String) async throws -> Void) async throws {
        guard let servers = Surroundings.kafka else { throw Missing("KAFKA_BOOTSTRAP_SERVERS is not set.") }
        let database = try await TestDatabase.make()
        let kafka = KafkaConfiguration(bootstrapServers: servers, clientIdentifier: "test")
        let (narrow, wide) = ("narrow-" + UUID().uuidString, "wide-" + UUID().uuidString)
        let admin = try KafkaAdmin(kafka)
        _ = try await admin.create([
            TopicSpecification(
                name: narrow, partitions: 1, replicationFactor: 1, configuration: ["max.message.bytes": "2000"]),
            TopicSpecification(name: wide, partitions: 1, replicationFactor: 1),
        ])
        let relay = Relay(
            service: "escalation-tracker", postgres: .service("escalation-tracker", url: database.url),
            producer: KafkaProducer(
                kafka, messageTimeoutMilliseconds: KafkaProducer.noTimeout, topicTimeoutMilliseconds: 1000,
                isGapless: true),
            recovery: OutboxRecovery(service: "escalation-tracker", kafka: kafka, admin: admin), guards: .all,
            wake: Wake(), onDelivery: { _ in [] }, log: Log(service: "test", format: .json, level: .error),
            health: HealthState(), failpoints: .none, metrics: EngineMetrics(Metrics()))
        try await body(relay, database, narrow, wide)
        try await admin.delete([narrow, wide])
        try await database.drop()
    }

    private func write(_ rows: [(topic: String, key: String?, value: String)], _ database: TestDatabase) async throws {
        for row in rows {
            let key = row.key.map { "'\($0)'" } ?? "NULL"
            try await database.run(
                """
                INSERT INTO escalation_tracker.outbox (topic, key, value)
                VALUES ('\(row.topic)', \(key), convert_to($v$\(row.value)$v$, 'UTF8'))
                """)
        }
    }

    private func run(_ relay: Relay, until query: String, _ database: TestDatabase) async throws {
        let task = Task { await relay.run() }
        let end = ContinuousClock.now.advanced(by: .seconds(40 * Surroundings.patience))
        let asNumber = "SELECT (\(query))::int::int8"
        while try await database.count(asNumber) == 0, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(50))
        }
        task.cancel()
        await task.value
        #expect(try await database.count(asNumber) == 1)
    }

    private func said(on topic: String) async throws -> [String] {
        guard let servers = Surroundings.kafka else { return [] }
        let reader = try await KafkaReader(
            KafkaConfiguration(bootstrapServers: servers, clientIdentifier: "test"), topics: [topic], from: .earliest)
        let records = try await reader.readToEnd(limit: 100)
        await reader.close()
        return records.map { String(decoding: $0.value ?? [], as: UTF8.self) }
    }
}
