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
            let end = ContinuousClock.now.advanced(by: .seconds(5 * Surroundings.patience))
            var found = unreadable.takeFound()
            while found.isEmpty {
                try #require(ContinuousClock.now < end, "offset \(offset)")
                await Task.yield()
                found = unreadable.takeFound()
            }
            #expect(found.first?.place.offset == offset && found.first?.lost.isEmpty == true)
        }
        #expect(unreadable.sentences == [])
    }
}
