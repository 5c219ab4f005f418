import CRdKafka

/// What a consumer has for its caller.
public enum KafkaConsumerEvent: Sendable {
    /// Messages, in each partition's order.
    case batch(KafkaBatch)
    /// Partitions are ours; `start` says where to begin.
    case assigned([TopicPartition])
    /// Partitions are ours no longer; `released` says that nothing of them is under way. `lost`: somebody else may have
    /// them already.
    case revoked([TopicPartition], lost: Bool)
    /// The logs of these partitions do not hold the offset that was to be read next: nothing more of them comes until
    /// `start` says where to go on.
    case displaced([TopicPartition])
}

/// Messages of one read, with the assignment under which they were read.
public struct KafkaBatch: Sendable {
    /// The last record of a partition that was read, whether it was handed out or left out.
    public struct Reach: Sendable, Equatable {
        /// The record's place in the partition.
        public let offset: Int64
        /// Milliseconds since the Unix epoch; -1 where the broker has none.
        public let timestampMilliseconds: Int64
    }

    /// The messages, in each partition's order.
    public let messages: [KafkaMessage]
    /// How many were left out.
    public let leftOut: Int
    /// How far each partition was read.
    public let reached: [TopicPartition: Reach]
    /// Which assignment; offsets of an earlier one are not committed any more.
    public let generation: Int
}

