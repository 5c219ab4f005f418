import Foundation
import KafkaClient
import TestSupport
import Testing

@Suite(.enabled(if: TestEnvironment.hasKafka, "needs Kafka: run deploy/test"))
struct KafkaClientTests {
    @Test("Everything of a record arrives: key, value, headers, tombstones, empty values")
    func roundTrip() async throws {
        try await OwnTopics.with(partitions: 1) { configuration, topics in
            let topic = topics[0]
            let producer = KafkaProducer(configuration)
            let headers = [KafkaHeader(name: "a", value: [1, 0, 255]), KafkaHeader(name: "empty", value: [])]
            let results = await producer.produce([
                KafkaRecord(topic: topic, key: Array("k".utf8), value: [0, 1, 2], headers: headers),
                KafkaRecord(topic: topic, key: nil, value: []), KafkaRecord(topic: topic, key: [7], value: nil),
            ])
            #expect(try results.map { try $0.get() } == [0, 1, 2])
            let reader = try await KafkaReader(configuration, topics: [topic], from: .earliest)
            let messages = try await reader.readToEnd(limit: 10)
            #expect(messages.map(\.key) == [Array("k".utf8), nil, [7]])
            #expect(messages.map(\.value) == [[0, 1, 2], [], nil])
            #expect(messages.first?.headers == headers)
            await reader.close()
        }
    }

    @Test("What cannot be produced has its own answer, and the rest of the batch goes through")
    func failures() async throws {
        try await OwnTopics.with(partitions: 1) { configuration, topics in
            let topic = topics[0]
            let producer = KafkaProducer(
                configuration, messageTimeoutMilliseconds: 60_000, topicTimeoutMilliseconds: 3000)
            let results = await producer.produce([
                KafkaRecord(topic: topic, key: nil, value: [1], headers: [KafkaHeader(name: "h", value: [1])]),
                KafkaRecord(
                    topic: "no-such-" + topic, key: nil, value: [1], headers: [KafkaHeader(name: "h", value: [1])]),
                KafkaRecord(
                    topic: topic, key: nil,
                    value: [UInt8](repeating: 0, count: KafkaProducer.maximumRecordBytes + 100_000)),
                KafkaRecord(
                    topic: topic, partition: 99, key: nil, value: [1], headers: [KafkaHeader(name: "h", value: [1])]),
                KafkaRecord(topic: topic, key: nil, value: [2]),
            ])
            #expect(results.map { (try? $0.get()) != nil } == [true, false, false, false, true])
        }
    }

    @Test("Two members share 6 partitions: every message is handed out once, through a rebalance in the middle")
    func rebalance() async throws {
        try await OwnTopics.with(partitions: 6) { configuration, topics in
            let topic = topics[0]
            let producer = KafkaProducer(configuration)
            func produce(_ range: Range<Int>) async throws {
                let records = range.map {
                    KafkaRecord(topic: topic, key: Array("\($0)".utf8), value: Array("\($0)".utf8))
                }
                for result in await producer.produce(records) { _ = try result.get() }
            }
            /// Reads until cancelled, committing each batch before the next; what it was handed.
            @Sendable func member(_ name: String) async throws -> [String] {
                let consumer = try KafkaConsumer(
                    configuration, KafkaConsumer.Options(group: topic, topics: [topic], groupInstance: topic + name))
                let admin = try KafkaAdmin(configuration)
                var values: [String] = []
                while !Task.isCancelled {
                    switch try await consumer.next(maximumMessages: 50, timeoutMilliseconds: 200) {
                    case .assigned(let partitions):
                        let committed = try await admin.committedOffsets(of: topic, partitions, in: configuration)
                        try await consumer.start(
                            Dictionary(uniqueKeysWithValues: partitions.map { ($0, committed[$0] ?? 0) }))
                    case .revoked: await consumer.released()
                    case .displaced(let partitions):
                        throw Missing("the logs of \(partitions) are not those that were read")
                    case .unreadable(let place): throw Missing("\(place) cannot be read")
                    case .batch(let batch):
                        values += batch.messages.map { String(decoding: $0.value ?? [], as: UTF8.self) }
                        try await consumer.commit(
                            batch.reached.mapValues { $0.offset + 1 }, generation: batch.generation)
                    case nil: break
                    }
                }
                await consumer.close(timeoutMilliseconds: 5000)
                return values
            }
            let first = Task { try await member("1") }
            try await produce(0..<2000)
            let second = Task { try await member("2") }
            try await produce(2000..<4000)
            let admin = try KafkaAdmin(configuration)
            let partitions = try await admin.partitions(of: topic)
            let end = ContinuousClock.now.advanced(by: .seconds(60 * TestEnvironment.patience))
            var done = 0
            while done < 4000, ContinuousClock.now < end {
                done = Int(
                    try await admin.committedOffsets(of: topic, partitions, in: configuration).values.reduce(0, +))
                try await Task.sleep(for: .milliseconds(50))
            }
            first.cancel()
            second.cancel()
            let values = try await first.value + second.value
            #expect(values.count == 4000)
            #expect(Set(values).count == 4000)
        }
    }

