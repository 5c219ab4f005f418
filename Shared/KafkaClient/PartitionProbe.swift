import CRdKafka
import Glibc

/// Fetches from one offset after another, and tells what came.
actor PartitionProbe {
    private let thread = DedicatedThread(name: "kafka-probes")
    private let handle: ClientHandle

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - readsAborted: also what was written in transactions that were aborted.
    ///   - countsPartialAnswers: for `fetch`; such a client has something to say ten times a second, and ends with its look.
    ///   - readsAhead: whether the next batch is fetched before what came of the last one is taken.
    init(
        _ configuration: KafkaConfiguration, readsAborted: Bool, readsAhead: Bool = false,
        countsPartialAnswers: Bool = false
    ) throws(KafkaError) {
        var properties = [
            "group.id": "keepsight-reader", "enable.auto.commit": "false", "enable.auto.offset.store": "false",
            "enable.partition.eof": "true", "auto.offset.reset": "error", "allow.auto.create.topics": "false",
            "fetch.wait.max.ms": "50", "queued.min.messages": readsAhead ? "1000" : "1", "fetch.error.backoff.ms": "50",
            "isolation.level": readsAborted ? "read_uncommitted" : "read_committed",
        ]
        if countsPartialAnswers { properties["statistics.interval.ms"] = "100" }
        // One batch of records at a time, which a broker answers with however long it is, and whole.
        var sizes = KafkaConsumer.sizes
        if !readsAhead { sizes["fetch.message.max.bytes"] = "1" }
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
        nudge(partition)
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
                if let finding = try finding(event, of: partition, at: offset) { return finding }
            default: break
            }
        }
        throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, context: "look behind an unreadable record")
    }

    /// The first record of a partition among these offsets, as its reader gets it; `nil` where none stands there, or librdkafka makes
    /// nothing of what does.
    func first(_ partition: TopicPartition, among offsets: Range<Int64>, _ milliseconds: Int) throws(KafkaError)
        -> Int64?
    {
        try assign(partition, at: offsets.lowerBound)
        let place = PartitionList([partition: -1])
        var wait = Wait(milliseconds: milliseconds)
        while !wait.timeout.isOver {
            let event = rd_kafka_queue_poll(handle.queue, 0)
            defer { if let event { rd_kafka_event_destroy(event) } }
            guard let event else {
                // A marker behind what was aborted moves it without an event.
                if rd_kafka_position(handle.client, place.pointer) == RD_KAFKA_RESP_ERR_NO_ERROR,
                    place.pointer.pointee.elems[0].offset >= offsets.upperBound
                {
                    return nil
                }
                usleep(500)
                if wait.isDue() { nudge(partition) }
                continue
            }
            switch rd_kafka_event_type(event) {
            case RD_KAFKA_EVENT_FETCH:
                guard let message = rd_kafka_event_message_next(event) else { continue }
                let offset = message.pointee.offset
                guard offset >= offsets.lowerBound else { continue }
                return offset < offsets.upperBound ? offset : nil
            // The end, or what cannot be read: the others say what that is.
            case RD_KAFKA_EVENT_ERROR:
                if try finding(event, of: partition, at: offsets.lowerBound) != nil { return nil }
            default: break
            }
        }
        return nil
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
    /// - Parameters:
    ///   - milliseconds: so long it may take until the next one comes.
    ///   - ahead: so many offsets more are looked at, as far as they come at once and within that time.
    func walk(
        _ partition: TopicPartition, from start: Int64, to end: Int64, _ milliseconds: Int, ahead: Int64 = 0,
        within longestAhead: Duration = .zero
    ) throws(KafkaError) -> Walked {
        try assign(partition, at: start)
        let place = PartitionList([partition: -1])
        var cursor = start
        var wait = Wait(milliseconds: milliseconds)
        var endAhead: ContinuousClock.Instant?
        while cursor < end + ahead {
            if cursor >= end {
                let until = endAhead ?? ContinuousClock.now.advanced(by: longestAhead)
                endAhead = until
                if wait.hasLasted || ContinuousClock.now >= until {
                    return .stopped(at: cursor)
                }
            }
            guard !wait.timeout.isOver else { return .silent(at: cursor) }
            let event = rd_kafka_queue_poll(handle.queue, 0)
            defer { if let event { rd_kafka_event_destroy(event) } }
            // A marker moves it without an event, a record when it is taken from its event.
            guard rd_kafka_position(handle.client, place.pointer) == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            let position = place.pointer.pointee.elems[0].offset
            if position > cursor + 1 { return .stopped(at: cursor) }
            if position == cursor + 1 { (cursor, wait) = (position, Wait(milliseconds: milliseconds)) }
            guard let event else {
                usleep(500)
                if wait.isDue() { nudge(partition) }
                continue
            }
            switch try step(event, of: partition, at: cursor) {
            case .waits: break
            case .explained: (cursor, wait) = (cursor + 1, Wait(milliseconds: milliseconds))
            case .unexplained: return .stopped(at: cursor)
            case .end: return .stopped(at: max(cursor, end))
            }
        }
        return .stopped(at: cursor)
    }

    /// How far a walk has come.
    enum Walked: Equatable {
        /// The offset has neither record nor marker, or is the end of what was to be looked at.
        case stopped(at: Int64)
        /// Nothing has come of that offset. That may be a broker that is slow, or a record of which librdkafka makes nothing and says
        /// nothing: `fetch` tells.
        case silent(at: Int64)

        /// Where it has come to.
        var offset: Int64 {
            switch self {
            case .stopped(let offset), .silent(let offset): offset
            }
        }
    }

    /// How long nothing has come.
    private struct Wait {
        static let interval = Duration.milliseconds(5)

        let timeout: Timeout
        private let began = ContinuousClock.now
        private var nudged: ContinuousClock.Instant?

        init(milliseconds: Int) { timeout = Timeout(milliseconds: milliseconds) }

        /// Longer than what was fetched already would take.
        var hasLasted: Bool { began.duration(to: .now) >= .milliseconds(100) }

        /// Whether it is time to nudge, again with twice the distance each time.
        mutating func isDue() -> Bool {
            let now = ContinuousClock.now
            let waited = began.duration(to: nudged ?? began)
            guard began.duration(to: now) >= max(Self.interval, waited * 2) else { return false }
            nudged = now
            return true
        }
    }

    /// Makes librdkafka look now whether there is something to fetch: the thread of a broker does so when it has something else to
    /// do, and else once a second. It is asked where the log ends, which is thrown away.
    private func nudge(_ partition: TopicPartition) {
        let list = PartitionList([partition: Int64(RD_KAFKA_OFFSET_END)])
        _ = rd_kafka_offsets_for_times(handle.client, list.pointer, 1000)
    }

    private enum Step { case waits, explained, unexplained, end }

    private func step(_ event: OpaquePointer, of partition: TopicPartition, at cursor: Int64) throws(KafkaError) -> Step
    {
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
            case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET: return try holds(partition, cursor) ? .unexplained : .end
            default: return try finding(event, of: partition, at: cursor) == nil ? .waits : .unexplained
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

    /// The first offset still there, and the one that the next record will get.
    func bounds(of partition: TopicPartition) throws(KafkaError) -> (low: Int64, high: Int64) {
        try handle.watermarks(of: partition)
    }

    private func holds(_ partition: TopicPartition, _ offset: Int64) throws(KafkaError) -> Bool {
        let (low, high) = try bounds(of: partition)
        return low <= offset && offset < high
    }

    private func finding(_ event: OpaquePointer, of partition: TopicPartition, at offset: Int64) throws(KafkaError)
        -> BatchEndSearch.Finding?
    {
        let code = rd_kafka_event_error(event)
        switch code {
        case RD_KAFKA_RESP_ERR__PARTITION_EOF: return .end
        // Behind the log; or what stands there has a number by which librdkafka goes on outside of it.
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
            return try holds(partition, offset) ? .broken(from: offset) : .readable
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
