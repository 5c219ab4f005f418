import CRdKafka

// Taking what the partitions have, and what stands against it.
extension KafkaConsumer {
    /// Each partition's messages in its turn, until there are enough.
    func takeMessages(into read: inout BatchReading) {
        guard !pendingRevoke, !queues.isEmpty else { return }
        first = (first + 1) % queues.count
        var shares = FairShares(queues: queues.count, first: first)
        while !read.isFull, read.leftOut < KafkaConsumer.mostLeftOut, let place = shares.turn {
            let queue = queues[place]
            // Nothing comes of it before somebody has looked.
            guard queue.held == nil || !queue.isHalted else {
                shares.hasNothing()
                continue
            }
            switch queue.takeHeld() {
            case .message(let message, let position, let event):
                take(message, position, of: event, from: queue, into: &read)
                shares.gave()
                continue
            case .end(let offset): queue.end = offset
            case nil: break
            }
            guard let event = rd_kafka_queue_poll(queue.queue, 0) else {
                queue.isEmpty = true
                shares.hasNothing()
                continue
            }
            if rd_kafka_event_type(event) == RD_KAFKA_EVENT_FETCH {
                take(event, from: queue, into: &read)
                shares.gave()
                continue
            }
            if let what = failure(event, of: queue) {
                queued.append(what)
                shares.hasNothing()
            }
            rd_kafka_event_destroy(event)
        }
        if !read.isEmpty { contact.heard() }
    }

    /// Takes the event's messages, and the event.
    private func take(_ event: OpaquePointer, from queue: PartitionQueue, into read: inout BatchReading) {
        while true {
            // Of what stands before the message; to be asked before that is taken.
            let position = queue.position(of: handle.client)
            guard let message = rd_kafka_event_message_next(event) else { return rd_kafka_event_destroy(event) }
            guard take(message, at: position, of: event, from: queue, into: &read) else { return }
        }
    }

    /// Takes a message that was held back, then the others of its event.
    private func take(
        _ message: UnsafePointer<rd_kafka_message_t>, _ position: Int64, of event: OpaquePointer,
        from queue: PartitionQueue, into read: inout BatchReading
    ) {
        if take(message, at: position, of: event, from: queue, into: &read) { take(event, from: queue, into: &read) }
    }

    /// Takes one message, or leaves it out. `false` if it is held back, and the event with it.
    private func take(
        _ message: UnsafePointer<rd_kafka_message_t>, at position: Int64, of event: OpaquePointer,
        from queue: PartitionQueue, into read: inout BatchReading
    ) -> Bool {
        let (error, offset) = (message.pointee.err, message.pointee.offset)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            if let what = failure(error, at: offset, "", of: queue) { queued.append(what) }
            return true
        }
        // One that was under way while its partition was told to begin elsewhere.
        guard !queue.isHalted, offset >= queue.next else { return true }
        if let passed = passed(before: offset, position, of: queue) {
            queued.append(.success(passed))
            queue.hold(.message(message, position: position, of: event))
            return false
        }
        read.take(message, of: queue.partition, from: queue.next, leavingOut: leavesOut)
        queue.next = offset + 1
        queue.lastRead = offset
        queue.end = nil
        queue.isEmpty = false
        return true
    }

    /// What is to be said when reading is about to go past offsets at which an event may stand; reading waits then.
    ///
    /// Also of a record behind the end of the log: its writer has numbered it so, and nobody can go on from there.
    private func passed(before offset: Int64, _ position: Int64, of queue: PartitionQueue) -> KafkaConsumerEvent? {
        guard offset > queue.next else { return nil }
        if offset >= queue.knownEnd { queue.knownEnd = toldEnd(of: queue.partition) ?? .max }
        if let range = PartitionQueue.lost(before: offset, from: queue.start, end: queue.knownEnd) {
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
        if error == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET { queue.isAstray = true }
        guard !queue.isHalted else { return nil }
        if error == RD_KAFKA_RESP_ERR__PARTITION_EOF {
            guard offset >= queue.next else { return nil }
            let position = queue.position(of: handle.client)
            if let range = queue.unexplained(before: offset, position: position) {
                queue.hold(.end(offset))
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
            // What was passed before it comes first; then it is met again.
            if let range = queue.unexplained(before: offset, position: -1) {
                return .success(halt(queue, at: range))
            }
            queue.isHalted = true
            let place = UnreadablePlace(
                partition: queue.partition, offset: max(offset, queue.next), error: failure.name)
            return .success(.unreadable(place))
        }
        return failure.isRetriable ? nil : .failure(failure)
    }
}
