import Foundation
import TestSupport
import Testing

@testable import KafkaClient

/// What a client that is none of ours may write, a broker takes, and librdkafka says nothing about.
@Suite(.enabled(if: TestEnvironment.hasKafka, "needs Kafka: run deploy/test"))
struct PassedRecordTests {
    private static func values(_ count: Int) -> [[UInt8]] {
        (0..<count).map { record in Array("event number \(record)".utf8) }
    }

    private static func records(_ values: [[UInt8]]) -> [[UInt8]] {
        values.enumerated().map { RawBatch.record(delta: $0, value: $1) }
    }

    private static func plain(_ value: UInt8) -> [UInt8] {
        RawBatch.batch(RawBatch.record(delta: 0, value: [value]), records: 1)
    }

    @Test(
        "trial B: every event of a gzip batch of several members is handed out, wherever a member ends",
        arguments: [0, 1, 40, 77])
    func members(split: Int) async throws {
        try await OwnTopics.with(partitions: 1) { configuration, topics in
            let values = Self.values(4)
            let payload = Self.records(values).flatMap { $0 }
            let packed = RawBatch.gzipMember(Array(payload[..<split])) + RawBatch.gzipMember(Array(payload[split...]))
            let batch = RawBatch.batch(packed, records: 4, codec: 1)
            let offsets = try await RawBatch.produce(
                [batch, Self.plain(1)], to: topics[0], at: configuration.bootstrapServers)
            #expect(offsets == [0, 4])
            var reading = try Reading(configuration, group: topics[0], topics: topics)
            try await reading.read { $0.messages.count >= 5 || !$0.unreadable.isEmpty }
            #expect(reading.messages.map(\.value) == values + [[1]])
            #expect(reading.unreadable == [])
            await reading.consumer.close(timeoutMilliseconds: 5000)
        }
    }

    @Test(
        "trial B: a record whose length is negative stands in the way of nobody: where it stands is found out, and it is passed",
        arguments: [0, 1] as [UInt16])
    func negative(codec: UInt16) async throws {
        try await OwnTopics.with(partitions: 1) { configuration, topics in
            let good = RawBatch.record(delta: 0, value: [7])
            let bad = (1...2).map { RawBatch.record(delta: $0, value: [], keyLength: -2, valueLength: -7) }
            let payload = good + bad.flatMap { $0 } + RawBatch.record(delta: 3, value: [8])
            let batch = RawBatch.batch(codec == 0 ? payload : RawBatch.gzipMember(payload), records: 4, codec: codec)
            _ = try await RawBatch.produce([batch, Self.plain(9)], to: topics[0], at: configuration.bootstrapServers)
            var reading = try Reading(configuration, group: topics[0], topics: topics)
            let partition = TopicPartition(topic: topics[0], partition: 0)
            let end = ContinuousClock.now.advanced(by: .seconds(60 * TestEnvironment.patience))
            while await reading.consumer.heldBack()[partition] != KafkaConsumer.HeldBack(from: 1, end: 5) {
                guard ContinuousClock.now < end else { throw Missing("that it stands at offset 1") }
                try await reading.turn()
            }
            let place = UnreadablePlace(partition: partition, offset: 1, error: "_BAD_MSG", kind: .stands)
            let standing = try await UnreadableBatch.standing(at: place, configuration, timeoutMilliseconds: 60_000)
            #expect(standing == .unreadable(last: 2))
            try await reading.consumer.skip(partition, to: 3)
            try await reading.read { $0.messages.count >= 3 }
            #expect(reading.messages.map(\.value) == [[7], [8], [9]])
            // Where something comes, and where nothing is left to come.
            func look(at offset: Int64) async throws -> UnreadableBatch.Standing {
                let place = UnreadablePlace(partition: partition, offset: offset, error: "", kind: .stands)
                return try await UnreadableBatch.standing(at: place, configuration, timeoutMilliseconds: 60_000)
            }
            #expect(try await look(at: 3) == .moves)
            #expect(try await look(at: 5) == .behindTransaction)
            await reading.consumer.close(timeoutMilliseconds: 5000)
        }
    }

