import Contracts
import Foundation
import KafkaClient
import PostgresClient
import Safeguarding
import ServiceRuntime
import TestSupport
import Testing

@testable import Messaging

/// Topics that belong to what a service reads, and that it does not read.
struct UnreadTopicsTests {
    private let spec = ServiceSpec(
        "notifier", purpose: "Reads agencies' events in this test.", defaultPort: 1, reads: [.events, .facts],
        writes: [],
        migrations: 0)

    private func unread(_ log: Range<Int64>, position: Int64?, told: Int64? = nil) -> UnreadPartition {
        UnreadPartition(TopicPartition(topic: "t", partition: 0), log, position: position, told: told)
    }

    @Test("What nobody has read is counted by position and log, with what retention has removed; markers are not")
    func counts() {
        let cases: [(UnreadPartition, waiting: Int64, removed: Int64)] = [
            (unread(0..<0, position: nil), 0, 0), (unread(0..<3, position: nil), 3, 0),
            (unread(2..<5, position: nil), 3, 0), (unread(0..<3, position: 3), 0, 0),
            (unread(0..<3, position: 1), 2, 0), (unread(2..<5, position: 1), 3, 1),
            (unread(5..<5, position: 1), 0, 4), (unread(0..<3, position: 2, told: 3), 0, 0),
            // Of a topic that was made anew neither place means anything.
            (unread(0..<2, position: 9), 2, 0), (unread(0..<2, position: 1, told: 9), 1, 0),
        ]
        for (found, waiting, removed) in cases {
            #expect(found.waiting == waiting && found.removed == removed, "\(found)")
            #expect(found.isUnread == (waiting + removed > 0))
        }
    }

    @Test("Topics that are not read: those that have a position, and every agency's, unless they are inputs or gone")
    func topics() {
        let names = Topics(prefix: "north.")
        let there: Set = [
            "north.agency.police.events", "north.agency.gone.events", "north.agency.gone.notices", "north.old",
            "south.agency.x.events", "agency.y.events", "north.other",
        ]
        let found = UnreadPartition.topics(
            of: spec, names, inputs: ["north.agency.police.events"], known: ["north.old", "north.deleted"], there: there
        )
        #expect(found == ["north.agency.gone.events", "north.old"])
        let other = ServiceSpec("notifier", purpose: "", defaultPort: 1, reads: [.facts], writes: [], migrations: 0)
        #expect(UnreadPartition.topics(of: other, names, inputs: [], known: [], there: there) == [])
    }

    @Test("A replica is another member of its group when it is to read other topics, and the same one otherwise")
    func memberName() {
        func name(_ topics: [String], replica: String? = "1") -> String? {
            EngineSettings(
                service: spec, replica: replica,
                kafka: KafkaConfiguration(bootstrapServers: "127.0.0.1:1", clientIdentifier: "test"),
                postgres: PostgresConfiguration(url: "postgresql://a@b/c"), topicPrefix: "", topics: topics,
                batchMessages: 1
            ).groupInstance
        }
        #expect(name(["a", "b"]) == name(["b", "a"]))
        #expect(name(["a", "b"]) != name(["a"]))
        #expect(name(["a"])?.hasPrefix("notifier-1-") == true && name(["a"], replica: nil) == nil)
    }

    @Test(
        "What stands on the topic of an agency that policy does not name is in health, in the log once and in a metric, until it is left out or gone",
        .enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"),
        .timeLimit(TestEnvironment.minutes(5)))
    func looks() async throws {
        let kafka = KafkaConfiguration(
            bootstrapServers: try #require(TestEnvironment.kafka), clientIdentifier: "test")
        let admin = try KafkaAdmin(kafka)
        let names = Topics(prefix: "u" + UUID().uuidString.prefix(8).lowercased() + ".")
        let (police, left) = (
            names.events(of: try #require(AgencyCode("police"))).name,
            names.events(of: try #require(AgencyCode("left"))).name
        )
        let database = try await TestDatabase.make()
        let pool = PostgresPool(.service("notifier", url: database.url), maximumConnections: 1)
        let (health, metrics) = (HealthState(), Metrics())
        let watch = UnreadTopics(
            spec: spec, names: names, inputs: [police], store: PositionStore(pool: pool), kafka: kafka,
            log: Log(service: "test", format: .text, level: .error) { _ in }, health: health,
            metrics: EngineMetrics(metrics))
        var said: Set<String> = []
        try await watch.look(admin, &said)
        let missing = try #require(health.status(of: .unreadTopics))
        #expect(missing.word == "attention", "topics that are to be read and are not there")
        #expect(missing.reason.contains(police) && missing.reason.contains("keepsight topics apply"), "\(missing)")

        _ = try await admin.create(
            [police, left].map { TopicSpecification(name: $0, partitions: 1, replicationFactor: 1) })
        try await watch.look(admin, &said)
        #expect(health.status(of: .unreadTopics) == .ok, "nothing stands there")
        let producer = KafkaProducer(kafka)
        for result in await producer.produce([police, left, left].map { KafkaRecord(topic: $0, key: nil, value: [1]) })
        {
            _ = try result.get()
        }
        for _ in 1...2 {
            try await watch.look(admin, &said)
            let reason = try #require(health.status(of: .unreadTopics)).reason
            for part in [left, "2 messages wait there", "repair notifier \(left) 0 --from end"] {
                #expect(reason.contains(part), "\(reason)")
            }
            #expect(!reason.contains(police) && health.status(of: .unreadTopics)?.word == "attention")
            #expect(said == [left])
        }
        #expect(metrics.exposition.contains("keepsight_lag_messages{topic=\"\(left)\"} 2.0"))
        // What an operator's act does: also of a topic that has no position.
        let decision = Repositioning(
            partition: TopicPartition(topic: left, partition: 0), nextOffset: 2,
            cluster: try await admin.clusterIdentifier()
        ).query
        _ = try await pool.withConnection { try await $0.run(decision.statement, decision.parameters) }
        try await watch.look(admin, &said)
        #expect(health.status(of: .unreadTopics) == .ok && said == [])
        #expect(metrics.exposition.contains("keepsight_lag_messages{topic=\"\(left)\"} 0.0"))
        // Whoever goes on publishing there is heard of.
        for result in await producer.produce([KafkaRecord(topic: left, key: nil, value: [1])]) { _ = try result.get() }
        try await watch.look(admin, &said)
        #expect(health.status(of: .unreadTopics)?.reason.contains("1 message waits there") == true)

        await producer.close()
        await pool.close()
        try await admin.delete([police, left])
        try await database.drop()
    }
}
