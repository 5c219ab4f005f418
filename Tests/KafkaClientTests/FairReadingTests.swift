import Foundation
import TestSupport
import Testing

@testable import KafkaClient

/// Members of one group, and topics of one group, share what there is.
@Suite(.enabled(if: Surroundings.hasKafka, "needs Kafka: run deploy/test"))
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
        try await OwnTopics.with(3, partitions: 1) { configuration, topics in
            let producer = KafkaProducer(configuration)
            func produce(_ topic: String, _ count: Int) async throws {
                let records = (0..<count).map { KafkaRecord(topic: topic, key: nil, value: Array("\($0)".utf8)) }
                for result in await producer.produce(records) { _ = try result.get() }
            }
            try await produce(topics[0], 20_000)
            var reading = try Reading(configuration, group: topics[0], topics: topics)
            try await reading.read { $0.messages.count >= 100 }
            try await produce(topics[1], 50)
            try await produce(topics[2], 50)
            let before = reading.batches.count
            try await reading.read { reading in
                reading.messages.count { $0.topic != topics[0] } >= 100
            }
            let flooding = reading.batches.dropFirst(before).joined().count { $0.topic == topics[0] }
            #expect(reading.messages.count { $0.topic != topics[0] } == 100)
            #expect(flooding < 5000, "a fetch takes a moment, in which the flood goes on")
            // Once they are there, they have their share of a batch.
            let shared = reading.batches.first { batch in batch.contains { $0.topic == topics[1] } } ?? []
            #expect(shared.count { $0.topic == topics[1] } >= 25, "of a batch of \(shared.count)")
            try await reading.read { $0.messages.count >= 20_100 }
            let values = reading.messages.filter { $0.topic == topics[0] }.map {
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
            let end = ContinuousClock.now.advanced(by: .seconds(60 * Surroundings.patience))
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
            let end = ContinuousClock.now.advanced(by: .seconds(60 * Surroundings.patience))
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
    }
}
