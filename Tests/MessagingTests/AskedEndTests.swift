import Foundation
import KafkaClient
import ServiceRuntime
import TestSupport
import Testing

@testable import Messaging

/// Where librdkafka has stopped fetching without a word, nothing that is fetched says where the log ends.
@Suite(.enabled(if: TestEnvironment.hasKafka, "needs Kafka: run deploy/test"))
struct AskedEndTests {
    @Test(
        "Where nothing that is fetched says the end, the one that brokers were asked for shows what stands and how much waits"
    )
    func asked() async throws {
        let servers = try #require(TestEnvironment.kafka)
        let kafka = KafkaConfiguration(bootstrapServers: servers, clientIdentifier: "test")
        let topic = "asked-end-" + UUID().uuidString
        let admin = try KafkaAdmin(kafka)
        _ = try await admin.create([
            TopicSpecification(
                name: topic, partitions: 1, replicationFactor: 1, configuration: ["retention.ms": "-1"])
        ])
        let partition = TopicPartition(topic: topic, partition: 0)
        let consumer = try KafkaConsumer(kafka, KafkaConsumer.Options(group: topic, topics: [topic]))
        var isAssigned = false
        while !isAssigned {
            guard case .assigned = try await consumer.next(maximumMessages: 1, timeoutMilliseconds: 1000) else {
                continue
            }
            try await consumer.start([partition: 0])
            isAssigned = true
        }
        let metrics = Metrics()
        let watch = ReadingWatch(
            HealthState(), Log(service: "test", format: .text, level: .error) { _ in }, EngineMetrics(metrics))
        watch.reads(from: consumer)
        watch.turn(at: [partition: 0])
        let asking = Task { await watch.run(isDatabaseWell: { true }, ends: { _ in [partition: 5] }) }
        let end = ContinuousClock.now.advanced(by: .seconds(60 * TestEnvironment.patience))
        let wanted = [partition: KafkaConsumer.HeldBack(from: 0, end: 5)]
        let sample = "keepsight_lag_messages{topic=\"\(topic)\"} 5.0"
        while await consumer.heldBack() != wanted || !metrics.exposition.contains(sample), ContinuousClock.now < end {
            // Empty, as its log is.
            _ = try await consumer.next(maximumMessages: 1, timeoutMilliseconds: 200)
        }
        #expect(await consumer.heldBack() == wanted)
        #expect(metrics.exposition.contains(sample))
        asking.cancel()
        await asking.value
        await consumer.close(timeoutMilliseconds: 5000)
        try await admin.delete([topic])
    }
}
