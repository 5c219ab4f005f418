import Foundation
import TestSupport
import Testing

@testable import KafkaClient

/// What somebody has packed so that nobody can unpack it: everything else is read, and it is named.
@Suite(.enabled(if: TestEnvironment.hasKafka, "needs Kafka: run deploy/test"))
struct UnreadableRecordTests {
    @Test(
        "trial A3: what was read is handed out before and beside a record that cannot be unpacked, which is named and passed",
        arguments: ["zstd", "gzip", "lz4"])
    func passed(codec: String) async throws {
        try await OwnTopics.with(partitions: 2) { configuration, topics in
            let topic = topics[0]
            let bad = TopicPartition(topic: topic, partition: 0)
            let producer = KafkaProducer(configuration)
            func produce(_ partition: Int32, _ values: Range<UInt8>) async throws {
                let records = values.map { KafkaRecord(topic: topic, partition: partition, key: nil, value: [$0]) }
                for result in await producer.produce(records) { _ = try result.get() }
            }
            try await produce(0, 0..<5)
            let bomb = KafkaRecord(
                topic: topic, partition: 0, key: nil, value: [UInt8](repeating: 0, count: 16 << 20))
            for result in await KafkaProducer(configuration.packing(codec)).produce([bomb]) { _ = try result.get() }
            try await produce(0, 5..<10)
            try await produce(1, 100..<200)
            var reading = try Reading(configuration, group: topic, topics: [topic])
            try await reading.read { $0.messages.count >= 105 && !$0.unreadable.isEmpty }
            #expect(reading.unreadable.map(\.partition) == [bad])
            #expect(reading.unreadable.map(\.offset) == [5])
            #expect(reading.unreadable.map(\.error) == ["_BAD_COMPRESSION"])
            #expect(reading.messages.filter { $0.partition == 1 }.map(\.value) == (100..<200).map { [$0] })
            #expect(reading.messages.filter { $0.partition == 0 }.map(\.value) == (0..<5).map { [$0] })
            // The other partition goes on meanwhile.
            try await produce(1, 200..<210)
            try await reading.read { $0.messages.count >= 115 }
            let place = try #require(reading.unreadable.first)
            let last = try await UnreadableBatch.last(at: place, configuration, timeoutMilliseconds: 60_000)
            #expect(last == 5)
            try await reading.consumer.skip(bad, to: last + 1)
            try await reading.read { $0.messages.count >= 120 }
            #expect(reading.messages.filter { $0.partition == 0 }.map(\.value) == (0..<10).map { [$0] })
            #expect(reading.unreadable.count == 1)
            await reading.consumer.close(timeoutMilliseconds: 5000)
        }
    }

    @Test(
        "trial A3: all of a batch that cannot be unpacked is passed, also another one behind it, and at the end of the log"
    )
    func batches() async throws {
        try await OwnTopics.with(partitions: 1) { configuration, topics in
            let topic = topics[0]
            let packing = KafkaProducer(configuration.packing("zstd", together: 7))
            let records = (0..<7).map { _ in
                KafkaRecord(topic: topic, partition: 0, key: nil, value: [UInt8](repeating: 0, count: 2 << 20))
            }
            // Two batches of seven.
            for _ in 0..<2 { for result in await packing.produce(records) { _ = try result.get() } }
            var reading = try Reading(configuration, group: topic, topics: [topic])
            let partition = TopicPartition(topic: topic, partition: 0)
            for round in 1...2 {
                try await reading.read { $0.unreadable.count >= round }
                let place = try #require(reading.unreadable.last)
                let last = try await UnreadableBatch.last(at: place, configuration, timeoutMilliseconds: 60_000)
                #expect(place.offset == Int64(7 * (round - 1)))
                #expect(last == Int64(7 * round - 1))
                try await reading.consumer.skip(partition, to: last + 1)
            }
            for result in await KafkaProducer(configuration).produce([KafkaRecord(topic: topic, key: nil, value: [1])])
            {
                _ = try result.get()
            }
            try await reading.read { !$0.messages.isEmpty }
            #expect(reading.messages.map(\.offset) == [14])
            await reading.consumer.close(timeoutMilliseconds: 5000)
        }
    }

    @Test(
        "trial A3: a batch of up to 4 MiB is read whatever has packed it, and one of more is not",
        arguments: ["zstd", "gzip", "lz4"])
    func limit(codec: String) async throws {
        try await OwnTopics.with(partitions: 1) { configuration, topics in
            let topic = topics[0]
            let limit = KafkaConsumer.maximumUnpackedBytes
            // What a batch has beside the value of its one record: less than 200 bytes.
            let lengths = [
                1 << 20, 1_400_000, 2 << 20, 2_800_000, 3 << 20, 3_700_000, limit - 200, limit, limit + 4096,
            ]
            for length in lengths {
                let record = KafkaRecord(
                    topic: topic, partition: 0, key: nil, value: [UInt8](repeating: 65, count: length))
                for result in await KafkaProducer(configuration.packing(codec)).produce([record]) {
                    _ = try result.get()
                }
            }
            var reading = try Reading(configuration, group: topic, topics: [topic])
            try await reading.read { !$0.unreadable.isEmpty }
            #expect(reading.messages.map { $0.value?.count } == lengths.dropLast(2).map { Optional($0) })
            #expect(reading.unreadable.map(\.offset) == [Int64(lengths.count - 2)])
            await reading.consumer.close(timeoutMilliseconds: 5000)
        }
    }

