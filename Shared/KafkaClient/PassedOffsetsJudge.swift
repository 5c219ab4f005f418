import CRdKafka
import Synchronization

/// Says of offsets that reading has passed in silence whether something is lost there.
///
/// An agency's client may abort a transaction between any two records, and each of them is looked at; so the clients that look are
/// kept from one look to the next, and a look goes on past what it was asked for. Looks at several partitions have clients each:
/// nobody waits for what another's topic takes.
public final class PassedOffsetsJudge: Sendable {
    /// What was found.
    public struct Finding: Sendable, Equatable {
        /// The first offsets among those asked for at which nothing stands that explains why no reader has got them: no record of
        /// a transaction that was aborted, and no marker of one's end. `nil` where all are explained.
        public let lost: Range<Int64>?
        /// Up to here, at the least to the end of what was asked for if nothing is lost, a record or a marker stands at each offset.
        public let explained: Int64
    }

    /// Offsets that are looked at beyond those that were asked for, at the most, and how long that may take.
    private static let mostAhead: Int64 = 10_000
    private static let longestAhead = Duration.milliseconds(500)
    /// How long nothing may come before somebody looks whether anything can, in milliseconds.
    private static let longestSilence = 1000
    /// How long it may take until it is known that no reader gets anything, in milliseconds.
    private static let longestLook = 5000
    /// How long a broker has for an answer, in milliseconds.
    private static let longestFetch = 10_000
    /// How long clients are kept that nobody uses.
    private static let longestIdle = Duration.seconds(60)

    /// Two markers in a row can be passed in one step by whoever reads ahead, and then only the second is seen; not by one that
    /// reads nothing ahead, which asks the broker for each step.
    private struct Pair {
        let ahead: PartitionProbe
        let single: PartitionProbe
        /// It gets what readers get.
        let committed: PartitionProbe

        init(_ configuration: KafkaConfiguration) throws(KafkaError) {
            committed = try PartitionProbe(configuration, readsAborted: false)
            ahead = try PartitionProbe(configuration, readsAborted: true, readsAhead: true)
            single = try PartitionProbe(configuration, readsAborted: true)
        }

        func close() async {
            await ahead.close()
            await single.close()
            await committed.close()
        }
    }

    private struct Idle {
        let pair: Pair
        let since: ContinuousClock.Instant
    }

    private let configuration: KafkaConfiguration
    /// Clients that nobody uses now; one pair at the most.
    private let idle = Mutex<Idle?>(nil)

    /// Connects when it is first asked.
    public init(_ configuration: KafkaConfiguration) { self.configuration = configuration }

    /// Lets go of clients that have not been used for a while.
    public func tidy(now: ContinuousClock.Instant = .now) {
        let surplus = idle.withLock { idle in
            guard let since = idle?.since, since.duration(to: now) >= Self.longestIdle else { return nil as Pair? }
            defer { idle = nil }
            return idle?.pair
        }
        // They end with it, outside of the lock.
        withExtendedLifetime(surplus) {}
    }

    /// Looks at these offsets.
    public func look(among offsets: Range<Int64>, of partition: TopicPartition, timeoutMilliseconds: Int)
        async throws(KafkaError) -> Finding
    {
        guard !offsets.isEmpty else { return Finding(lost: nil, explained: offsets.upperBound) }
        return try await withPair { pair throws(KafkaError) in
            try await self.look(among: offsets, of: partition, by: pair, timeoutMilliseconds)
        }
    }

    /// The first of these offsets at which a record stands that every reader gets. It was passed since one that stands before it says
    /// that it stands behind it, and came in one answer with it.
    public func firstReadable(among offsets: Range<Int64>, of partition: TopicPartition) async throws(KafkaError)
        -> Int64?
    {
        guard !offsets.isEmpty else { return nil }
        return try await withPair { pair throws(KafkaError) in
            try await pair.committed.first(partition, among: offsets, Self.longestLook)
        }
    }

    /// The first offset still in the partition's log, and the one that the next record will get.
    public func bounds(of partition: TopicPartition) async throws(KafkaError) -> (low: Int64, high: Int64) {
        try await withPair { pair throws(KafkaError) in try await pair.single.bounds(of: partition) }
    }

    private func withPair<Value: Sendable>(_ body: (Pair) async throws(KafkaError) -> Value) async throws(KafkaError)
        -> Value
    {
        let kept = idle.withLock { idle in
            defer { idle = nil }
            return idle?.pair
        }
        let pair: Pair
        if let kept { pair = kept } else { pair = try Pair(configuration) }
        do throws(KafkaError) {
            let value = try await body(pair)
            await pair.close()
            idle.withLock { $0 = Idle(pair: pair, since: .now) }
            return value
        } catch {
            await pair.close()
            throw error
        }
    }

    private func look(
        among offsets: Range<Int64>, of partition: TopicPartition, by pair: Pair, _ milliseconds: Int
    ) async throws(KafkaError) -> Finding {
        let end = offsets.upperBound
        var first = offsets.lowerBound
        while first < end {
            // Where nothing comes for a while, the other one looks why.
            first = try await pair.ahead.walk(
                partition, from: first, to: end, Self.longestSilence, ahead: Self.mostAhead, within: Self.longestAhead
            ).offset
            guard first < end else { return Finding(lost: nil, explained: first) }
            if try await isLost(first, of: partition, by: pair, milliseconds) { break }
            first += 1
        }
        guard first < end else { return Finding(lost: nil, explained: first) }
        var run = UnreadableRun(from: first, before: end)
        while let probe = run.probe {
            run.found(isUnreadable: try await isLost(probe, of: partition, by: pair, milliseconds))
        }
        return Finding(lost: first..<(run.last + 1), explained: first)
    }

    /// Whether that offset has neither record nor marker, or a record of which nobody makes anything. That comes to an end as long as
    /// brokers answer: what nobody gets though the end of the log can be read is lost.
    private func isLost(_ offset: Int64, of partition: TopicPartition, by pair: Pair, _ milliseconds: Int)
        async throws(KafkaError) -> Bool
    {
        let quick = try await pair.single.walk(partition, from: offset, to: offset + 1, Self.longestSilence)
        guard case .silent = quick else { return quick.offset == offset }
        // librdkafka takes a record that does not end where it should for an answer that was cut off, and asks for it again for
        // ever without a word: its statistics alone count it.
        let isBroken = try await UnreadableBatch.withProbe(configuration, readsAborted: true) {
            probe throws(KafkaError) in
            do throws(KafkaError) {
                let timeout = Timeout(milliseconds: min(milliseconds, Self.longestFetch))
                if case .broken = try await probe.fetch(partition, at: offset, timeout) { return true }
                return false
            } catch {
                guard error.code == RD_KAFKA_RESP_ERR__TIMED_OUT.rawValue else { throw error }
                let end = try await probe.bounds(of: partition).high
                _ = try await probe.fetch(partition, at: end, Timeout(milliseconds: Self.longestFetch))
                return true
            }
        }
        guard !isBroken else { return true }
        let slow = try await pair.single.walk(partition, from: offset, to: offset + 1, Self.longestFetch)
        // Something came of it, and not what stands there by its number.
        guard case .silent = slow else { return slow.offset == offset }
        return true
    }
}