/// A member of a consumer group that takes batches and gives partitions up only when its caller has finished with them.
///
/// Range assignment, since closing during a cooperative rebalance crashes librdkafka 2.0.2 (#4312). Single polls into a
/// batch of ours, since its own batch call can lose messages around a pause or a rebalance before 2.1.
public actor KafkaConsumer {
    /// How a consumer behaves.
    public struct Options: Sendable {
        /// The group.
        public var group: String
        /// The topics; every partition of them is shared out among the group.
        public var topics: [String]
        /// A name that survives a restart, so that a quiet one moves no partitions.
        public var groupInstance: String?
        /// After which silence the group goes on without us.
        public var sessionTimeoutMilliseconds = 10_000
        /// Between two calls of `next` at the most.
        ///
        /// As long as a database may be gone before the group goes on without us; whoever is late rejoins by itself.
        public var maximumPollIntervalMilliseconds = 300_000
        /// Values that the caller has no use for. Such messages are read and not handed out; nothing of them is copied.
        public var leavesOut: @Sendable (UnsafeRawBufferPointer) -> Bool

        /// A member of that group, for these topics.
        public init(
            group: String, topics: [String], groupInstance: String? = nil,
            leavingOut leavesOut: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool = { _ in false }
        ) {
            self.group = group
            self.topics = topics
            self.groupInstance = groupInstance
            self.leavesOut = leavesOut
        }
    }

    /// So many that are of no use end a read as well, so that positions follow and the caller is heard of.
    private static let mostLeftOut = 20_000

    private let thread = DedicatedThread(name: "kafka-consumes")
    private let handle: ClientHandle
    private let leavesOut: @Sendable (UnsafeRawBufferPointer) -> Bool
    private var generation = 0
    private var isClosing = false
    private var isClosed = false
    private var pendingRevoke = false
    private var queued: [KafkaConsumerEvent] = []

    /// Runs on a thread of its own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// The same thread, for the task that reads and handles. The consumer must outlive the task's preference for it.
    public nonisolated var taskExecutor: any TaskExecutor { thread }

    /// Joins the group.
    public init(_ configuration: KafkaConfiguration, _ options: Options) throws(KafkaError) {
        var properties = [
            "group.id": options.group,
            "enable.auto.commit": "false",
            "enable.auto.offset.store": "false",
            "partition.assignment.strategy": "range",
            "session.timeout.ms": String(options.sessionTimeoutMilliseconds),
            "max.poll.interval.ms": String(options.maximumPollIntervalMilliseconds),
            // A log that does not hold our offset is for the caller to judge, never to be read from its start in silence.
            "auto.offset.reset": "error",
            "allow.auto.create.topics": "false",
            "fetch.error.backoff.ms": "100",
            "fetch.wait.max.ms": "100",
            // Topics that come into being later are noticed within this time.
            "topic.metadata.refresh.interval.ms": "30000",
            // A second of peak load; more would only delay the answer to a revoke, which comes after it in the queue.
            "queued.min.messages": "20000",
            "queued.max.messages.kbytes": "16384",
        ]
        properties["group.instance.id"] = options.groupInstance
        let client = try configuration.makeClient(
            RD_KAFKA_CONSUMER, properties, events: RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_FETCH)
        handle = try ClientHandle(consumer: client)
        leavesOut = options.leavesOut
        let topics = PartitionList(
            Dictionary(
                uniqueKeysWithValues: Set(options.topics).map { (TopicPartition(topic: $0, partition: -1), -1001) }))
        let error = rd_kafka_subscribe(handle.client, topics.pointer)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error, context: "subscribe") }
    }

    deinit { thread.stop() }

    /// Waits until something is there, and takes what is there: up to that many messages, or a change of assignment. A batch
    /// may be empty, where everything that was there was left out. `nil` when the time is over.
    public func next(maximumMessages: Int, timeoutMilliseconds: Int) throws(KafkaError) -> KafkaConsumerEvent? {
        if !queued.isEmpty { return queued.removeFirst() }
        let timeout = Timeout(milliseconds: timeoutMilliseconds)
        var read = BatchReading(generation: generation)
        repeat {
            // The first poll waits; once there is a message only what has already arrived is added.
            let wait = read.isEmpty ? timeout.remainingMilliseconds : 0
            guard let event = rd_kafka_queue_poll(handle.queue, wait) else {
                if read.isEmpty, !timeout.isOver { continue }
                break
            }
            defer { rd_kafka_event_destroy(event) }
            switch rd_kafka_event_type(event) {
            case RD_KAFKA_EVENT_FETCH: try take(event, into: &read)
            case RD_KAFKA_EVENT_REBALANCE:
                let change = rebalance(event)
                // What was read before the change is handed out before it.
                guard !read.isEmpty else { return change }
                queued.append(change)
                return .batch(read.batch)
            case RD_KAFKA_EVENT_ERROR:
                guard let partition = displaced(event) else {
                    try report(event)
                    break
                }
                guard !read.isEmpty else { return .displaced([partition]) }
                queued.append(.displaced([partition]))
                return .batch(read.batch)
            default: break
            }
        } while read.messages.count < maximumMessages && read.leftOut < KafkaConsumer.mostLeftOut
        return read.isEmpty ? nil : .batch(read.batch)
    }

    /// Answers `.assigned`: where each partition begins. Partitions that are left out are ours and stay stopped.
    public func start(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
        generation += 1
        let list = PartitionList(offsets)
        let error = rd_kafka_assign(handle.client, list.pointer)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error, context: "assign") }
    }

    /// Answers `.revoked`: nothing of these partitions is under way any more.
    public func released() {
        guard pendingRevoke else { return }
        pendingRevoke = false
        generation += 1
        rd_kafka_assign(handle.client, nil)
    }

    /// Notes with the broker how far we are: a hint for the next owner. An offset of an earlier assignment is ignored.
    public func commit(_ nextOffsets: [TopicPartition: Int64], generation: Int) throws(KafkaError) {
        guard generation == self.generation, !nextOffsets.isEmpty else { return }
        let list = PartitionList(nextOffsets)
        let error = rd_kafka_commit(handle.client, list.pointer, 1)
        switch error {
        case RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR__STATE, RD_KAFKA_RESP_ERR__NO_OFFSET,
            RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
            RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
            return
        default: throw KafkaError(error, context: "commit")
        }
    }

    /// The end of each partition's log, as the last fetch has told; partitions of which none has told are left out.
    public func knownEnds(of partitions: [TopicPartition]) -> [TopicPartition: Int64] {
        var ends: [TopicPartition: Int64] = [:]
        for partition in partitions {
            var (low, high) = (Int64(-1), Int64(-1))
            let error = rd_kafka_get_watermark_offsets(
                handle.client, partition.topic, partition.partition, &low, &high)
            if error == RD_KAFKA_RESP_ERR_NO_ERROR, high >= 0 { ends[partition] = high }
        }
        return ends
    }

    /// Leaves the group and gives the connections back, within that time.
    public func close(timeoutMilliseconds: Int) {
        guard !isClosed else { return }
        isClosed = true
        isClosing = true
        let timeout = Timeout(milliseconds: timeoutMilliseconds)
        guard let error = rd_kafka_consumer_close_queue(handle.client, handle.queue) else {
            // Rebalance events of the closing are answered with unassign only: assign can hang once the group has ended.
            while rd_kafka_consumer_closed(handle.client) == 0, !timeout.isOver {
                guard let event = rd_kafka_queue_poll(handle.queue, min(100, timeout.remainingMilliseconds)) else {
                    continue
                }
                if rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE { rd_kafka_assign(handle.client, nil) }
                rd_kafka_event_destroy(event)
            }
            return
        }
        rd_kafka_error_destroy(error)
    }

    private func take(_ event: OpaquePointer, into read: inout BatchReading) throws(KafkaError) {
        while let message = rd_kafka_event_message_next(event) {
            let error = message.pointee.err
            guard error != RD_KAFKA_RESP_ERR_NO_ERROR else {
                // After a revoke librdkafka raises no fetches, but a prefetched one may still be in the queue.
                if !pendingRevoke { read.take(message, leavingOut: leavesOut) }
                continue
            }
            let failure = KafkaError(error, context: "fetch")
            guard error != RD_KAFKA_RESP_ERR__PARTITION_EOF, read.isEmpty, !failure.isRetriable else { continue }
            throw failure
        }
    }

    /// The partition whose log does not hold what was to be read next, if it is that.
    private func displaced(_ event: OpaquePointer) -> TopicPartition? {
        guard rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, !pendingRevoke,
            let partition = rd_kafka_event_topic_partition(event)
        else { return nil }
        defer { rd_kafka_topic_partition_destroy(partition) }
        return TopicPartition(
            topic: String(cString: partition.pointee.topic), partition: partition.pointee.partition)
    }

    private func rebalance(_ event: OpaquePointer) -> KafkaConsumerEvent {
        let list = rd_kafka_event_topic_partition_list(event)
        let partitions = list.map { PartitionList.read($0).keys.sorted() } ?? []
        guard rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS else {
            pendingRevoke = true
            return .revoked(partitions, lost: rd_kafka_assignment_lost(handle.client) != 0)
        }
        return .assigned(partitions)
    }

    private func report(_ event: OpaquePointer) throws(KafkaError) {
        let code = rd_kafka_event_error(event)
        let detail = rd_kafka_event_error_string(event).map { String(cString: $0) } ?? ""
        if code == RD_KAFKA_RESP_ERR__FATAL, let fatal = handle.fatalError { throw fatal }
        let failure = KafkaError(code, context: "consumer", detail: detail)
        // What librdkafka repairs by itself is no failure of the read.
        guard !failure.isRetriable, code != RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED else { return }
        throw failure
    }
}