    @Test(
        "trial B: offsets that were passed unseen are named, and all that can be read is handed out once",
        arguments: [
            // Twice the same number; numbers that run ahead, within the log and behind its end; numbers in turn from behind.
            ([0, 0], [1..<2]), ([0, 2], [1..<2]), ([0, 9], [1..<2]), ([1, 0], [0..<1]),
        ])
    func numbers(deltas: [Int], lost: [Range<Int64>]) async throws {
        try await OwnTopics.with(partitions: 1) { configuration, topics in
            let payload = deltas.enumerated().flatMap { RawBatch.record(delta: $1, value: [UInt8($0)]) }
            _ = try await RawBatch.produce(
                [RawBatch.batch(payload, records: 2)] + [10, 11, 12].map(Self.plain), to: topics[0],
                at: configuration.bootstrapServers)
            var reading = try Reading(configuration, group: topics[0], topics: topics)
            let partition = TopicPartition(topic: topics[0], partition: 0)
            let judge = PassedOffsetsJudge(configuration)
            var found: [Range<Int64>] = []
            for round in 1...4 {
                try await reading.read { $0.messages.last?.value == [12] || $0.unreadable.count >= round }
                guard reading.messages.last?.value != [12], let place = reading.unreadable.last,
                    case .passed(let end) = place.kind
                else { break }
                let finding = try await judge.look(
                    among: place.offset..<end, of: partition, timeoutMilliseconds: 60_000)
                if let range = finding.lost {
                    found.append(range)
                    try await reading.consumer.skip(partition, to: range.upperBound)
                } else {
                    try await reading.consumer.goOn(partition, at: end, explained: finding.explained)
                }
            }
            #expect(found == lost)
            #expect(reading.messages.map(\.value).suffix(3) == [[10], [11], [12]])
            #expect(reading.messages.map(\.offset) == (Int64(0)..<5).filter { !lost[0].contains($0) })
            await reading.consumer.close(timeoutMilliseconds: 5000)
        }
    }

    @Test(
        "trial B: a record of which nobody makes anything, behind one that was numbered past the end: both are named, and all others come",
        arguments: [[3], [2, 0x7FFF_FFFF, 0]])
    func brokenBehindNumbered(deltas: [Int]) async throws {
        try await OwnTopics.with(partitions: 1) { configuration, topics in
            let numbered = deltas.flatMap { RawBatch.record(delta: $0, value: [7]) }
            let broken = RawBatch.record(delta: 0, value: [], keyLength: -2)
            let count = Int64(deltas.count)
            _ = try await RawBatch.produce(
                [RawBatch.batch(numbered, records: deltas.count), RawBatch.batch(broken, records: 1)]
                    + [10, 11].map(Self.plain),
                to: topics[0], at: configuration.bootstrapServers)
            let judge = PassedOffsetsJudge(configuration)
            let partition = TopicPartition(topic: topics[0], partition: 0)
            let finding = try await judge.look(among: count..<(count + 2), of: partition, timeoutMilliseconds: 60_000)
            #expect(finding.lost == count..<(count + 1))
            let whole = try await judge.look(among: 0..<(count + 2), of: partition, timeoutMilliseconds: 60_000)
            // The longer one has a record that says it is number 2, and is found there.
            #expect(whole.lost == 0..<2)
            let good = try await judge.look(
                among: (count + 1)..<(count + 3), of: partition, timeoutMilliseconds: 60_000)
            #expect(good == PassedOffsetsJudge.Finding(lost: nil, explained: count + 3))
        }
    }

    @Test("trial B: markers of transactions and aborted records are no loss, and one marker is told without asking")
    func transactions() async throws {
        try await OwnTopics.with(partitions: 1) { configuration, topics in
            let producer = try await TransactionalProducer(
                configuration.bootstrapServers, transactionalID: topics[0] + "-producer")
            for number in UInt8(0)..<6 {
                try await producer.begin()
                try await producer.produce([[number], [number]], to: topics[0])
                if number == 3 { try await producer.abort() } else { try await producer.commit() }
            }
            var reading = try Reading(configuration, group: topics[0], topics: topics)
            try await reading.read { !$0.unreadable.isEmpty }
            // Two records and a marker each; the fourth one's records come to nobody.
            #expect(reading.messages.map(\.offset) == [0, 1, 3, 4, 6, 7])
            let partition = TopicPartition(topic: topics[0], partition: 0)
            let place = try #require(reading.unreadable.first)
            #expect(place.offset == 8 && place.kind == .passed(end: 12))
            let judge = PassedOffsetsJudge(configuration)
            let finding = try await judge.look(among: 8..<12, of: partition, timeoutMilliseconds: 60_000)
            #expect(finding.lost == nil && finding.explained >= 12 && finding.explained <= 18)
            try await reading.consumer.goOn(partition, at: 12)
            try await reading.read { $0.messages.count >= 10 }
            #expect(reading.messages.map(\.offset).suffix(4) == [12, 13, 15, 16])
            #expect(reading.unreadable.count == 1)
            // Of the whole log nothing is missing.
            let whole = try await judge.look(among: 0..<18, of: partition, timeoutMilliseconds: 60_000)
            #expect(whole == PassedOffsetsJudge.Finding(lost: nil, explained: 18))
            await reading.consumer.close(timeoutMilliseconds: 5000)
        }
    }
}

