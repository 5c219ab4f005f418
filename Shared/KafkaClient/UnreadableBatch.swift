import CRdKafka
import Glibc

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
        // Another one, which begins somewhere up to here.
        case .broken(let first): behind = first
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
        let probe = try PartitionProbe(configuration, readsAborted: false)
        let timeout = Timeout(milliseconds: timeoutMilliseconds)
        guard case .broken = try await probe.fetch(place.partition, at: place.offset, timeout) else {
            return place.offset - 1
        }
        var search = BatchEndSearch(inside: place.offset)
        while search.last == nil {
            search.found(try await probe.fetch(place.partition, at: search.probe, timeout))
        }
        await probe.close()
        return search.last ?? place.offset
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
        let probe = try PartitionProbe(configuration, readsAborted: false)
        func fetch(_ offset: Int64) async throws(KafkaError) -> BatchEndSearch.Finding {
            try await probe.fetch(place.partition, at: offset, Timeout(milliseconds: timeoutMilliseconds))
        }
        switch try await fetch(place.offset) {
        case .readable: return .moves
        case .end: return .behindTransaction
        case .broken: break
        }
        var last = place.offset
        while case .broken(let first) = try await fetch(last + 1), first == last + 1 { last += 1 }
        await probe.close()
        return .unreadable(last: last)
    }

    /// The first offsets among these at which nothing stands that explains why no reader has got them: no record of a transaction
    /// that was aborted, and no marker of one's end. `nil` where all are explained.
    public static func lost(
        among offsets: Range<Int64>, of partition: TopicPartition, _ configuration: KafkaConfiguration,
        timeoutMilliseconds: Int
    ) async throws(KafkaError) -> Range<Int64>? {
        guard !offsets.isEmpty else { return nil }
        let probe = try PartitionProbe(configuration, readsAborted: true, readsAhead: true)
        // Two markers in a row can be passed in one step, and then only the second is seen; not by one that reads nothing ahead,
        // which takes up to a second for each step.
        let second = try PartitionProbe(configuration, readsAborted: true)
        let end = offsets.upperBound
        func isLost(_ offset: Int64) async throws(KafkaError) -> Bool {
            try await second.walk(partition, from: offset, to: offset + 1, timeoutMilliseconds) == offset
        }
        var first = offsets.lowerBound
        while true {
            first = try await probe.walk(partition, from: first, to: end, timeoutMilliseconds)
            guard first < end else { break }
            if try await isLost(first) { break }
            first += 1
        }
        var last = first
        while last + 1 < end, try await isLost(last + 1) { last += 1 }
        await probe.close()
        await second.close()
        return first < end ? first..<(last + 1) : nil
    }
}

