import CRdKafka

/// Where a batch of records ends that cannot be unpacked, found by fetching behind its beginning: a fetch from anywhere
/// within it fails as the first did. Pure.
struct BatchEndSearch {
    /// What came of a fetch.
    enum Finding: Equatable {
        /// Records, the end of the log, or nothing that stands in the way.
        case readable
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
        case .readable: behind = offset
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
        let probe = try PartitionProbe(configuration)
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
}

/// Fetches from one offset after another, and tells what came.
private actor PartitionProbe {
    private let thread = DedicatedThread(name: "kafka-probes")
    private let handle: ClientHandle

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(_ configuration: KafkaConfiguration) throws(KafkaError) {
        let properties = [
            "group.id": "keepsight-reader", "enable.auto.commit": "false", "enable.auto.offset.store": "false",
            "enable.partition.eof": "true", "auto.offset.reset": "error", "allow.auto.create.topics": "false",
            "fetch.wait.max.ms": "50", "queued.min.messages": "1",
        ]
        handle = try ClientHandle(
            consumer: try configuration.makeClient(
                RD_KAFKA_CONSUMER, properties.merging(KafkaConsumer.sizes) { $1 }, events: RD_KAFKA_EVENT_FETCH))
    }

    deinit { thread.stop() }

    func fetch(_ partition: TopicPartition, at offset: Int64, _ timeout: Timeout) throws(KafkaError)
        -> BatchEndSearch.Finding
    {
        let list = PartitionList([partition: offset])
        let error = rd_kafka_assign(handle.client, list.pointer)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error, context: "assign") }
        while !timeout.isOver {
            guard let event = rd_kafka_queue_poll(handle.queue, min(100, timeout.remainingMilliseconds)) else {
                continue
            }
            defer { rd_kafka_event_destroy(event) }
            switch rd_kafka_event_type(event) {
            case RD_KAFKA_EVENT_FETCH: return .readable
            case RD_KAFKA_EVENT_ERROR:
                if let finding = try finding(event) { return finding }
            default: break
            }
        }
        throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, context: "look behind an unreadable record")
    }

    private func finding(_ event: OpaquePointer) throws(KafkaError) -> BatchEndSearch.Finding? {
        let code = rd_kafka_event_error(event)
        switch code {
        // Behind the last record, or behind the log.
        case RD_KAFKA_RESP_ERR__PARTITION_EOF, RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET: return .readable
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
