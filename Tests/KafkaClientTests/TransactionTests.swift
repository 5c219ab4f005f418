import Foundation
import TestSupport
import Testing

@testable import KafkaClient

/// What a producer with transactions leaves in a log beside its records.
@Suite(.enabled(if: TestEnvironment.hasKafka, "needs Kafka: run deploy/test"))
struct TransactionTests {
    @Test("Behind the last committed record the end is known: markers and aborted records are nobody's work")
    func ends() async throws {
        try await OwnTopics.with(2, partitions: 1) { configuration, topics in
            let producer = try await TransactionalProducer(
                configuration.bootstrapServers, transactionalID: topics[0] + "-producer")
            func transact(_ value: UInt8, commits: Bool) async throws {
                try await producer.begin()
                try await producer.produce([[value], [value]], to: topics[0])
                if commits { try await producer.commit() } else { try await producer.abort() }
            }
            try await transact(1, commits: true)
            try await transact(2, commits: false)
            let partition = TopicPartition(topic: topics[0], partition: 0)
            var reading = try Reading(configuration, group: topics[0], topics: topics)
            try await reading.read { $0.messages.count >= 2 }
            // Two records and a marker; two that were aborted, and a marker: four offsets that somebody has to look at.
            try await reading.read { !$0.unreadable.isEmpty }
            #expect(reading.unreadable.map(\.kind) == [.passed(end: 6)])
            try await reading.consumer.goOn(partition, at: 6)
            try await Self.until {
                await reading.consumer.ends().behind == [partition: 2..<6]
            } turn: {
                try await reading.turn()
            }
            #expect(await reading.consumer.knownEnds(of: [partition]) == [partition: 6])
            // An open transaction: nobody gets what it has written.
            try await producer.begin()
            try await producer.produce([[3], [3]], to: topics[0])
            #expect(try await KafkaAdmin(configuration).watermarks(of: partition).high == 6)
            // By that nothing is left to read; but that something stands behind is told.
            try await Self.until {
                await reading.consumer.heldBack() == [partition: KafkaConsumer.HeldBack(from: 6, end: 8)]
            } turn: {
                try await reading.turn()
            }
            let behind = [partition: Int64(6)..<8]
            let records = RecordTimes(configuration)
            #expect(
                try await records.unread(in: behind, timeoutMilliseconds: 500)
                    == [partition: RecordTimes.Unread(offsets: 2, isShown: false)],
                "nobody gets them, and they count")
            try await producer.commit()
            #expect(
                try await records.unread(in: behind, timeoutMilliseconds: 60_000)
                    == [partition: RecordTimes.Unread(offsets: 2, isShown: true)])
            try await reading.read { $0.messages.count >= 4 }
            #expect(reading.messages.map(\.offset) == [0, 1, 6, 7])
            try await Self.until {
                await reading.consumer.ends().behind == [partition: 8..<9]
            } turn: {
                try await reading.turn()
            }
            let plain = KafkaRecord(topic: topics[1], key: nil, value: [4])
            for result in await KafkaProducer(configuration).produce([plain]) { _ = try result.get() }
            try await reading.read { $0.messages.count >= 5 }
            let other = TopicPartition(topic: topics[1], partition: 0)
            try await Self.until {
                await reading.consumer.knownEnds(of: [other]) == [other: 1]
            } turn: {
                try await reading.turn()
            }
            #expect(await reading.consumer.ends().behind == [partition: 8..<9], "a log without transactions has none")
            #expect(await reading.consumer.heldBack() == [:])
            #expect(reading.unreadable.count == 1, "one marker at a time is told without asking")
            await reading.consumer.close(timeoutMilliseconds: 5000)
        }
    }

    private static func until(_ isSo: () async -> Bool, turn: () async throws -> Void) async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(60 * TestEnvironment.patience))
        while await !isSo() {
            guard ContinuousClock.now < end else { throw Missing("it has not come to that") }
            try await turn()
        }
    }
}
