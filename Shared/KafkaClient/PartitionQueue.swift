import CRdKafka

/// The queue of one assigned partition, apart from those of the others: what one of them holds, or fails with, is before
/// nobody else's messages. librdkafka's limits on what is read ahead then count for each by itself, too.
final class PartitionQueue {
    let partition: TopicPartition
    let queue: OpaquePointer
    /// The next offset to hand out. Whatever lies before it was handed out, or is not wanted any more.
    var next: Int64
    /// The offset of the last record that was handed out or left out; -1 before the first.
    var lastRead: Int64 = -1
    /// The end of what a reader gets, once it was reached: behind it stands nothing more, and before it, from `next` on, only
    /// what no reader gets. `nil` while more may come.
    var end: Int64?
    /// Up to here it is known of what was not handed out that no reader gets it.
    var judged: Int64 = 0
    /// Up to here it is known that a record or a marker stands at each offset: whatever is passed there was aborted.
    var explained: Int64 = 0
    /// What is next, while somebody looks at what was passed before it. Nothing is taken from the queue meanwhile.
    private(set) var held: Held?
    /// The end of the log, as it was told when that was last of interest.
    var knownEnd: Int64 = 0
    /// The end of the log as somebody has asked for it, who is not told by what is fetched.
    var askedEnd: Int64 = 0
    /// Whether librdkafka was told that nothing is where it fetches, and has stopped: only an assignment makes it go on.
    var isAstray = false
    /// Whether it is to be read from `next` on with the next restart, and not before.
    var awaitsRestart = false

    /// Something that has come and is not handed out yet.
    enum Held {
        /// A message of an event, before which librdkafka's position was that.
        case message(UnsafePointer<rd_kafka_message_t>, position: Int64, of: OpaquePointer)
        /// The end of what a reader gets.
        case end(Int64)
    }

    /// Whether nothing was there when the queue was last asked.
    var isEmpty = false
    private let place: PartitionList
    /// Whether reading waits for the caller's decision, after an event about this partition.
    var isHalted = false

    /// Takes the partition's queue out of the consumer's. To be done before it is assigned: librdkafka puts every queue
    /// that nobody has spoken for behind the consumer's.
    init?(_ client: OpaquePointer, _ partition: TopicPartition, from offset: Int64, bell: Bell) {
        guard let queue = rd_kafka_queue_get_partition(client, partition.topic, partition.partition) else { return nil }
        self.partition = partition
        self.queue = queue
        next = offset
        place = PartitionList([partition: offset])
        claim()
        bell.attach(to: queue)
    }

    /// Keeps the queue apart from the consumer's. To be done before it is assigned.
    func claim() { rd_kafka_queue_forward(queue, nil) }

    /// From where it is to be fetched.
    var start: Int64 { max(next, judged) }

    /// Throws away whatever is there, since it is read again from elsewhere. Whether librdkafka was led astray by it: a record that
    /// says that it stands behind the end of the log, or long before it, makes it fetch there, and when it is told that nothing
    /// is there it stops; a seek that comes after that is not carried out.
    func drain(logEnd end: Int64) -> Bool {
        if case .message(let message, _, _) = held { isAstray = isAstray || message.pointee.offset >= end }
        drop()
        // More may come meanwhile, of which librdkafka says by itself that it is old.
        for _ in 0..<20_000 {
            guard let event = rd_kafka_queue_poll(queue, 0) else { break }
            while let message = rd_kafka_event_message_next(event) {
                isAstray = isAstray || message.pointee.offset >= end
            }
            if rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET { isAstray = true }
            rd_kafka_event_destroy(event)
        }
        return isAstray
    }

    /// Behind what librdkafka has taken from the queue: a record once that was taken from its event, the marker of a transaction
    /// as soon as the queue comes to it. Asks nobody.
    func position(of client: OpaquePointer) -> Int64 {
        place.pointer.pointee.elems[0].offset = -1
        guard rd_kafka_position(client, place.pointer) == RD_KAFKA_RESP_ERR_NO_ERROR else { return -1 }
        return place.pointer.pointee.elems[0].offset
    }

    /// What of a log nobody has got, where a record comes from behind the end that was told. Pure.
    ///
    /// The next one passes nothing, though it may lie behind that end: a broker notes the end first and reads the records after
    /// that, and what was written in between comes along.
    static func lost(before offset: Int64, from next: Int64, end: Int64) -> Range<Int64>? {
        offset > next && offset >= end && end > next ? next..<end : nil
    }

    /// The offsets before this one that were passed with nothing to show for them.
    ///
    /// One is left out at which a marker stands, which is what each ended transaction leaves behind its records: `position` is
    /// then behind it, before the event after it is opened.
    func unexplained(before offset: Int64, position: Int64) -> Range<Int64>? {
        let from = start
        guard offset > from, offset > explained, !(offset == from + 1 && position == offset) else { return nil }
        return from..<offset
    }

    /// Keeps what is next. It has the event from now on, if there is one.
    func hold(_ next: Held) {
        drop()
        held = next
    }

    /// Hands out what is next; an event is the caller's again.
    func takeHeld() -> Held? {
        defer { held = nil }
        return held
    }

    /// Forgets what was next: it is read again.
    func drop() {
        if case .message(_, _, let event) = takeHeld() { rd_kafka_event_destroy(event) }
    }

    deinit {
        drop()
        Bell.detach(from: queue)
        rd_kafka_queue_destroy(queue)
    }
}
