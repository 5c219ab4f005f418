import CRdKafka

// What the group says: changes of assignment, and errors that are of no partition.
extension KafkaConsumer {
    /// Changes of assignment, and errors that are of no partition.
    func takeGroupEvents() {
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
        let detail = rd_kafka_event_error_string(event).map { String(cString: $0) } ?? ""
        if code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN {
            contact.lost()
        } else if !detail.isEmpty {
            contact.failed(because: detail)
        }
        let failure = KafkaError(code, context: "consumer", detail: detail)
        // What librdkafka repairs by itself is no failure of the read. A fatal one is asked for.
        guard !failure.isRetriable, !failure.isFatal, code != RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED else { return nil }
        return failure
    }
}
