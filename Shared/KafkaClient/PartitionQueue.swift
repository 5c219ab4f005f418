import CRdKafka

/// The queue of one assigned partition, apart from those of the others: what one of them holds, or fails with, is before
/// nobody else's messages. librdkafka's limits on what is read ahead then count for each by itself, too.
final class PartitionQueue {
    let partition: TopicPartition
    let queue: OpaquePointer
    /// The next offset to hand out. Whatever lies before it was handed out, or is not wanted any more.
    var next: Int64
    /// The end of what a reader gets, once it was reached: behind it stands nothing more, and before it, from `next` on, only
    /// what no reader gets. `nil` while more may come.
    var end: Int64?
    /// Up to here it is known of what was not handed out that no reader gets it.
    var judged: Int64 = 0
    /// The end of the log, as it was told when that was last of interest.
    var knownEnd: Int64 = 0
    /// The end of the log as somebody has asked for it, who is not told by what is fetched.
    var askedEnd: Int64 = 0
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
        rd_kafka_queue_forward(queue, nil)
        bell.attach(to: queue)
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
        let from = max(next, judged)
        guard offset > from, !(offset == from + 1 && position == offset) else { return nil }
        return from..<offset
    }

    deinit {
        Bell.detach(from: queue)
        rd_kafka_queue_destroy(queue)
    }
}
