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
        /// Up to here something stands at each offset.
        let explained: Int64
        /// Whether the log does not hold the place.
        let isGone: Bool
        /// An offset among those that were passed at which a record stands that every reader gets.
        let readable: Int64?
    }

    /// How often a place was read again since nothing stood against it. Each time takes all partitions a moment, so it is waited for
    /// twice as long each time.
    struct ReadAgain {
        private var offset: Int64 = -1
        private var wasPassed = false
        private var times = 0

        mutating func note(_ place: UnreadablePlace) {
            times = isKnown(place) ? times + 1 : 1
            (offset, wasPassed) = (place.offset, Self.isPassed(place))
        }

        private func isKnown(_ place: UnreadablePlace) -> Bool {
            place.offset == offset && Self.isPassed(place) == wasPassed
        }

        private static func isPassed(_ place: UnreadablePlace) -> Bool {
            if case .passed = place.kind { true } else { false }
        }

        /// None before the first look at a place.
        func pause(before place: UnreadablePlace) -> Duration? {
            guard isKnown(place), place.kind != .failed else { return nil }
            return .seconds(min(60, 1 << min(times, 6)))
        }
    }

    /// What somebody has found who looked.
    private struct Result {
        var lost: Range<Int64>
        var comes = false
        var explained: Int64 = 0
        var isGone = false
        var readable: Int64?
    }

    private struct Search {
        let place: UnreadablePlace
        let task: Task<Void, Never>
        var result: Result?
    }

    private static let timeoutMilliseconds = 60_000

    private let kafka: KafkaConfiguration
    private let log: Log
    private let failpoints: Failpoints
    private let judge: PassedOffsetsJudge
    private let readAgain = Mutex<[TopicPartition: ReadAgain]>([:])
    /// Who waits for what is found.
    private let reader = Mutex<KafkaConsumer?>(nil)
    private let searches = Mutex<[TopicPartition: Search]>([:])
    /// Where partitions wait, until something is read there: that somebody knows what it is makes nothing come yet.
    private let waiting = Mutex<[TopicPartition: UnreadablePlace]>([:])
    /// Where partitions stand behind a transaction, as the broker has said.
    private let behindTransactions = Mutex<[TopicPartition: Int64]>([:])

    init(kafka: KafkaConfiguration, log: Log, failpoints: Failpoints = .none) {
        self.kafka = kafka
        self.log = log
        self.failpoints = failpoints
        judge = PassedOffsetsJudge(kafka)
    }

    /// To be called now and then.
    func tidy() { judge.tidy() }

    /// That consumer does not wait for anything else while there is something to be told; `nil` when it ends.
    func tell(_ consumer: KafkaConsumer?) { reader.withLock { $0 = consumer } }

    /// Looks what it is, again and again until that is known or nobody asks for it any more.
    func look(at place: UnreadablePlace) {
        if place.kind == .failed { report(place) }
        waiting.withLock { $0[place.partition] = place }
        searches.withLock { searches in
            searches[place.partition]?.task.cancel()
            // Within the lock, since what it finds may be there at once, and is kept for a search that is on record only.
            searches[place.partition] = Search(place: place, task: Task { [self] in await search(place) })
        }
    }

    private func search(_ place: UnreadablePlace) async {
        if let pause = readAgain.withLock({ $0[place.partition]?.pause(before: place) }) {
            try? await Task.sleep(for: pause)
        }
        var backoff = Backoff()
        while !Task.isCancelled {
            do {
                try await failpoints.reach(.unreadableBeforeLook)
                let result = try await result(at: place)
                if place.kind != .failed, !result.lost.isEmpty { report(place) }
                searches.withLock {
                    if $0[place.partition]?.place == place { $0[place.partition]?.result = result }
                }
                reader.withLock { $0 }?.wake()
                return
            } catch {
                // An operator has decided meanwhile where to read, or nobody reads it here any more.
                guard !Task.isCancelled else { return }
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
            let finding = try await judge.look(
                among: place.offset..<end, of: place.partition, timeoutMilliseconds: milliseconds)
            let whole = place.offset..<(finding.lost?.lowerBound ?? end)
            if let readable = try await judge.firstReadable(among: whole, of: place.partition) {
                return Result(lost: nothing, readable: readable)
            }
            return Result(lost: finding.lost ?? nothing, explained: finding.explained)
        case .stands:
            let standing = try await UnreadableBatch.standing(at: place, kafka, timeoutMilliseconds: milliseconds)
            behindTransactions.withLock {
                $0[place.partition] = standing == .behindTransaction ? place.offset : nil
            }
            // Of that it is said elsewhere, once it lasts.
            if standing == .behindTransaction {
                waiting.withLock { if $0[place.partition] == place { $0[place.partition] = nil } }
            }
            guard case .unreadable(let last) = standing else {
                return Result(lost: nothing, comes: standing == .moves)
            }
            return Result(lost: place.offset..<(last + 1))
        case .astray:
            let (low, high) = try await judge.bounds(of: place.partition)
            guard low <= place.offset, place.offset <= high else { return Result(lost: nothing, isGone: true) }
            let finding = try await judge.look(
                among: place.offset..<high, of: place.partition, timeoutMilliseconds: milliseconds)
            // Records that were led astray by come before those that are not read yet; where all can be read, they are read again.
            guard let lost = finding.lost, lost.lowerBound == place.offset else {
                return Result(lost: nothing, comes: true)
            }
            return Result(lost: lost)
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
                search.result.map {
                    Found(
                        place: search.place, lost: $0.lost, comes: $0.comes, explained: $0.explained, isGone: $0.isGone,
                        readable: $0.readable)
                }
            }
            for one in found {
                searches[one.place.partition] = nil
                guard one.comes || one.readable != nil else { continue }
                readAgain.withLock { $0[one.place.partition, default: ReadAgain()].note(one.place) }
            }
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

    /// The partitions that wait.
    var waitingPartitions: [TopicPartition] { waiting.withLock { $0.keys.sorted() } }

    /// So far these partitions were read: those that have come to where they waited wait no longer.
    ///
    /// - Parameter last: of each the last offset that a reader gets, or gets nothing of.
    func read(upTo last: [TopicPartition: Int64]) {
        waiting.withLock { waiting in
            for (partition, offset) in last where waiting[partition].map({ $0.offset <= offset }) ?? false {
                waiting[partition] = nil
            }
        }
    }

    /// A sentence for each partition that waits.
    var sentences: [String] {
        let transactions = behindTransactions.withLock { $0 }
        return waiting.withLock { waiting in
            waiting.values.sorted { $0.partition < $1.partition }.compactMap { place in
                let stands = "Partition \(place.partition.partition) of \(place.partition.topic)"
                switch place.kind {
                case .failed:
                    return
                        "\(stands) waits at offset \(place.offset), which cannot be unpacked; it goes on when the end of "
                        + "that is found."
                case .passed(let end):
                    return "\(stands) waits: of offsets \(place.offset) to \(end - 1) nothing came; "
                        + "it goes on when it is known whether an event stood there."
                case .astray:
                    return
                        "\(stands) waits at offset \(place.offset): what stands there has a number of somewhere else; "
                        + "it goes on when it is known what can be read."
                case .stands:
                    guard transactions[place.partition] != place.offset else { return nil }
                    return "\(stands) stands at offset \(place.offset): nothing comes of it though the log goes on. "
                        + "What cannot be read there is looked for, and refused to whoever published it. If this stays, see the "
                        + "log, and 'keepsight positions'."
                }
            }
        }
    }

    /// That partition is read from elsewhere.
    func forget(_ partition: TopicPartition) {
        behindTransactions.withLock { $0[partition] = nil }
        waiting.withLock { $0[partition] = nil }
        searches.withLock { $0.removeValue(forKey: partition)?.task.cancel() }
    }

    /// Their partitions are read from elsewhere, or by another replica.
    ///
    /// - Parameter kept: those that are read from where they were, and so wait as they did.
    func forget(except kept: Set<TopicPartition> = []) {
        waiting.withLock { $0 = $0.filter { kept.contains($0.key) } }
        behindTransactions.withLock { $0 = [:] }
        searches.withLock { searches in
            for search in searches.values { search.task.cancel() }
            searches = [:]
        }
    }
}