/// An agency whose client aborts often.
@Suite(.enabled(if: TestEnvironment.hasKafka, "needs Kafka: run deploy/test"))
struct AbortedTransactionTests {
    @Test(
        "trial B, E6: aborted transactions between records cost a look now and then, not one each, and no record is fetched twice"
    )
    func alternating() async throws {
        try await OwnTopics.with(2, partitions: 1) { configuration, topics in
            let producer = try await TransactionalProducer(
                configuration.bootstrapServers, transactionalID: topics[0] + "-producer")
            let transactions = 60
            for number in 0..<transactions {
                try await producer.begin()
                try await producer.produce([[UInt8(number)]], to: topics[0])
                if number % 2 == 1 { try await producer.abort() } else { try await producer.commit() }
            }
            // Another topic, so that clients that look are handed from one to the other.
            try await producer.begin()
            try await producer.produce([[1], [2]], to: topics[1])
            try await producer.abort()
            try await producer.begin()
            try await producer.produce([[3]], to: topics[1])
            try await producer.commit()
            let judge = PassedOffsetsJudge(configuration)
            var reading = try Reading(configuration, group: topics[0], topics: topics)
            let all = transactions / 2 + 1
            var judged = 0
            while reading.messages.count < all {
                let known = judged
                try await reading.read { $0.messages.count >= all || $0.unreadable.count > known }
                guard reading.unreadable.count > judged else { break }
                let place = reading.unreadable[judged]
                judged += 1
                guard case .passed(let end) = place.kind else { throw Missing("a place that was passed") }
                let finding = try await judge.look(
                    among: place.offset..<end, of: place.partition, timeoutMilliseconds: 60_000)
                #expect(finding.lost == nil && finding.explained >= end)
                try await reading.consumer.goOn(place.partition, at: end, explained: finding.explained)
            }
            let values = reading.messages.filter { $0.topic == topics[0] }.map(\.value)
            #expect(values == stride(from: 0, to: transactions, by: 2).map { [UInt8($0)] })
            #expect(reading.messages.filter { $0.topic == topics[1] }.map(\.value) == [[3]])
            #expect(
                reading.unreadable.count <= 6,
                "\(reading.unreadable.count) looks at \(transactions / 2 + 1) aborted transactions")
            await reading.consumer.close(timeoutMilliseconds: 5000)
        }
    }

    @Test("What waits for a consumer is told at once: a wait of its is ended, once", .timeLimit(.minutes(2)))
    func woken() async throws {
        try await OwnTopics.with(partitions: 1) { configuration, topics in
            var reading = try Reading(configuration, group: topics[0], topics: topics)
            try await reading.read { !$0.assigned.isEmpty }
            let consumer = reading.consumer
            consumer.wake()
            let start = ContinuousClock.now
            // Longer than any patience.
            #expect(try await consumer.next(maximumMessages: 1, timeoutMilliseconds: 3_600_000) == nil)
            let waiting = Task { try await consumer.next(maximumMessages: 1, timeoutMilliseconds: 3_600_000) == nil }
            try await Task.sleep(for: .milliseconds(50))
            consumer.wake()
            #expect(try await waiting.value)
            #expect(start.duration(to: .now) < .seconds(3600))
            #expect(try await consumer.next(maximumMessages: 1, timeoutMilliseconds: 1) == nil)
            await consumer.close(timeoutMilliseconds: 5000)
        }
    }
}

/// What is known of a log's end while records come.
struct ToldEndTests {
    @Test("trial B: the record that is next passes nothing, though it was written after the end that the broker told")
    func ordinaryTraffic() {
        for end in Int64(0)...6 { #expect(PartitionQueue.lost(before: 5, from: 5, end: end) == nil, "end \(end)") }
        // Beyond the end, with nothing told of what lies between: its own offset says that something was passed.
        #expect(PartitionQueue.lost(before: 6, from: 5, end: 5) == nil)
        #expect(PartitionQueue.lost(before: 6, from: 5, end: 6) == 5..<6)
        #expect(PartitionQueue.lost(before: 9, from: 1, end: 5) == 1..<5)
        #expect(PartitionQueue.lost(before: 9, from: 1, end: 10) == nil)
    }
}