/// Fetches from one offset after another, and tells what came.
private actor PartitionProbe {
    private let thread = DedicatedThread(name: "kafka-probes")
    private let handle: ClientHandle

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - readsAborted: also what was written in transactions that were aborted.
    ///   - readsAhead: whether the next batch is fetched before what came of the last one is taken.
    init(_ configuration: KafkaConfiguration, readsAborted: Bool, readsAhead: Bool = false) throws(KafkaError) {
        let properties = [
            "group.id": "keepsight-reader", "enable.auto.commit": "false", "enable.auto.offset.store": "false",
            "enable.partition.eof": "true", "auto.offset.reset": "error", "allow.auto.create.topics": "false",
            "fetch.wait.max.ms": "50", "queued.min.messages": readsAhead ? "1000" : "1", "fetch.error.backoff.ms": "50",
            "statistics.interval.ms": "100", "isolation.level": readsAborted ? "read_uncommitted" : "read_committed",
        ]
        // One batch of records at a time, which a broker answers with however long it is, and whole.
        let sizes = KafkaConsumer.sizes.merging(["fetch.message.max.bytes": "1"]) { $1 }
        handle = try ClientHandle(
            consumer: try configuration.makeClient(
                RD_KAFKA_CONSUMER, properties.merging(sizes) { $1 },
                events: RD_KAFKA_EVENT_FETCH | RD_KAFKA_EVENT_STATS))
    }

    deinit { thread.stop() }

    func fetch(_ partition: TopicPartition, at offset: Int64, _ timeout: Timeout) throws(KafkaError)
        -> BatchEndSearch.Finding
    {
        try assign(partition, at: offset)
        var partial: Int?
        while !timeout.isOver {
            guard let event = rd_kafka_queue_poll(handle.queue, min(100, timeout.remainingMilliseconds)) else {
                continue
            }
            defer { rd_kafka_event_destroy(event) }
            switch rd_kafka_event_type(event) {
            case RD_KAFKA_EVENT_FETCH: return .readable
            case RD_KAFKA_EVENT_STATS:
                let now = PartitionProbe.partialAnswers(event)
                // One batch comes at a time, and whole: no answer is cut off, and nothing was handed out.
                if let partial, now >= partial + 2 { return .broken(from: offset) }
                partial = partial ?? now
            case RD_KAFKA_EVENT_ERROR:
                if let finding = try finding(event) { return finding }
            default: break
            }
        }
        throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, context: "look behind an unreadable record")
    }

    private func assign(_ partition: TopicPartition, at offset: Int64) throws(KafkaError) {
        let list = PartitionList([partition: offset])
        // Given back first: then its position is not that of the last time.
        var error = rd_kafka_assign(handle.client, nil)
        let place = PartitionList([partition: -1])
        let timeout = Timeout(milliseconds: 1000)
        repeat {
            usleep(500)
            rd_kafka_position(handle.client, place.pointer)
        } while place.pointer.pointee.elems[0].offset >= 0 && !timeout.isOver
        if error == RD_KAFKA_RESP_ERR_NO_ERROR { error = rd_kafka_assign(handle.client, list.pointer) }
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error, context: "assign") }
    }

    /// Reads on for as long as each offset has a record, or the marker of a transaction. The first that has neither, or the end.
    ///
    /// - Parameter milliseconds: so long it may take until the next one comes.
    func walk(_ partition: TopicPartition, from start: Int64, to end: Int64, _ milliseconds: Int) throws(KafkaError)
        -> Int64
    {
        try assign(partition, at: start)
        let place = PartitionList([partition: -1])
        var (cursor, timeout) = (start, Timeout(milliseconds: milliseconds))
        while cursor < end {
            guard !timeout.isOver else {
                throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, context: "look at what was passed")
            }
            let event = rd_kafka_queue_poll(handle.queue, 0)
            defer { if let event { rd_kafka_event_destroy(event) } }
            // A marker moves it without an event, a record when it is taken from its event.
            guard rd_kafka_position(handle.client, place.pointer) == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            let position = place.pointer.pointee.elems[0].offset
            if position > cursor + 1 { return cursor }
            if position == cursor + 1 { (cursor, timeout) = (position, Timeout(milliseconds: milliseconds)) }
            guard let event else {
                usleep(500)
                continue
            }
            switch try step(event, at: cursor) {
            case .waits: break
            case .explained: (cursor, timeout) = (cursor + 1, Timeout(milliseconds: milliseconds))
            case .unexplained: return cursor
            case .end: return end
            }
        }
        return end
    }

    private enum Step { case waits, explained, unexplained, end }

    private func step(_ event: OpaquePointer, at cursor: Int64) throws(KafkaError) -> Step {
        switch rd_kafka_event_type(event) {
        case RD_KAFKA_EVENT_FETCH:
            guard let message = rd_kafka_event_message_next(event), message.pointee.offset >= cursor else {
                return .waits
            }
            return message.pointee.offset == cursor ? .explained : .unexplained
        case RD_KAFKA_EVENT_ERROR:
            switch rd_kafka_event_error(event) {
            case RD_KAFKA_RESP_ERR__PARTITION_EOF:
                guard let place = rd_kafka_event_topic_partition(event) else { return .waits }
                defer { rd_kafka_topic_partition_destroy(place) }
                return place.pointee.offset > cursor ? .unexplained : .end
            // Retention was faster: that is told elsewhere.
            case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET: return .end
            default: return try finding(event) == nil ? .waits : .unexplained
            }
        default: return .waits
        }
    }

    /// The number in a client's statistics, added up over its brokers.
    private static func partialAnswers(_ event: OpaquePointer) -> Int {
        guard let text = rd_kafka_event_stats(event) else { return 0 }
        var (count, rest) = (0, Substring(String(cString: text)))
        while let name = rest.firstRange(of: "\"rxpartial\":") {
            rest = rest[name.upperBound...]
            count += Int(rest.prefix(while: \.isNumber)) ?? 0
        }
        return count
    }

    private func finding(_ event: OpaquePointer) throws(KafkaError) -> BatchEndSearch.Finding? {
        let code = rd_kafka_event_error(event)
        switch code {
        case RD_KAFKA_RESP_ERR__PARTITION_EOF: return .end
        // Behind the log.
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET: return .readable
        default:
            let failure = KafkaError(code, context: "look behind an unreadable record")
            guard failure.isAboutRecord, let place = rd_kafka_event_topic_partition(event) else {
                guard failure.isRetriable || failure.isAuthorizationFailure else { throw failure }
                // It asks for the group's coordinator though it joins no group, and may be allowed to none.
                return nil
            }
            defer { rd_kafka_topic_partition_destroy(place) }
            return .broken(from: place.pointee.offset)
        }
    }

    func close() { rd_kafka_assign(handle.client, nil) }
}
