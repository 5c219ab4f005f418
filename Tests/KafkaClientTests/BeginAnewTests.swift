import Foundation
import TestSupport
import Testing

@testable import KafkaClient

@Suite(.enabled(if: TestEnvironment.hasKafka, "needs Kafka: run deploy/test"))
struct BeginAnewTests {
    @Test(
        "trial B: what is read anew is heard of at once, and so is every other partition",
        .timeLimit(TestEnvironment.minutes(1)))
    func beginAnew() async throws {
        try await OwnTopics.with(2, partitions: 1) { configuration, topics in
            func publish(_ value: UInt8) async throws {
                let record = RawBatch.batch(RawBatch.record(delta: 0, value: [value]), records: 1)
                _ = try await RawBatch.produce([record], to: topics[1], at: configuration.bootstrapServers)
            }
            try await publish(0)
            var reading = try Reading(configuration, group: topics[0], topics: topics)
            try await reading.read { $0.messages.count == 1 }
            for round in 1...3 {
                try await reading.consumer.start([
                    TopicPartition(topic: topics[0], partition: 0): 0,
                    TopicPartition(topic: topics[1], partition: 0): Int64(round),
                ])
                // Reading waits before it comes: what is there already is found without being told.
                let producer = Task {
                    try await Task.sleep(for: .milliseconds(300))
                    try await publish(UInt8(round))
                }
                // Longer than any patience: without a word of it this would come when the time is over.
                let event = try await reading.consumer.next(
                    maximumMessages: 10, timeoutMilliseconds: 3_600_000)
                try await producer.value
                guard case .batch(let batch) = event else { throw Missing("a word of what has come") }
                #expect(batch.messages.map(\.value) == [[UInt8(round)]])
            }
            await reading.consumer.close(timeoutMilliseconds: 5000)
        }
    }
}
