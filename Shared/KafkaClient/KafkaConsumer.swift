import CRdKafka
import CUnpackLimit
import Synchronization

/// A member of a consumer group that takes batches and gives partitions up only when its caller has finished with them.
///
/// Round-robin assignment: `range` gives every topic of one partition to the same member, and closing during a cooperative
/// rebalance crashes librdkafka 2.0.2 (#4312). Single polls into a batch of ours, since its own batch call can lose messages
/// around a pause or a rebalance before 2.1. A queue for each partition, so that what one topic holds, or fails with, is
/// before nobody else's messages.
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
        /// A batch is full with so many bytes of keys, values and headers as well.
        public var maximumBatchBytes = 4 << 20
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
    static let mostLeftOut = 20_000

    /// How much comes at once. What fits these is unpacked alike by every consumer here.
    static let sizes = [
        // Packed: a partition's share of an answer, and the answer. A batch that is longer comes alone.
        "fetch.message.max.bytes": "262144",
        "fetch.max.bytes": "1048576",
        "message.max.bytes": "1048576",
        // Of an answer, and for zstd the most room that librdkafka makes for what is unpacked: it triples it, so that with
        // this much a batch of the limit always finds room. `CUnpackLimit` holds every codec to the limit itself.
        "receive.message.max.bytes": "\(3 * maximumUnpackedBytes)",
    ]

    /// The most that a batch of records may have in it once gzip, lz4 or zstd is unpacked, in bytes: four times what clients
    /// put into one by default. Beyond it a batch is `_BAD_COMPRESSION`. For snappy, which librdkafka unpacks by code of its own that
    /// nobody can stand before, there is no such limit: 64 bytes come of 3 at the most, which makes 22.4 MB of the 1,048,588 bytes
    /// that a topic takes (measured in `Tests/README.md`).
    public static let maximumUnpackedBytes = Int(KEEPSIGHT_UNPACK_LIMIT)

    private let thread = DedicatedThread(name: "kafka-consumes")
    let handle: ClientHandle
    private let bell: Bell
    private let topics: [String]
    private let maximumBatchBytes: Int
    let leavesOut: @Sendable (UnsafeRawBufferPointer) -> Bool
    /// Which assignment this is; offsets of an earlier one are not committed any more.
    public internal(set) var generation = 0
    private var isClosed = false
    var pendingRevoke = false
    var queues: [PartitionQueue] = []
    var first = 0
    /// What comes after what was read before it. Nothing that was read is dropped for an error.
    var queued: [Result<KafkaConsumerEvent, KafkaError>] = []
    var contact = BrokerContact()
    var lastRestart: ContinuousClock.Instant?
    private let isWoken = Atomic(false)

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
            "partition.assignment.strategy": "roundrobin",
            "session.timeout.ms": String(options.sessionTimeoutMilliseconds),
            "max.poll.interval.ms": String(options.maximumPollIntervalMilliseconds),
            // A log that does not hold our offset is for the caller to judge, never to be read from its start in silence.
            "auto.offset.reset": "error",
            "allow.auto.create.topics": "false",
            // The end of what a reader gets is told, so that markers and aborted records before it are not taken for work.
            "enable.partition.eof": "true",
            "fetch.error.backoff.ms": "100",
            "fetch.wait.max.ms": "100",
            // Topics that come into being later are noticed within this time.
            "topic.metadata.refresh.interval.ms": "30000",
            // Read ahead of the caller, by partition. What is full is looked at again within 100 ms while another partition
            // is fetched, and within a second otherwise.
            "queued.min.messages": "5000",
            "queued.max.messages.kbytes": "4096",
        ].merging(KafkaConsumer.sizes) { $1 }
        properties["group.instance.id"] = options.groupInstance
        let client = try configuration.makeClient(
            RD_KAFKA_CONSUMER, properties, events: RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_FETCH)
        handle = try ClientHandle(consumer: client)
        // Of every consumer's handle.
        bell = handle.bell ?? Bell()
        topics = options.topics
        maximumBatchBytes = options.maximumBatchBytes
        leavesOut = options.leavesOut
        let topics = PartitionList(
            Dictionary(
                uniqueKeysWithValues: Set(options.topics).map { (TopicPartition(topic: $0, partition: -1), -1001) }))
        let error = rd_kafka_subscribe(handle.client, topics.pointer)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error, context: "subscribe") }
    }

    deinit { thread.stop() }

    /// Waits until something is there, and takes what is there: up to that many messages, each partition's in its turn, or a
    /// change of assignment. A batch may be empty, where everything that was there was left out. `nil` when the time is over, or
    /// somebody has called `wake`.
    ///
    /// Throws what cannot be read after it has handed out what could; a fatal error (another member of the group goes by the
    /// same name, for one) at once.
    public func next(maximumMessages: Int, timeoutMilliseconds: Int) throws(KafkaError) -> KafkaConsumerEvent? {
        let timeout = Timeout(milliseconds: timeoutMilliseconds)
        while true {
            // Not every one of them comes as an event.
            if let fatal = handle.fatalError { throw fatal }
            bell.clear()
            if queued.isEmpty { takeGroupEvents() }
            if !queued.isEmpty { return try queued.removeFirst().get() }
            try restartIfDue()
            var read = BatchReading(
                generation: generation, maximumMessages: maximumMessages, maximumBytes: maximumBatchBytes)
            takeMessages(into: &read)
            if !read.isEmpty { return .batch(read.batch) }
            if !queued.isEmpty { return try queued.removeFirst().get() }
            guard !timeout.isOver, !isWoken.exchange(false, ordering: .acquiring) else { return nil }
            bell.wait(milliseconds: min(timeout.remainingMilliseconds, millisecondsUntilRestart))
        }
    }

    /// Ends a wait of `next` before its time, or the next one: something is known that it was waited for elsewhere.
    public nonisolated func wake() {
        isWoken.store(true, ordering: .releasing)
        bell.ring()
    }

    /// Answers `.assigned`: where each partition begins. Partitions that are left out are ours and stay stopped.
    public func start(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
        generation += 1
        // Those before ring no more first: they stand for the same queues, and would silence these when they go.
        queues = []
        queues = offsets.sorted { $0.key < $1.key }.compactMap { partition, offset in
            PartitionQueue(handle.client, partition, from: offset, bell: bell)
        }
        guard queues.count == offsets.count else {
            throw KafkaError(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, context: "assign")
        }
        let list = PartitionList(offsets)
        let error = rd_kafka_assign(handle.client, list.pointer)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error, context: "assign") }
    }

    /// Answers `.revoked`: nothing of these partitions is under way any more.
    public func released() {
        guard pendingRevoke else { return }
        pendingRevoke = false
        generation += 1
        queues = []
        rd_kafka_assign(handle.client, nil)
    }

    /// Whether brokers answer, and the group has given us anything. Asks, if nothing has come for a while.
    public func state() -> ReadingState {
        if contact.shouldAsk(), let topic = topics.first {
            contact.asked(isAnswered: handle.isAnswered(about: topic, withinMilliseconds: 1000))
        }
        return contact.state
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

    /// What the group has noted with the broker; partitions of which it has noted nothing are left out.
    public func committed(_ partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Int64] {
        let list = PartitionList(Dictionary(uniqueKeysWithValues: partitions.map { ($0, -1001) }))
        let error = rd_kafka_committed(handle.client, list.pointer, 5000)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error, context: "committed offsets") }
        return PartitionList.read(list.pointer).filter { $0.value >= 0 }
    }

    /// Leaves the group and gives the connections back, within that time.
    public func close(timeoutMilliseconds: Int) {
        guard !isClosed else { return }
        isClosed = true
        queues = []
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
}
