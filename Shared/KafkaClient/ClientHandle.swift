import CRdKafka
import Glibc

/// A client's handle with the queue its events come from. Unchecked: it belongs to one actor, whose thread makes every
/// call on it; it is a class only so that its deinit gives the memory back.
final class ClientHandle: @unchecked Sendable {
    let client: OpaquePointer
    let queue: OpaquePointer
    /// Rung by the queues of a consumer.
    let bell: Bell?
    private let destroyFlags: Int32
    /// Topics with settings of their own, which hold as long as the topic's handle does.
    private var plainTopics: [String: OpaquePointer] = [:]

    /// Takes a consumer's handle over, with its main queue merged into the consumer's.
    init(consumer client: OpaquePointer) throws(KafkaError) {
        rd_kafka_poll_set_consumer(client)
        guard let queue = rd_kafka_queue_get_consumer(client) else {
            rd_kafka_destroy(client)
            throw KafkaError(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, context: "consumer queue")
        }
        self.client = client
        self.queue = queue
        let bell = Bell()
        bell.attach(to: queue)
        self.bell = bell
        // Closing is done step by step before; a destroy that closes again can wait for ever (librdkafka #4527).
        destroyFlags = RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE
        rd_kafka_set_log_queue(client, queue)
    }

    /// Takes a producer's handle over.
    init(producer client: OpaquePointer) throws(KafkaError) {
        guard let queue = rd_kafka_queue_get_main(client) else {
            rd_kafka_destroy(client)
            throw KafkaError(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, context: "main queue")
        }
        self.client = client
        self.queue = queue
        bell = nil
        destroyFlags = 0
        rd_kafka_set_log_queue(client, queue)
    }

    deinit {
        for topic in plainTopics.values { rd_kafka_topic_destroy(topic) }
        rd_kafka_queue_destroy(queue)
        ClientDestroyer(client: client, bell: bell, flags: destroyFlags).begin()
    }

    /// Asks for every topic once, so that the first record of each finds its leader in the cache. Otherwise it waits for
    /// librdkafka's topic scan, which runs once a second. If nobody answers, the records ask again.
    ///
    /// Also for questions to a partition's leader that have failed: librdkafka asks whom its cache names, and believes the
    /// cache for a quarter of an hour, even while that broker answers that it leads no longer.
    func learnTopics() {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        if rd_kafka_metadata(client, 1, nil, &metadata, 5000) == RD_KAFKA_RESP_ERR_NO_ERROR {
            rd_kafka_metadata_destroy(metadata)
        }
    }

    /// From now on what is produced to this topic is not compressed. To be said before its first record.
    func writePlain(_ topic: String) {
        guard plainTopics[topic] == nil, let settings = rd_kafka_default_topic_conf_dup(client) else { return }
        var text = [CChar](repeating: 0, count: 512)
        _ = rd_kafka_topic_conf_set(settings, "compression.codec", "none", &text, text.count)
        // Takes the settings over.
        plainTopics[topic] = rd_kafka_topic_new(client, topic, settings)
    }

    /// Whether a broker answers within that time, asked about a topic that is there already: one that has been removed must
    /// not come into being by the question.
    func isAnswered(about topic: String, withinMilliseconds milliseconds: Int32) -> Bool {
        guard let described = rd_kafka_topic_new(client, topic, nil) else { return false }
        defer { rd_kafka_topic_destroy(described) }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let error = rd_kafka_metadata(client, 0, described, &metadata, milliseconds)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { return false }
        rd_kafka_metadata_destroy(metadata)
        return true
    }

    /// What librdkafka has said about connections that did not come about, the latest of it. A request that was never
    /// answered only times out; this says why, such as a certificate that the broker does not believe. Takes the events
    /// off the queue, so it is for clients that use theirs for nothing else.
    func connectionProblem() -> String? {
        var problem: String?
        while let event = rd_kafka_queue_poll(queue, 0) {
            if rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR,
                rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
                let text = rd_kafka_event_error_string(event)
            {
                problem = String(cString: text)
            }
            rd_kafka_event_destroy(event)
        }
        return problem
    }

    /// Why the client cannot go on, if it cannot.
    var fatalError: KafkaError? {
        guard rd_kafka_fatal_error(client, nil, 0) != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        var text = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_fatal_error(client, &text, text.count)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return KafkaError(code, context: "client", isFatal: true, detail: string(of: text))
    }
}

/// A list of partitions with offsets, freed when it goes out of use.
struct PartitionList: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ offsets: [TopicPartition: Int64]) {
        pointer = rd_kafka_topic_partition_list_new(Int32(max(1, offsets.count)))
        for (partition, offset) in offsets {
            let entry = rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition)
            entry?.pointee.offset = offset
        }
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }

    /// Why nothing is known of one of the list's partitions; `nil` if something is of each.
    static func failure(in list: UnsafePointer<rd_kafka_topic_partition_list_t>) -> rd_kafka_resp_err_t? {
        (0..<Int(list.pointee.cnt)).map { list.pointee.elems[$0].err }.first { $0 != RD_KAFKA_RESP_ERR_NO_ERROR }
    }

    /// The list's partitions with their offsets.
    static func read(_ list: UnsafePointer<rd_kafka_topic_partition_list_t>) -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        for place in 0..<Int(list.pointee.cnt) {
            let entry = list.pointee.elems[place]
            guard let topic = entry.topic else { continue }
            offsets[TopicPartition(topic: String(cString: topic), partition: entry.partition)] = entry.offset
        }
        return offsets
    }
}

/// How long is left until a moment on the monotonic clock.
struct Timeout {
    private let end: ContinuousClock.Instant

    init(milliseconds: Int) {
        end = ContinuousClock.now.advanced(by: .milliseconds(milliseconds))
    }

    var remainingMilliseconds: Int32 {
        let left = ContinuousClock.now.duration(to: end)
        let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
        return Int32(clamping: max(0, milliseconds))
    }

    var isOver: Bool { ContinuousClock.now >= end }
}

/// The end of a client, on a thread of its own: destroying waits for every broker's thread, which librdkafka 2.0.2 does
/// for ever if one holds on to a partition that was lost (fixed in 2.1.0). Then a thread stays behind, and nobody waits.
private final class ClientDestroyer {
    private let client: OpaquePointer
    /// Until nobody can ring it any more.
    private let bell: Bell?
    private let flags: Int32

    init(client: OpaquePointer, bell: Bell?, flags: Int32) {
        self.client = client
        self.bell = bell
        self.flags = flags
    }

    func begin() {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let status = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<ClientDestroyer>.fromOpaque(context).takeRetainedValue().destroy() }
                return nil
            }, context.toOpaque())
        // Without a thread for it the memory is gone until the process ends.
        if status == 0 { pthread_detach(thread) } else { context.release() }
    }

    private func destroy() { rd_kafka_destroy_flags(client, flags) }
}
