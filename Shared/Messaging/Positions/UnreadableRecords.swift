import KafkaClient
import ServiceRuntime
import Synchronization

/// Places of logs that nobody can read, while somebody looks where they end. Only their own partitions wait for that.
final class UnreadableRecords: Sendable {
    /// A place of which it is known what it is.
    struct Found: Sendable {
        let place: UnreadablePlace
        /// The offsets that cannot be read; empty if all can be read after all, or nothing stands there.
        let lost: Range<Int64>
        /// Whether somebody else got what stands there.
        let comes: Bool
    }

    /// What somebody has found who looked.
    private struct Result {
        var lost: Range<Int64>
        var comes = false
    }

    private struct Search {
        let place: UnreadablePlace
        let task: Task<Void, Never>
        var result: Result?
    }

    private static let timeoutMilliseconds = 60_000

    private let kafka: KafkaConfiguration
    private let log: Log
    private let searches = Mutex<[TopicPartition: Search]>([:])
    /// Where partitions stand behind a transaction, as the broker has said.
    private let behindTransactions = Mutex<[TopicPartition: Int64]>([:])

    init(kafka: KafkaConfiguration, log: Log) {
        self.kafka = kafka
        self.log = log
    }

    /// Looks what it is, again and again until that is known or nobody asks for it any more.
    func look(at place: UnreadablePlace) {
        if place.kind == .failed { report(place) }
        searches.withLock { searches in
            searches[place.partition]?.task.cancel()
            // Within the lock, since what it finds may be there at once, and is kept for a search that is on record only.
            searches[place.partition] = Search(place: place, task: Task { [self] in await search(place) })
        }
    }

    private func search(_ place: UnreadablePlace) async {
        var backoff = Backoff()
        while !Task.isCancelled {
            do throws(KafkaError) {
                let result = try await result(at: place)
                if place.kind != .failed, !result.lost.isEmpty { report(place) }
                return searches.withLock {
                    if $0[place.partition]?.place == place { $0[place.partition]?.result = result }
                }
            } catch {
                log.warning(
                    "retrying", "It was not found out what stands at an unreadable place; trying again.",
                    .id("topic", place.partition.topic), .count("partition", Int(place.partition.partition)),
                    .count("offset", Int(place.offset)), .error(error))
            }
            try? await Task.sleep(for: .milliseconds(backoff.nextDelayMilliseconds()))
        }
    }

    /// Looks as well at what stands, where nobody does.
    func look(at standing: [UnreadablePlace]) {
        for place in standing where searches.withLock({ $0[place.partition] == nil }) { look(at: place) }
    }

    private func result(at place: UnreadablePlace) async throws(KafkaError) -> Result {
        let nothing = place.offset..<place.offset
        let milliseconds = UnreadableRecords.timeoutMilliseconds
        switch place.kind {
        case .failed:
            let last = try await UnreadableBatch.last(at: place, kafka, timeoutMilliseconds: milliseconds)
            return Result(lost: place.offset..<max(last + 1, place.offset))
        case .passed(let end):
            let lost = try await UnreadableBatch.lost(
                among: place.offset..<end, of: place.partition, kafka, timeoutMilliseconds: milliseconds)
            return Result(lost: lost ?? nothing)
        case .stands:
            let standing = try await UnreadableBatch.standing(at: place, kafka, timeoutMilliseconds: milliseconds)
            behindTransactions.withLock {
                $0[place.partition] = standing == .behindTransaction ? place.offset : nil
            }
            guard case .unreadable(let last) = standing else {
                return Result(lost: nothing, comes: standing == .moves)
            }
            return Result(lost: place.offset..<(last + 1))
        }
    }

    private func report(_ place: UnreadablePlace) {
        log.error(
            "record-unreadable", "A record cannot be read; its partition waits until its end is found.",
            .id("topic", place.partition.topic), .count("partition", Int(place.partition.partition)),
            .count("offset", Int(place.offset)), .code("error", place.error))
    }

    /// Those of which it has been found out since the last time.
    func takeFound() -> [Found] {
        searches.withLock { searches in
            let found = searches.values.compactMap { search in
                search.result.map { Found(place: search.place, lost: $0.lost, comes: $0.comes) }
            }
            for one in found { searches[one.place.partition] = nil }
            return found
        }
    }

    /// Those among what stands of which the broker has said that they are behind a transaction.
    func transactions(among held: [TopicPartition: KafkaConsumer.HeldBack])
        -> [TopicPartition: KafkaConsumer.HeldBack]
    {
        behindTransactions.withLock { known in
            known = known.filter { held[$0.key]?.from == $0.value }
            return held.filter { known[$0.key] != nil }
        }
    }

    /// A sentence for each partition that waits.
    var sentences: [String] {
        let transactions = behindTransactions.withLock { $0 }
        return searches.withLock { searches in
            searches.values.map(\.place).sorted { $0.partition < $1.partition }.compactMap { place in
                let stands = "Partition \(place.partition.partition) of \(place.partition.topic)"
                switch place.kind {
                case .failed:
                    return
                        "\(stands) waits at offset \(place.offset), which cannot be unpacked; it goes on when the end of "
                        + "that is found."
                case .passed(let end):
                    return "\(stands) waits: of offsets \(place.offset) to \(end - 1) nothing came; "
                        + "it goes on when it is known whether an event stood there."
                case .stands:
                    guard transactions[place.partition] != place.offset else { return nil }
                    return "\(stands) stands at offset \(place.offset): nothing comes of it though the log goes on. "
                        + "What cannot be read there is looked for, and refused to whoever published it. If this stays, see the "
                        + "log, and 'keepsight positions'."
                }
            }
        }
    }

    /// Their partitions are read from elsewhere, or by another replica.
    func forget() {
        behindTransactions.withLock { $0 = [:] }
        searches.withLock { searches in
            for search in searches.values { search.task.cancel() }
            searches = [:]
        }
    }
}
