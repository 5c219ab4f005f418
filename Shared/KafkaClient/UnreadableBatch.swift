/// Where a batch of records ends that cannot be unpacked, found by fetching behind its beginning: a fetch from anywhere
/// within it fails as the first did. Pure.
struct BatchEndSearch {
    /// What came of a fetch.
    enum Finding: Equatable {
        /// Records, or nothing that stands in the way.
        case readable
        /// The end of what a reader gets.
        case end
        /// A batch that cannot be unpacked, by its first offset.
        case broken(from: Int64)
    }

    /// Known to lie in the batch.
    private var inside: Int64
    /// Known to lie behind it.
    private var behind: Int64?
    private var step: Int64 = 1

    /// A batch in which that offset lies.
    init(inside offset: Int64) { inside = offset }

    /// The batch's last offset, once it is known.
    var last: Int64? { behind == inside + 1 ? inside : nil }

    /// Where to fetch next: at twice the distance until that is behind the batch, then in the middle.
    var probe: Int64 {
        guard let behind else { return inside + step }
        return inside + max(1, (behind - inside) / 2)
    }

    /// What came of the fetch at `probe`.
    mutating func found(_ finding: Finding) {
        let offset = probe
        switch finding {
        case .broken(let first) where first <= inside:
            inside = offset
            step *= 2
        // Another one, which begins somewhere up to here; or behind it, where nothing comes of what was asked for, as of a record
        // that was aborted.
        case .broken(let first): behind = min(first, offset)
        case .readable, .end: behind = offset
        }
    }
}

/// Looks for the end of a batch that cannot be unpacked, with a client of its own, so that nobody waits for it but the
/// readers of that partition.
public enum UnreadableBatch {
    /// The last offset of the batch in which this place lies.
    ///
    /// A fetch at the batch's beginning is the first to be made: if that succeeds now, it was none. Then the offset before
    /// the place is returned.
    public static func last(at place: UnreadablePlace, _ configuration: KafkaConfiguration, timeoutMilliseconds: Int)
        async throws(KafkaError) -> Int64
    {
        try await withProbe(configuration) { probe throws(KafkaError) in
            let timeout = Timeout(milliseconds: timeoutMilliseconds)
            guard case .broken = try await probe.fetch(place.partition, at: place.offset, timeout) else {
                return place.offset - 1
            }
            var search = BatchEndSearch(inside: place.offset)
            while search.last == nil {
                search.found(try await probe.fetch(place.partition, at: search.probe, timeout))
            }
            return search.last ?? place.offset
        }
    }

    /// A client for one look, which gives its connections back however that ends.
    static func withProbe<Value: Sendable>(
        _ configuration: KafkaConfiguration, readsAborted: Bool = false,
        _ body: (PartitionProbe) async throws(KafkaError) -> Value
    ) async throws(KafkaError) -> Value {
        let probe = try PartitionProbe(configuration, readsAborted: readsAborted, countsPartialAnswers: true)
        do throws(KafkaError) {
            let value = try await body(probe)
            await probe.close()
            return value
        } catch {
            await probe.close()
            throw error
        }
    }

    /// Why a partition stands.
    public enum Standing: Sendable, Equatable {
        /// Something comes when it is asked for there.
        case moves
        /// The end of what a reader gets is there: a transaction is open.
        case behindTransaction
        /// librdkafka can make nothing of the records up to this one, which were asked for and came.
        case unreadable(last: Int64)
    }

    /// Why nothing comes of that place though the log goes on.
    ///
    /// Of records that end before they should librdkafka only counts that they came, takes that for an answer that was cut off, and
    /// asks again for ever. It goes on behind each of them that it is not asked for, so the end is looked for step by step.
    public static func standing(
        at place: UnreadablePlace, _ configuration: KafkaConfiguration, timeoutMilliseconds: Int
    ) async throws(KafkaError) -> Standing {
        try await withProbe(configuration) { probe throws(KafkaError) in
            func fetch(_ offset: Int64) async throws(KafkaError) -> BatchEndSearch.Finding {
                try await probe.fetch(place.partition, at: offset, Timeout(milliseconds: timeoutMilliseconds))
            }
            switch try await fetch(place.offset) {
            case .readable: return .moves
            case .end: return .behindTransaction
            case .broken: break
            }
            var run = UnreadableRun(from: place.offset)
            while let probe = run.probe {
                guard case .broken(let first) = try await fetch(probe) else {
                    run.found(isUnreadable: false)
                    continue
                }
                run.found(isUnreadable: first == probe)
            }
            return .unreadable(last: run.last)
        }
    }
}