    @Test(
        "trial A3: a batch that snappy has packed has no such limit: what it unpacks to is bounded by what a topic takes"
    )
    func snappy() async throws {
        try await OwnTopics.with(partitions: 1) { configuration, topics in
            let length = KafkaConsumer.maximumUnpackedBytes + (1 << 20)
            let record = KafkaRecord(
                topic: topics[0], partition: 0, key: nil, value: [UInt8](repeating: 65, count: length))
            for result in await KafkaProducer(configuration.packing("snappy")).produce([record]) {
                _ = try result.get()
            }
            var reading = try Reading(configuration, group: topics[0], topics: topics)
            try await reading.read { !$0.messages.isEmpty || !$0.unreadable.isEmpty }
            #expect(reading.messages.count == 1 && reading.unreadable.isEmpty, "if this fails, say so in the reference")
            await reading.consumer.close(timeoutMilliseconds: 5000)
        }
    }

    @Test(
        "E5: a record of whose headers not all are held says so: by their number, also where librdkafka counts none, and by their length"
    )
    func headers() async throws {
        try await OwnTopics.with(partitions: 1) { configuration, topics in
            let counts = [0, 255, 256, 99_999, 100_000, 200_000]
            let batches = counts.map { count in
                RawBatch.batch(RawBatch.record(delta: 0, value: [7], moreHeaders: (count, 0)), records: 1)
            }
            _ = try await RawBatch.produce(batches, to: topics[0], at: configuration.bootstrapServers)
            for length in [200_000, 500_000] {
                let headers = (0..<3).map { KafkaHeader(name: "h\($0)", value: [UInt8](repeating: 65, count: length)) }
                let record = KafkaRecord(topic: topics[0], partition: 0, key: nil, value: [7], headers: headers)
                for result in await KafkaProducer(configuration.packing("zstd")).produce([record]) {
                    _ = try result.get()
                }
            }
            var reading = try Reading(configuration, group: topics[0], topics: topics)
            try await reading.read { $0.messages.count >= counts.count + 2 }
            #expect(reading.messages.map(\.lacksHeaders) == counts.map { $0 > 255 } + [false, true])
            #expect(reading.messages.map(\.isCut) == counts.map { $0 > 255 } + [false, true])
            #expect(reading.messages.allSatisfy { $0.value == [7] && $0.headers.count <= 256 })
            await reading.consumer.close(timeoutMilliseconds: 5000)
        }
    }

    @Test(
        "trial A3: the end of a batch is found wherever it and the next one lie",
        arguments: [1, 2, 3, 7, 8, 9, 500, 1000])
    func search(length: Int64) throws {
        let between: [(inside: Int64, next: Int64?, isEmpty: Bool)] = [
            (0, nil, false), (length / 2, nil, false), (0, length + 3, false), (length - 1, length + 1, false),
            (0, length + 1, true), (0, length + 3, true), (length - 1, length + 100, true),
        ]
        for (inside, next, isEmpty) in between {
            // Offsets 100 to 100 + length - 1 are one batch; from `next` on there is another broken one. Of what lies between nothing
            // comes where it is markers of transactions, and records that were aborted: then that is what a fetch there meets.
            var search = BatchEndSearch(inside: 100 + inside)
            var probes = 0
            while search.last == nil {
                probes += 1
                let probe = search.probe - 100
                try #require(probe > inside && probes < 30)
                if probe < length {
                    search.found(.broken(from: 100))
                } else if let next, probe >= next || isEmpty {
                    search.found(.broken(from: 100 + next))
                } else {
                    search.found(.readable)
                }
            }
            #expect(search.last == 100 + length - 1)
        }
    }

    @Test(
        "trial B: the end of a run of unreadable records is found by a bounded number of looks, and exactly where they are few"
    )
    func run() {
        for length in [Int64(1), 2, 15, 16, 17, 40, 1000, 100_000] {
            for room in [Int64(0), 1, 5, .max] {
                var run = UnreadableRun(from: 100, before: room == .max ? .max : 100 + length + room)
                var looks = 0
                while let probe = run.probe, looks < 100 {
                    looks += 1
                    run.found(isUnreadable: probe < 100 + length)
                }
                #expect(run.last == 100 + length - 1, "\(length) \(room)")
                #expect(looks < 60, "\(length) \(room)")
            }
        }
        // One that can be read after so few is not told with them.
        var run = UnreadableRun(from: 0)
        while let probe = run.probe { run.found(isUnreadable: probe != 10) }
        #expect(run.last == 9)
    }
}
