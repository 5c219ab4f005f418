import CRdKafka
import Glibc

/// Reads topics without a group, from chosen offsets: for tools, recovery and tests.
public actor KafkaReader {
    /// Where to begin.
    public enum Start: Sendable {
        /// At the first record that is still there.
        case earliest
        /// After the last record.
        case end
        /// At these offsets; other partitions are not read.
        case offsets([TopicPartition: Int64])
    }

    private let thread = DedicatedThread(name: "kafka-reads")
    private let handle: ClientHandle
    private var assigned: [TopicPartition: Int64]
    private var positions: [TopicPartition: Int64]

    /// Runs on a thread of its own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// The same thread, for the task that reads and does little else. The reader must outlive the task's preference for it.
    public nonisolated var taskExecutor: any TaskExecutor { thread }

    /// Looks the topics' partitions up and begins to read.
    public init(_ configuration: KafkaConfiguration, topics: [String], from start: Start) async throws(KafkaError) {
        var offsets: [TopicPartition: Int64] = [:]
        if case .offsets(let chosen) = start {
            offsets = chosen
        } else {
            let admin = try KafkaAdmin(configuration)
            for topic in topics {
                for partition in try await admin.partitions(of: topic) {
                    let (low, high) = try await admin.watermarks(of: partition)
                    if case .end = start { offsets[partition] = high } else { offsets[partition] = low }
                }
            }
        }
        let client = try configuration.makeClient(
            RD_KAFKA_CONSUMER,
            [
                "group.id": "keepsight-reader", "enable.auto.commit": "false", "enable.auto.offset.store": "false",
                "auto.offset.reset": "earliest", "fetch.wait.max.ms": "50", "allow.auto.create.topics": "false",
            ], events: RD_KAFKA_EVENT_FETCH)
        handle = try ClientHandle(consumer: client)
        assigned = offsets
        positions = offsets
        let list = PartitionList(offsets)
        let error = rd_kafka_assign(handle.client, list.pointer)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error, context: "assign") }
    }

    deinit { thread.stop() }

    /// Waits until something is there, and takes what is there; empty when the time is over.
    public func next(maximumMessages: Int, timeoutMilliseconds: Int) throws(KafkaError) -> [KafkaMessage] {
        let timeout = Timeout(milliseconds: timeoutMilliseconds)
        var messages: [KafkaMessage] = []
        repeat {
            let wait = messages.isEmpty ? timeout.remainingMilliseconds : 0
            guard let event = rd_kafka_queue_poll(handle.queue, wait) else {
                if messages.isEmpty, !timeout.isOver { continue }
                break
            }
            defer { rd_kafka_event_destroy(event) }
            guard rd_kafka_event_type(event) == RD_KAFKA_EVENT_FETCH else {
                // Not every error: librdkafka repairs most of them, and it asks for the group's coordinator though a reader
                // joins no group and may be allowed to none. A topic that is refused is told once, and then nothing comes.
                guard rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED else { continue }
                throw KafkaError(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, context: "fetch")
            }
            while let message = rd_kafka_event_message_next(event) {
                guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                    let failure = KafkaError(message.pointee.err, context: "fetch")
                    guard failure.isRetriable else { throw failure }
                    continue
                }
                let copy = KafkaMessage(copying: message)
                positions[TopicPartition(topic: copy.topic, partition: copy.partition)] = copy.offset + 1
                messages.append(copy)
            }
        } while messages.count < maximumMessages
        return messages
    }

    /// Everything up to the topics' ends as they are now, up to a limit. For what may be longer than memory: `next(to:)`.
    public func readToEnd(limit: Int, timeoutMilliseconds: Int = 30_000) throws(KafkaError) -> [KafkaMessage] {
        let ends = try ends(timeoutMilliseconds: timeoutMilliseconds)
        var messages: [KafkaMessage] = []
        while messages.count < limit, let more = try next(to: ends, limit: limit - messages.count) { messages += more }
        return messages
    }

    /// Where topics end, and until when that must be reached.
    public struct Ends: Sendable {
        fileprivate let offsets: [TopicPartition: Int64]
        fileprivate let timeout: Timeout
    }

    /// Where the partitions end now, to be reached in so many milliseconds from now.
    public func ends(timeoutMilliseconds: Int = 30_000) throws(KafkaError) -> Ends {
        var ends: [TopicPartition: Int64] = [:]
        for partition in assigned.keys {
            let high = try handle.watermarks(of: partition).high
            if high > positions[partition] ?? 0 { ends[partition] = high }
        }
        return Ends(offsets: ends, timeout: Timeout(milliseconds: timeoutMilliseconds))
    }

    /// The next messages before these ends, none if none came within half a second; `nil` once all ends are reached.
    /// - Throws: `RD_KAFKA_RESP_ERR__TIMED_OUT` where they are not reached in time.
    public func next(to ends: Ends, limit: Int = 1000) throws(KafkaError) -> [KafkaMessage]? {
        guard ends.offsets.contains(where: { (positions[$0.key] ?? 0) < $0.value }) else { return nil }
        guard !ends.timeout.isOver else { throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, context: "read to the end") }
        let batch = try next(maximumMessages: limit, timeoutMilliseconds: 500)
        // A compacted topic's last offsets may hold no record any more; the client's own position passes them.
        if batch.isEmpty { skipGaps(ends.offsets) }
        return batch
    }

    /// Reads from these offsets on instead, and from no other partition.
    func begin(at offsets: [TopicPartition: Int64]) throws(KafkaError) {
        assigned = offsets
        positions = offsets
        let list = PartitionList(offsets)
        let error = rd_kafka_assign(handle.client, list.pointer)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error, context: "assign") }
    }

    /// When the records at which it was begun were made, in Unix milliseconds; those that have not come in time are left out.
    func timestamps(timeoutMilliseconds: Int) -> [TopicPartition: Int64] {
        let timeout = Timeout(milliseconds: timeoutMilliseconds)
        var waiting = Set(assigned.keys)
        var times: [TopicPartition: Int64] = [:]
        while !waiting.isEmpty, !timeout.isOver {
            // What cannot be fetched now is not shown.
            let messages = (try? next(maximumMessages: 1000, timeoutMilliseconds: 100)) ?? []
            for message in messages {
                let partition = TopicPartition(topic: message.topic, partition: message.partition)
                // The first one of each: at the offset, or after it where compaction has removed that record.
                guard waiting.remove(partition) != nil, message.offset == assigned[partition] else { continue }
                times[partition] = message.timestampMilliseconds
            }
        }
        return times
    }

    /// The first record of each partition, at which it was begun or behind, and before that end; the end itself where nothing
    /// stands before it that a reader gets: markers of transactions, and what was aborted. Partitions of which neither has come in
    /// time are left out.
    func firstRecords(before ends: [TopicPartition: Int64], timeoutMilliseconds: Int) -> [TopicPartition: Int64] {
        let timeout = Timeout(milliseconds: timeoutMilliseconds)
        var found: [TopicPartition: Int64] = [:]
        while found.count < ends.count, !timeout.isOver {
            // What cannot be fetched now is not shown.
            for message in (try? next(maximumMessages: 1000, timeoutMilliseconds: 50)) ?? [] {
                let partition = TopicPartition(topic: message.topic, partition: message.partition)
                if found[partition] == nil, let end = ends[partition] { found[partition] = min(message.offset, end) }
            }
            // A marker moves the client's own position without a message.
            let list = PartitionList(ends)
            guard rd_kafka_position(handle.client, list.pointer) == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            for (partition, offset) in PartitionList.read(list.pointer) where found[partition] == nil {
                if let end = ends[partition], offset >= end { found[partition] = end }
            }
        }
        return found
    }

    /// Gives the connections back; the handle goes with the actor.
    public func close() {
        rd_kafka_assign(handle.client, nil)
    }

    private func skipGaps(_ ends: [TopicPartition: Int64]) {
        let list = PartitionList(ends)
        guard rd_kafka_position(handle.client, list.pointer) == RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        for (partition, offset) in PartitionList.read(list.pointer) where offset > positions[partition] ?? 0 {
            positions[partition] = offset
        }
    }
}

