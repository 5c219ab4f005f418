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
    /// Whether reading waits for the caller's decision, after an event about this partition.
    var isHalted = false

    /// Takes the partition's queue out of the consumer's. To be done before it is assigned: librdkafka puts every queue
    /// that nobody has spoken for behind the consumer's.
    init?(_ client: OpaquePointer, _ partition: TopicPartition, from offset: Int64, bell: Bell) {
        guard let queue = rd_kafka_queue_get_partition(client, partition.topic, partition.partition) else { return nil }
        self.partition = partition
        self.queue = queue
        next = offset
        rd_kafka_queue_forward(queue, nil)
        bell.attach(to: queue)
    }

    deinit {
        Bell.detach(from: queue)
        rd_kafka_queue_destroy(queue)
    }
}
