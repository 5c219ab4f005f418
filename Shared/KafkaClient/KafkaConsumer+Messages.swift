import CRdKafka

// Taking what the partitions have, and what stands against it.
extension KafkaConsumer {
    /// Each partition's messages in its turn, until there are enough.
    func takeMessages(into read: inout BatchReading) {
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
        guard offset > queue.next else { return nil }
        if offset >= queue.knownEnd { queue.knownEnd = toldEnd(of: queue.partition) ?? .max }
        if let range = PartitionQueue.lost(before: offset, from: queue.next, end: queue.knownEnd) {
            return halt(queue, at: range)
        }
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
}