extension ClientHandle {
    /// The first offset still there, and the offset that the next record will get. Asked again for a while when a leader
    /// is just being chosen, as after the making of a topic or the loss of a broker. A partition that is not known is asked
    /// for again as well: the cache may have learnt of its topic in the moment before the topic was made anew.
    func watermarks(of partition: TopicPartition) throws(KafkaError) -> (low: Int64, high: Int64) {
        let timeout = Timeout(milliseconds: 10_000)
        while true {
            do throws(KafkaError) {
                let low = try end(of: partition, Int64(RD_KAFKA_OFFSET_BEGINNING))
                return (low, try end(of: partition, Int64(RD_KAFKA_OFFSET_END)))
            } catch {
                guard error.isRetriable || error.isUnknownTopic else { throw error }
                // Also at the end: whoever asks again then asks the right one.
                learnTopics()
                guard !timeout.isOver else { throw error }
                usleep(50_000)
            }
        }
    }

    /// One end of a log. Not by rd_kafka_query_watermark_offsets, which waits without an end for a leader that is gone
    /// (librdkafka #2535).
    private func end(of partition: TopicPartition, _ which: Int64) throws(KafkaError) -> Int64 {
        let list = PartitionList([partition: which])
        var error = rd_kafka_offsets_for_times(client, list.pointer, 2000)
        if error == RD_KAFKA_RESP_ERR_NO_ERROR { error = list.pointer.pointee.elems[0].err }
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(error, context: "watermarks of \(partition.topic)/\(partition.partition)")
        }
        return list.pointer.pointee.elems[0].offset
    }
}
