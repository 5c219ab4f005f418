import Foundation
import TestSupport
import Testing

@testable import KafkaClient

/// Whose turn it is, without a broker.
struct FairSharesTests {
    @Test("A turn that nobody has, and a queue that is not there, stop the process and are named")
    func nobodysTurn() async {
        let turn = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var shares = FairShares(queues: 1, first: 0)
            shares.hasNothing()
            shares.gave()
        }
        let turnless = String(decoding: turn?.standardErrorContent ?? [], as: UTF8.self)
        #expect(turnless.contains("nobody had a turn"))
        let queue = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = FairShares(queues: 2, first: 2)
        }
        let missing = String(decoding: queue?.standardErrorContent ?? [], as: UTF8.self)
        #expect(missing.contains("there is no queue 2 of 2"))
    }
}

/// Members of one group, and topics of one group, share what there is.
@Suite(.enabled(if: TestEnvironment.hasKafka, "needs Kafka: run deploy/test"))
struct FairReadingTests {
    @Test("trial A9: each queue gives a message in its turn, for as long as it has any")
    func shares() {
        var left = [5, 0, 2, 1]
        var shares = FairShares(queues: 4, first: 2)
        var order: [Int] = []
        while let turn = shares.turn {
            if left[turn] > 0 {
                left[turn] -= 1
                order.append(turn)
                shares.gave()
            } else {
                shares.hasNothing()
            }
        }
        #expect(order == [2, 3, 0, 2, 0, 0, 0, 0])
    }

    @Test("trial A9: what one topic holds is before nobody else's messages")
    func flood() async throws {
        try await OwnTopics.with(3, partitions: 1) { configuration, names in
            // Whoever is read in the topics' order comes to the flood first.
            let topics = names.sorted()
            let (flooding, others) = (topics[0], Array(topics[1...]))
            let producer = KafkaProducer(configuration)
            for (topic, count) in zip(topics, [20_000, 50, 50]) {
                let records = (0..<count).map { KafkaRecord(topic: topic, key: nil, value: Array("\($0)".utf8)) }
                for result in await producer.produce(records) { _ = try result.get() }
            }
            var reading = try Reading(configuration, group: flooding, topics: topics)
            try await reading.read { !$0.assigned.isEmpty }
            // Nothing is taken before all have been fetched: whose messages come first is not for the broker to say.
            let partitions = topics.map { TopicPartition(topic: $0, partition: 0) }
            let end = ContinuousClock.now.advanced(by: .seconds(60 * TestEnvironment.patience))
            while await reading.consumer.knownEnds(of: partitions).values.sorted() != [50, 50, 20_000],
                ContinuousClock.now < end
            { try await Task.sleep(for: .milliseconds(10)) }
            try await reading.read { reading in reading.messages.count { $0.topic != flooding } >= 100 }
            let before = reading.messages.count { $0.topic == flooding }
            #expect(before < 5000, "of the flood come before what others have, which is 100 messages")
            // They have their share of each batch, for as long as they have any.
            for other in others {
                let first = try #require(reading.batches.first { batch in batch.contains { $0.topic == other } })
                let shares = [first.count { $0.topic == other }, first.count { $0.topic == flooding }]
                #expect(shares[0] >= 25 && shares[1] >= 25, "of a batch of \(first.count)")
            }
            try await reading.read { $0.messages.count >= 20_100 }
            let values = reading.messages.filter { $0.topic == flooding }.map {
                String(decoding: $0.value ?? [], as: UTF8.self)
            }
            #expect(values == (0..<20_000).map { "\($0)" })
            await reading.consumer.close(timeoutMilliseconds: 5000)
        }
    }

    @Test("trial A17: two members of a group share topics of one partition each")
    func spread() async throws {
        try await OwnTopics.with(5, partitions: 1) { configuration, topics in
            var first = try Reading(configuration, group: topics[0], topics: topics)
            var second = try Reading(configuration, group: topics[0], topics: topics)
            let end = ContinuousClock.now.advanced(by: .seconds(60 * TestEnvironment.patience))
            while first.assigned.count + second.assigned.count < 5 || first.assigned.isEmpty || second.assigned.isEmpty,
                ContinuousClock.now < end
            {
                try await first.turn()
                try await second.turn()
            }
            #expect([first.assigned.count, second.assigned.count].sorted() == [2, 3])
            #expect(await first.consumer.state().partitions == first.assigned.count)
            await first.consumer.close(timeoutMilliseconds: 5000)
            await second.consumer.close(timeoutMilliseconds: 5000)
        }
    }

    @Test("trial A13: a member whose name another one takes hears of it as a fatal error")
    func fenced() async throws {
        try await OwnTopics.with(partitions: 1) { configuration, topics in
            var first = try Reading(configuration, group: topics[0], topics: topics, instance: "one")
            try await first.read { !$0.assigned.isEmpty }
            var second = try Reading(configuration, group: topics[0], topics: topics, instance: "one")
            let end = ContinuousClock.now.advanced(by: .seconds(60 * TestEnvironment.patience))
            var fault: KafkaError?
            while fault == nil, ContinuousClock.now < end {
                do { try await first.turn() } catch let error as KafkaError { fault = error }
                try await second.turn()
            }
            #expect(fault?.isFatal == true)
            #expect(fault?.isFenced == true, "\(fault.map(String.init) ?? "no error")")
            await first.consumer.close(timeoutMilliseconds: 5000)
            await second.consumer.close(timeoutMilliseconds: 5000)
        }
    }

    @Test("trial F1: a consumer that hears nothing asks, and says since when nobody answers")
    func contact() {
        let start = ContinuousClock.now
        func after(_ seconds: Int) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }
        var contact = BrokerContact(now: start)
        #expect(!contact.shouldAsk(now: after(1)))
        #expect(contact.shouldAsk(now: after(3)))
        contact.asked(isAnswered: false, now: after(4))
        contact.asked(isAnswered: false, now: after(5))
        #expect(contact.state.silentSince == after(4))
        #expect(contact.shouldAsk(now: after(5)), "at every look, until somebody answers")
        contact.asked(isAnswered: true, now: after(6))
        #expect(contact.state.silentSince == nil)
        #expect(!contact.shouldAsk(now: after(7)))
        #expect(!contact.state.isMember)
        contact.assigned(0, now: after(8))
        #expect(contact.state.isMember)
        contact.failed(because: "handshake")
        contact.lost(now: after(9))
        contact.revoked(now: after(10))
        #expect(contact.state.problem == "handshake")
        contact.heard(now: after(11))
        #expect(contact.state.problem == nil, "what stood in the way does not any more")
    }
}