    @Test("What a caller has no use for is passed and not handed out, also where nothing else is there")
    func leftOut() async throws {
        try await OwnTopics.with(partitions: 2) { configuration, topics in
            let topic = topics[0]
            let producer = KafkaProducer(configuration)
            // In partition 0 every second one is of use, in partition 1 none is.
            let records = (0..<200).map { number in
                KafkaRecord(
                    topic: topic, partition: number < 100 ? 0 : 1, key: nil,
                    value: [number < 100 ? UInt8(number % 2) : 0])
            }
            for result in await producer.produce(records) { _ = try result.get() }
            let consumer = try KafkaConsumer(
                configuration, KafkaConsumer.Options(group: topic, topics: [topic], leavingOut: { $0.first == 0 }))
            var (values, leftOut): ([[UInt8]?], Int) = ([], 0)
            var reached: [TopicPartition: Int64] = [:]
            let end = ContinuousClock.now.advanced(by: .seconds(60 * TestEnvironment.patience))
            while values.count + leftOut < 200, ContinuousClock.now < end {
                switch try await consumer.next(maximumMessages: 30, timeoutMilliseconds: 200) {
                case .assigned(let partitions):
                    try await consumer.start(Dictionary(uniqueKeysWithValues: partitions.map { ($0, 0) }))
                case .batch(let batch):
                    #expect(batch.messages.count <= 30)
                    values += batch.messages.map(\.value)
                    leftOut += batch.leftOut
                    reached.merge(batch.reached.mapValues(\.offset)) { max($0, $1) }
                case .revoked, .displaced, .unreadable, nil: break
                }
            }
            await consumer.close(timeoutMilliseconds: 5000)
            #expect(values == Array(repeating: [1], count: 50))
            #expect(leftOut == 150)
            #expect(reached.values.sorted() == [99, 99])
        }
    }

    @Test("Offsets for a time, watermarks, cluster identifier, unknown topics")
    func admin() async throws {
        try await OwnTopics.with(partitions: 2) { configuration, topics in
            let topic = topics[0]
            let admin = try KafkaAdmin(configuration)
            let producer = KafkaProducer(configuration)
            _ = await producer.produce([
                KafkaRecord(topic: topic, partition: 0, key: nil, value: [1], timestampMilliseconds: 1_700_000_000_000),
                KafkaRecord(topic: topic, partition: 0, key: nil, value: [2], timestampMilliseconds: 1_700_000_100_000),
            ])
            let zero = TopicPartition(topic: topic, partition: 0), one = TopicPartition(topic: topic, partition: 1)
            #expect(try await admin.offsets(of: topic, atMilliseconds: 1_700_000_050_000) == [zero: 1, one: 0])
            #expect(try await admin.watermarks(of: zero) == (0, 2))
            #expect(try await !admin.clusterIdentifier().isEmpty)
            await #expect(throws: KafkaError.self) { try await admin.partitions(of: "no-such-" + topic) }
        }
    }

    @Test("A client that nobody holds any more gives its threads back")
    func threads() async throws {
        let broker = try DevBroker()
        let configuration = KafkaConfiguration(bootstrapServers: broker.bootstrapServers, clientIdentifier: "test")
        try broker.createTopic("topic", partitions: 1)
        var owners: [WeakActor] = []
        for _ in 0..<4 {
            let admin = try KafkaAdmin(configuration)
            _ = try await admin.topics()
            let producer = KafkaProducer(configuration)
            _ = await producer.produce([KafkaRecord(topic: "topic", key: nil, value: [1])])
            let reader = try await KafkaReader(configuration, topics: ["topic"], from: .earliest)
            _ = try await reader.readToEnd(limit: 10)
            owners += [WeakActor(actor: admin), WeakActor(actor: producer), WeakActor(actor: reader)]
        }
        #expect(owners.count { $0.actor != nil } == 0)
    }

    @Test("The in-memory broker: a group reads what was produced before and after it was away")
    func devBroker() async throws {
        let broker = try DevBroker()
        try broker.createTopic("t", partitions: 2)
        let configuration = KafkaConfiguration(bootstrapServers: broker.bootstrapServers, clientIdentifier: "test")
        let producer = KafkaProducer(configuration)
        _ = try await producer.produce([KafkaRecord(topic: "t", key: [1], value: [1])])[0].get()
        let consumer = try KafkaConsumer(configuration, KafkaConsumer.Options(group: "g", topics: ["t"]))
        var values: [[UInt8]?] = []
        let end = ContinuousClock.now.advanced(by: .seconds(40 * TestEnvironment.patience))
        var wasAway = false
        while values.count < 2, ContinuousClock.now < end {
            switch try await consumer.next(maximumMessages: 10, timeoutMilliseconds: 500) {
            case .assigned(let partitions):
                try await consumer.start(Dictionary(uniqueKeysWithValues: partitions.map { ($0, Int64(0)) }))
            case .batch(let batch): values += batch.messages.map(\.value)
            case .revoked: await consumer.released()
            case .displaced(let partitions): throw Missing("the logs of \(partitions) are not those that were read")
            case .unreadable(let place): throw Missing("\(place) cannot be read")
            case nil: break
            }
            if values.count == 1, !wasAway {
                wasAway = true
                broker.setReachable(false)
                _ = try await consumer.next(maximumMessages: 10, timeoutMilliseconds: 300)
                broker.setReachable(true)
                _ = try await producer.produce([KafkaRecord(topic: "t", key: [1], value: [2])])[0].get()
            }
        }
        #expect(values == [[1], [2]])
        await consumer.close(timeoutMilliseconds: 5000)
    }
}

private struct WeakActor {
    weak var actor: (any Actor)?
}
