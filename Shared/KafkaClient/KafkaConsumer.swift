import CRdKafka
import CUnpackLimit

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
    /// The record at this place, and whatever was written together with it, cannot be unpacked, or was passed unseen: nothing
    /// more of its partition comes until `skip` or `goOn` says where to go on. The others go on.
    case unreadable(UnreadablePlace)
}

/// Where a log holds something that no reader of it can unpack.
public struct UnreadablePlace: Sendable, Equatable {
    /// Which log.
    public let partition: TopicPartition
    /// The first offset of what was written together.
    public let offset: Int64
    /// What stands against it, as librdkafka names it: `_BAD_COMPRESSION`, …
    public let error: String
    /// How it shows.
    public let kind: Kind

    /// How something shows that no reader gets.
    public enum Kind: Sendable, Equatable {
        /// A fetch fails there.
        case failed
        /// Reading has gone past it without a word, up to this offset. Markers of transactions and aborted records are passed
        /// like that, and so is what librdkafka leaves out.
        case passed(end: Int64)
        /// Reading stands there without a word, though the log goes on.
        case stands
    }

    /// A place, and what stands against it.
    public init(partition: TopicPartition, offset: Int64, error: String, kind: Kind = .failed) {
        self.partition = partition
        self.offset = offset
        self.error = error
        self.kind = kind
    }
}

/// Messages of one read, with the assignment under which they were read.
public struct KafkaBatch: Sendable {
    /// The last record of a partition that was read, whether it was handed out or left out.
    public struct Reach: Sendable, Equatable {
        /// Where the reading of the partition stood before: the offset that was to come first.
        public let from: Int64
        /// The offset of the first message; before it may stand what no reader gets.
        public let first: Int64
        /// The record's place in the partition.
        public let offset: Int64
        /// Milliseconds since the Unix epoch; -1 where the broker has none.
        public let timestampMilliseconds: Int64

