import KafkaClient
import ServiceRuntime
import Synchronization

/// Places of logs that cannot be unpacked, while somebody looks where they end. Only their own partitions wait for that.
final class UnreadableRecords: Sendable {
    /// A place of which it is known where it ends.
    struct Found: Sendable {
        let place: UnreadablePlace
        /// The last offset that cannot be read; before the place, if it can be read after all.
        let last: Int64
    }

    private struct Search {
        let place: UnreadablePlace
        let task: Task<Void, Never>
        var last: Int64?
    }

    private static let timeoutMilliseconds = 60_000

    private let kafka: KafkaConfiguration
    private let log: Log
    private let searches = Mutex<[TopicPartition: Search]>([:])

    init(kafka: KafkaConfiguration, log: Log) {
        self.kafka = kafka
        self.log = log
    }

    /// Looks where it ends, again and again until that is known or nobody asks for it any more.
    func look(at place: UnreadablePlace) {
        log.error(
            "record-unreadable", "A record cannot be unpacked; its partition waits until its end is found.",
            .id("topic", place.partition.topic), .count("partition", Int(place.partition.partition)),
            .count("offset", Int(place.offset)), .code("error", place.error))
        let task = Task { [self] in
            var backoff = Backoff()
            while !Task.isCancelled {
                do throws(KafkaError) {
                    let last = try await UnreadableBatch.last(
                        at: place, kafka, timeoutMilliseconds: UnreadableRecords.timeoutMilliseconds)
                    return searches.withLock {
                        if $0[place.partition]?.place == place { $0[place.partition]?.last = last }
                    }
                } catch {
                    log.warning(
                        "retrying", "The end of an unreadable record was not found; trying again.", .error(error))
                }
                try? await Task.sleep(for: .milliseconds(backoff.nextDelayMilliseconds()))
            }
        }
        searches.withLock { searches in
            searches[place.partition]?.task.cancel()
            searches[place.partition] = Search(place: place, task: task)
        }
    }

    /// Those whose end has been found since the last time.
    func takeFound() -> [Found] {
        searches.withLock { searches in
            let found = searches.values.compactMap { search in
                search.last.map { Found(place: search.place, last: $0) }
            }
            for one in found { searches[one.place.partition] = nil }
            return found
        }
    }

    /// A sentence for each partition that waits.
    var sentences: [String] {
        searches.withLock { searches in
            searches.values.map(\.place).sorted { $0.partition < $1.partition }.map { place in
                "Partition \(place.partition.partition) of \(place.partition.topic) waits at offset \(place.offset), which cannot "
                    + "be unpacked; it goes on when the end of that is found."
            }
        }
    }

    /// Their partitions are read from elsewhere, or by another replica.
    func forget() {
        searches.withLock { searches in
            for search in searches.values { search.task.cancel() }
            searches = [:]
        }
    }
}
