import Foundation
import KafkaClient
import TestSupport

/// Topics of one test, on the Kafka that all share.
enum OwnTopics {
    /// Runs a test with so many topics, which go with it.
    static func with(
        _ count: Int = 1, partitions: Int32, _ body: (KafkaConfiguration, [String]) async throws -> Void
    ) async throws {
        guard let servers = TestEnvironment.kafka else { throw Missing("KAFKA_BOOTSTRAP_SERVERS is not set.") }
        let configuration = KafkaConfiguration(bootstrapServers: servers, clientIdentifier: "test")
        let names = (0..<count).map { _ in "kafka-client-" + UUID().uuidString }
        let admin = try KafkaAdmin(configuration)
        // Kept whatever their age: half a minute after its start the broker looks for records that are too old.
        _ = try await admin.create(
            names.map {
                TopicSpecification(
                    name: $0, partitions: partitions, replicationFactor: 1, configuration: ["retention.ms": "-1"])
            })
        try await body(configuration, names)
        try await admin.delete(names)
    }
}

extension KafkaConfiguration {
    /// A client that packs what no consumer of ours unpacks, so many records in one batch: it waits until it has them.
    func packing(_ codec: String, together count: Int = 1) -> KafkaConfiguration {
        var packing = self
        packing.settings = [
            "compression.codec": codec, "message.max.bytes": "1000000000", "batch.size": "100000000",
            "batch.num.messages": String(count), "linger.ms": "20000",
        ]
        return packing
    }
}

/// A member of a group for tests: takes what it is given from the beginning.
struct Reading {
    let consumer: KafkaConsumer
    var messages: [KafkaMessage] = []
    var unreadable: [UnreadablePlace] = []
    var assigned: [TopicPartition] = []
    /// How many messages each batch had.
    var batches: [[KafkaMessage]] = []

    init(
        _ configuration: KafkaConfiguration, group: String, topics: [String], instance: String? = nil
    ) throws {
        consumer = try KafkaConsumer(
            configuration, KafkaConsumer.Options(group: group, topics: topics, groupInstance: instance))
    }

    /// Reads until that is so, or for a minute.
    mutating func read(maximumMessages: Int = 100, until isDone: (Reading) -> Bool) async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(60 * TestEnvironment.patience))
        while !isDone(self), ContinuousClock.now < end { try await turn(maximumMessages: maximumMessages) }
    }

    mutating func turn(maximumMessages: Int = 100) async throws {
        switch try await consumer.next(maximumMessages: maximumMessages, timeoutMilliseconds: 200) {
        case .assigned(let partitions):
            assigned = partitions
            try await consumer.start(Dictionary(uniqueKeysWithValues: partitions.map { ($0, 0) }))
        case .revoked:
            assigned = []
            await consumer.released()
        case .batch(let batch):
            messages += batch.messages
            batches.append(batch.messages)
        case .unreadable(let place): unreadable.append(place)
        case .displaced(let partitions): throw Missing("the logs of \(partitions) are not those that were read")
        case nil: break
        }
    }
}