        /// How far a partition was read, from where.
        public init(from: Int64, first: Int64? = nil, offset: Int64, timestampMilliseconds: Int64) {
            self.from = from
            self.first = first ?? from
            self.offset = offset
            self.timestampMilliseconds = timestampMilliseconds
        }
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
    private static let mostLeftOut = 20_000

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
    private let handle: ClientHandle
    private let bell: Bell
    private let topics: [String]
    private let maximumBatchBytes: Int
    private let leavesOut: @Sendable (UnsafeRawBufferPointer) -> Bool
    private var generation = 0
    private var isClosed = false
    private var pendingRevoke = false
    private var queues: [PartitionQueue] = []
    private var first = 0
    /// What comes after what was read before it. Nothing that was read is dropped for an error.
    private var queued: [Result<KafkaConsumerEvent, KafkaError>] = []
    private var contact = BrokerContact()

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
    /// change of assignment. A batch may be empty, where everything that was there was left out. `nil` when the time is over.
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
            var read = BatchReading(
                generation: generation, maximumMessages: maximumMessages, maximumBytes: maximumBatchBytes)
            takeMessages(into: &read)
            if !read.isEmpty { return .batch(read.batch) }
            if !queued.isEmpty { return try queued.removeFirst().get() }
            guard !timeout.isOver else { return nil }
            bell.wait(milliseconds: timeout.remainingMilliseconds)
        }
    }

    /// Answers `.assigned`: where each partition begins. Partitions that are left out are ours and stay stopped.
    public func start(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
        generation += 1
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

    /// Answers `.unreadable`: what lies before this offset of the partition is not read.
    ///
    /// The seek is not waited for: librdkafka 2.0.2 waits a thousandth of the time that it is given (fixed in 2.1.0), and on a
    /// busy machine says that it ran out, while the seek is on its way all the same. What still comes from before it is
    /// known by its offset.
    public func skip(_ partition: TopicPartition, to offset: Int64) throws(KafkaError) {
        guard let queue = queues.first(where: { $0.partition == partition }) else { return }
        try seek(queue, to: offset)
        queue.next = offset
    }

    /// Answers `.unreadable` where nothing is missing: of what lies before this offset and was not handed out no reader gets
    /// anything.
    public func goOn(_ partition: TopicPartition, at offset: Int64) throws(KafkaError) {
        guard let queue = queues.first(where: { $0.partition == partition }) else { return }
        try seek(queue, to: offset)
        queue.judged = offset
    }

    private func seek(_ queue: PartitionQueue, to offset: Int64) throws(KafkaError) {
        let list = PartitionList([queue.partition: offset])
        if let error = rd_kafka_seek_partitions(handle.client, list.pointer, 0) {
            defer { rd_kafka_error_destroy(error) }
            throw KafkaError(rd_kafka_error_code(error), context: "seek")
        }
        queue.end = nil
        queue.isEmpty = false
        queue.isHalted = false
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

    /// Partitions that were read to the end of what a reader gets.
    public struct Ends: Sendable {
        /// Under which assignment.
        public let generation: Int
        /// Of each the offsets behind what was handed out at which nothing stands that a reader gets: markers of transactions,
        /// and records that were aborted. Partitions where there is no such offset are left out.
        public let behind: [TopicPartition: Range<Int64>]

        /// Offsets that nobody gets.
        public init(generation: Int, behind: [TopicPartition: Range<Int64>]) {
            self.generation = generation
            self.behind = behind
        }
    }

    /// Where reading has come to the end of what a reader gets.
    public func ends() -> Ends {
        var behind: [TopicPartition: Range<Int64>] = [:]
        for queue in queues {
            if let end = queue.end, end > queue.next { behind[queue.partition] = queue.next..<end }
        }
        return Ends(generation: generation, behind: behind)
    }

    /// The end of each partition's log, as the last fetch has told, where that was not reached; partitions of which none has
    /// told are left out.
    public func knownEnds(of partitions: [TopicPartition]) -> [TopicPartition: Int64] {
        var ends: [TopicPartition: Int64] = [:]
        let asked = Set(partitions)
        for queue in queues where asked.contains(queue.partition) {
            guard let end = queue.end, end >= queue.askedEnd else { continue }
            ends[queue.partition] = end
        }
        for partition in partitions where ends[partition] == nil { ends[partition] = toldEnd(of: partition) }
        for queue in queues where ends[queue.partition].map({ $0 < queue.askedEnd }) ?? false {
            ends[queue.partition] = queue.askedEnd
        }
        return ends
    }

    /// What stands in a partition behind the place up to which anything came: records of a transaction that its producer has not
    /// ended, and whatever was written after their first; or what librdkafka can make nothing of, and says nothing about.
    public struct HeldBack: Sendable, Equatable {
        /// The first offset that nobody gets.
        public let from: Int64
        /// The end of the log.
        public let end: Int64

        /// Offsets that nobody gets yet.
        public init(from: Int64, end: Int64) {
            self.from = from
            self.end = end
        }
    }

    /// Somebody has asked the brokers where these logs end. What is fetched says it too, but not where librdkafka has stopped
    /// fetching without a word: it does so when it was told to read behind the end of a log (`_AUTO_OFFSET_RESET`), drops that
    /// word together with a seek that comes after it, and does not carry the seek out.
    public func note(ends: [TopicPartition: Int64]) {
        for queue in queues { queue.askedEnd = max(queue.askedEnd, ends[queue.partition] ?? 0) }
    }

    /// Partitions of which nothing is there to be handed out, and that go on. Asks nobody: the broker says the end with each
    /// answer, and `note(ends:)` where there are none. Whether it is for long, and why, is for the caller to find out: `UnreadableBatch.standing`.
    public func heldBack() -> [TopicPartition: HeldBack] {
        var held: [TopicPartition: HeldBack] = [:]
        for queue in queues where queue.isEmpty && !queue.isHalted {
            let from = max(queue.next, queue.judged, queue.end ?? 0)
            let end = max(toldEnd(of: queue.partition) ?? 0, queue.askedEnd)
            guard end > from else { continue }
            held[queue.partition] = HeldBack(from: from, end: end)
        }
        return held
    }

    /// The end of a partition's log (its high watermark), as the last answer has told.
    private func toldEnd(of partition: TopicPartition) -> Int64? {
        var (low, high) = (Int64(-1), Int64(-1))
        let error = rd_kafka_get_watermark_offsets(handle.client, partition.topic, partition.partition, &low, &high)
        return error == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? high : nil
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

    /// Each partition's messages in its turn, until there are enough.
    private func takeMessages(into read: inout BatchReading) {
        guard !pendingRevoke, !queues.isEmpty else { return }
        first = (first + 1) % queues.count
        var shares = FairShares(queues: queues.count, first: first)
        while !read.isFull, read.leftOut < KafkaConsumer.mostLeftOut, let place = shares.turn {
            guard let event = rd_kafka_queue_poll(queues[place].queue, 0) else {
                queues[place].isEmpty = true
                shares.hasNothing()
                continue
            }
            defer { rd_kafka_event_destroy(event) }
            if rd_kafka_event_type(event) == RD_KAFKA_EVENT_FETCH {
                take(event, from: queues[place], into: &read)
                shares.gave()
            } else if let what = failure(event, of: queues[place]) {
                queued.append(what)
                shares.hasNothing()
            }
        }
        if !read.isEmpty { contact.heard() }
    }

    private func take(_ event: OpaquePointer, from queue: PartitionQueue, into read: inout BatchReading) {
        while true {
            // Of what stands before the message; to be asked before that is taken.
            let position = queue.position(of: handle.client)
            guard let message = rd_kafka_event_message_next(event) else { return }
            let error = message.pointee.err
            guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
                if let what = failure(error, at: message.pointee.offset, "", of: queue) { queued.append(what) }
                continue
            }
            // One that was under way while its partition was told to begin elsewhere.
            guard !queue.isHalted, message.pointee.offset >= queue.next else { continue }
            if let passed = passed(before: message.pointee.offset, position, of: queue) {
                queued.append(.success(passed))
                continue
            }
            read.take(message, of: queue.partition, from: queue.next, leavingOut: leavesOut)
            queue.next = message.pointee.offset + 1
            queue.end = nil
            queue.isEmpty = false
        }
    }

    /// What is to be said when reading is about to go past offsets at which an event may stand; reading waits then.
    ///
    /// Also of a record behind the end of the log: its writer has numbered it so, and nobody can go on from there.
    private func passed(before offset: Int64, _ position: Int64, of queue: PartitionQueue) -> KafkaConsumerEvent? {
        if offset >= queue.knownEnd { queue.knownEnd = toldEnd(of: queue.partition) ?? .max }
        guard offset < queue.knownEnd else { return halt(queue, at: queue.next..<max(queue.knownEnd, queue.next)) }
        return queue.unexplained(before: offset, position: position).map { halt(queue, at: $0) }
    }

    private func halt(_ queue: PartitionQueue, at range: Range<Int64>) -> KafkaConsumerEvent {
        queue.isHalted = true
        let place = UnreadablePlace(
            partition: queue.partition, offset: range.lowerBound, error: "_BAD_MSG",
            kind: .passed(end: range.upperBound))
        return .unreadable(place)
    }

    /// What an error of one partition means for the caller; `nil` if it is for librdkafka to repair.
    private func failure(_ event: OpaquePointer, of queue: PartitionQueue) -> Result<KafkaConsumerEvent, KafkaError>? {
        guard rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR else { return nil }
        var offset: Int64 = -1
        if let place = rd_kafka_event_topic_partition(event) {
            offset = place.pointee.offset
            rd_kafka_topic_partition_destroy(place)
        }
        let detail = rd_kafka_event_error_string(event).map { String(cString: $0) } ?? ""
        return failure(rd_kafka_event_error(event), at: offset, detail, of: queue)
    }

    private func failure(_ error: rd_kafka_resp_err_t, at offset: Int64, _ detail: String, of queue: PartitionQueue)
        -> Result<KafkaConsumerEvent, KafkaError>?
    {
        guard !queue.isHalted else { return nil }
        if error == RD_KAFKA_RESP_ERR__PARTITION_EOF {
            guard offset >= queue.next else { return nil }
            let position = queue.position(of: handle.client)
            if let range = queue.unexplained(before: offset, position: position) {
                return .success(halt(queue, at: range))
            }
            queue.end = offset
            return nil
        }
        if error == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET {
            queue.isHalted = true
            return .success(.displaced([queue.partition]))
        }
        let failure = KafkaError(error, context: "fetch", detail: detail)
        if failure.isAboutRecord {
            queue.isHalted = true
            let place = UnreadablePlace(
                partition: queue.partition, offset: max(offset, queue.next), error: failure.name)
            return .success(.unreadable(place))
        }
        return failure.isRetriable ? nil : .failure(failure)
    }

    /// Changes of assignment, and errors that are of no partition.
    private func takeGroupEvents() {
        while queued.isEmpty, let event = rd_kafka_queue_poll(handle.queue, 0) {
            defer { rd_kafka_event_destroy(event) }
            switch rd_kafka_event_type(event) {
            case RD_KAFKA_EVENT_REBALANCE: queued.append(.success(rebalance(event)))
            case RD_KAFKA_EVENT_ERROR: if let failure = report(event) { queued.append(.failure(failure)) }
            default: break
            }
        }
    }

    private func rebalance(_ event: OpaquePointer) -> KafkaConsumerEvent {
        let list = rd_kafka_event_topic_partition_list(event)
        let partitions = list.map { PartitionList.read($0).keys.sorted() } ?? []
        guard rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS else {
            // What was read ahead is not handed out: whoever has them next reads it.
            pendingRevoke = true
            contact.revoked()
            return .revoked(partitions, lost: rd_kafka_assignment_lost(handle.client) != 0)
        }
        contact.assigned(partitions.count)
        return .assigned(partitions)
    }

    private func report(_ event: OpaquePointer) -> KafkaError? {
        let code = rd_kafka_event_error(event)
        if code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN { contact.lost() }
        let detail = rd_kafka_event_error_string(event).map { String(cString: $0) } ?? ""
        let failure = KafkaError(code, context: "consumer", detail: detail)
        // What librdkafka repairs by itself is no failure of the read. A fatal one is asked for.
        guard !failure.isRetriable, !failure.isFatal, code != RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED else { return nil }
        return failure
    }
}
