import Foundation
import KafkaClient
import TestSupport
import Testing

/// One of three brokers dies and comes back: what it led is led by another from then on.
@Suite(.enabled(if: TestEnvironment.canBreakBrokers, "needs KAFKA_HOME, since brokers are killed"))
struct BrokerLossTests {
    @Test(
        "Clients that knew the old leaders of partitions ask the new ones, whether they noticed or not",
        .timeLimit(TestEnvironment.minutes(10)))
    func newLeaders() async throws {
        try await OwnBroker.with(brokers: 3) { broker in
            let configuration = KafkaConfiguration(bootstrapServers: broker.servers, clientIdentifier: "test")
            let (admin, sleeper) = (try KafkaAdmin(configuration), try KafkaAdmin(configuration))
            let topic = "led-" + UUID().uuidString
            _ = try await admin.create([TopicSpecification(name: topic, partitions: 6)])
            let records = (0..<60).map { number in
                KafkaRecord(topic: topic, partition: Int32(number % 6), key: nil, value: Array("\(number)".utf8))
            }
            for result in await KafkaProducer(configuration).produce(records) { _ = try result.get() }
            for client in [admin, sleeper] {
                #expect(try await ends(of: topic, client) == 60, "the leaders are in its cache now")
            }
            try await broker.fault("broker-kill", "1")
            // Kafka takes nine seconds to see that the broker is gone.
            #expect(try await patiently { try await ends(of: topic, admin) } == 60)
            try await broker.fault("broker-start", "1")
            #expect(try await patiently { try await ends(of: topic, admin) } == 60)
            // It asks a broker that is back and leads no longer.
            #expect(try await ends(of: topic, sleeper) == 60)
            #expect(try await admin.offsets(of: topic, atMilliseconds: 0).values.allSatisfy { $0 == 0 })
        }
    }

    /// As a service asks: again, while it may still come right.
    private func patiently(_ ask: () async throws -> Int64) async throws -> Int64 {
        let end = ContinuousClock.now.advanced(by: .seconds(40 * TestEnvironment.patience))
        while true {
            do {
                return try await ask()
            } catch let error as KafkaError where error.isRetriable && ContinuousClock.now < end { continue }
        }
    }

    private func ends(of topic: String, _ admin: KafkaAdmin) async throws -> Int64 {
        var sum: Int64 = 0
        for number in 0..<6 {
            sum += try await admin.watermarks(of: TopicPartition(topic: topic, partition: Int32(number))).high
        }
        return sum
    }
}
