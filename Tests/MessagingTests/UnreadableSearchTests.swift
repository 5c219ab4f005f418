import KafkaClient
import ServiceRuntime
import TestSupport
import Testing

@testable import Messaging

/// What becomes of a place of a log that somebody looks at.
struct UnreadableSearchTests {
    @Test("trial B: what is found at once is found: a partition never waits for a search that is over")
    func foundAtOnce() async throws {
        let unreadable = UnreadableRecords(
            kafka: KafkaConfiguration(bootstrapServers: "127.0.0.1:1", clientIdentifier: "test"),
            log: Log(service: "test", format: .json, level: .error))
        // A search among no offsets asks nobody, so it is over before whoever began it goes on, once in some hundred times.
        for offset in Int64(0)..<20_000 {
            let partition = TopicPartition(topic: "t", partition: 0)
            unreadable.look(
                at: UnreadablePlace(partition: partition, offset: offset, error: "", kind: .passed(end: offset)))
            let end = ContinuousClock.now.advanced(by: .seconds(5 * TestEnvironment.patience))
            var found = unreadable.takeFound()
            while found.isEmpty {
                try #require(ContinuousClock.now < end, "offset \(offset)")
                await Task.yield()
                found = unreadable.takeFound()
            }
            #expect(found.first?.place.offset == offset && found.first?.lost.isEmpty == true)
        }
        let partition = TopicPartition(topic: "t", partition: 0)
        unreadable.read(upTo: [partition: 19_999])
        #expect(unreadable.sentences == [])
    }

    @Test("E6: a partition that waits is spoken of until something was read there, whatever was found meanwhile")
    func spokenOf() async throws {
        let unreadable = UnreadableRecords(
            kafka: Self.nowhere, log: Log(service: "test", format: .json, level: .error))
        let other = TopicPartition(topic: "t", partition: 1)
        for one in [partition, other] {
            unreadable.look(at: UnreadablePlace(partition: one, offset: 7, error: "", kind: .passed(end: 7)))
        }
        let end = ContinuousClock.now.advanced(by: .seconds(5 * TestEnvironment.patience))
        var found = 0
        while found < 2, ContinuousClock.now < end {
            found += unreadable.takeFound().count
            await Task.yield()
        }
        #expect(found == 2)
        #expect(unreadable.sentences.count == 2, "nothing was read yet")
        unreadable.read(upTo: [partition: 6])
        #expect(unreadable.sentences.count == 2 && unreadable.waitingPartitions == [partition, other])
        // All are read anew, each from where it was.
        unreadable.forget(except: [partition, other])
        #expect(unreadable.sentences.count == 2)
        unreadable.read(upTo: [partition: 7])
        #expect(unreadable.waitingPartitions == [other])
        unreadable.forget(except: [partition])
        #expect(unreadable.sentences == [], "it is read from elsewhere")
    }

    private static let nowhere = KafkaConfiguration(bootstrapServers: "127.0.0.1:1", clientIdentifier: "test")
    private let partition = TopicPartition(topic: "t", partition: 0)

    @Test(
        "trial B, E6: who reads is told at once what was found, and waits for nothing else before",
        .timeLimit(.minutes(2)))
    func told() async throws {
        let unreadable = UnreadableRecords(
            kafka: Self.nowhere, log: Log(service: "test", format: .json, level: .error))
        let consumer = try KafkaConsumer(Self.nowhere, KafkaConsumer.Options(group: "g", topics: ["t"]))
        unreadable.tell(consumer)
        unreadable.look(
            at: UnreadablePlace(partition: partition, offset: 3, error: "", kind: .passed(end: 3)))
        #expect(try await consumer.next(maximumMessages: 1, timeoutMilliseconds: 3_600_000) == nil)
        #expect(unreadable.takeFound().map(\.place.offset) == [3])
        unreadable.tell(nil)
        await consumer.close(timeoutMilliseconds: 1000)
    }

    @Test("E6: a place that is read again without anything coming of it is looked at ever more rarely")
    func readAgain() {
        func place(_ offset: Int64, _ kind: UnreadablePlace.Kind = .stands) -> UnreadablePlace {
            UnreadablePlace(partition: partition, offset: offset, error: "", kind: kind)
        }
        var again = UnreadableRecords.ReadAgain()
        #expect(again.pause(before: place(5)) == nil)
        var pauses: [Duration?] = []
        for _ in 0..<8 {
            again.note(place(5))
            pauses.append(again.pause(before: place(5, .astray)))
        }
        #expect(pauses == [2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
        #expect(again.pause(before: place(6)) == nil && again.pause(before: place(5, .failed)) == nil)
        #expect(again.pause(before: place(5, .passed(end: 9))) == nil)
        again.note(place(6))
        #expect(again.pause(before: place(6)) == .seconds(2) && again.pause(before: place(5)) == nil)
    }
}
