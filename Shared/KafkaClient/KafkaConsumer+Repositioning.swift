import CRdKafka

// Where a partition is read on, after somebody has looked what stands in the way.
extension KafkaConsumer {
    /// Between two restarts. Each takes all partitions some tenths of a second, and one agency's records can make any number of
    /// them necessary.
    static let restartInterval = Duration.seconds(2)

    /// Answers `.unreadable`: what lies before this offset of the partition is not read.
    public func skip(_ partition: TopicPartition, to offset: Int64) throws(KafkaError) {
        guard let queue = queues.first(where: { $0.partition == partition }) else { return }
        queue.next = offset
        try reposition(queue)
    }

    /// Answers `.unreadable` where nothing is missing: of what lies before this offset and was not handed out no reader gets
    /// anything. What came behind it is handed out next, without being fetched again.
    ///
    /// - Parameter explained: up to here it is known that each offset has a record or a marker.
    public func goOn(_ partition: TopicPartition, at offset: Int64, explained: Int64 = 0) throws(KafkaError) {
        guard let queue = queues.first(where: { $0.partition == partition }) else { return }
        queue.judged = offset
        queue.explained = max(queue.explained, explained)
        guard queue.held == nil else { return queue.isHalted = false }
        try reposition(queue)
    }

    /// Answers `.displaced` where the log holds what is to be read next, and reads on where librdkafka has stopped without a word.
    public func restart(_ partition: TopicPartition) {
        guard let queue = queues.first(where: { $0.partition == partition }) else { return }
        _ = queue.drain(logEnd: .max)
        wait(forRestartOf: queue)
    }

    /// From where the partition is read.
    public func start(of partition: TopicPartition) -> Int64? {
        queues.first { $0.partition == partition }?.start
    }

    /// The seek is not waited for: librdkafka 2.0.2 waits a thousandth of the time that it is given (fixed in 2.1.0), and on a
    /// busy machine says that it ran out, while the seek is on its way all the same. What still comes from before it is
    /// known by its offset.
    private func reposition(_ queue: PartitionQueue) throws(KafkaError) {
        guard !queue.drain(logEnd: toldEnd(of: queue.partition) ?? .max) else { return wait(forRestartOf: queue) }
        let list = PartitionList([queue.partition: queue.start])
        if let error = rd_kafka_seek_partitions(handle.client, list.pointer, 0) {
            defer { rd_kafka_error_destroy(error) }
            throw KafkaError(rd_kafka_error_code(error), context: "seek")
        }
        queue.end = nil
        queue.isEmpty = false
        queue.isHalted = false
    }

    private func wait(forRestartOf queue: PartitionQueue) {
        queue.isHalted = true
        queue.awaitsRestart = true
    }

    /// How long nobody need look whether a restart is due.
    var millisecondsUntilRestart: Int32 {
        guard let lastRestart, queues.contains(where: \.awaitsRestart) else { return .max }
        let left = ContinuousClock.now.duration(to: lastRestart.advanced(by: Self.restartInterval))
        return Int32(clamping: max(0, Int(left / .milliseconds(1)) + 1))
    }

    /// Assigns all partitions anew, each where it is: for one alone librdkafka has no means while the group assigns as this one does.
    /// What others have read ahead is fetched again. Those that wait for somebody who looks are left out, except where what is next
    /// of them is here.
    func restartIfDue() throws(KafkaError) {
        guard !pendingRevoke, queues.contains(where: \.awaitsRestart),
            lastRestart.map({ $0.duration(to: .now) >= Self.restartInterval }) ?? true
        else { return }
        lastRestart = .now
        var offsets: [TopicPartition: Int64] = [:]
        for queue in queues {
            if queue.awaitsRestart {
                queue.awaitsRestart = false
                queue.isHalted = false
            }
            guard !queue.isHalted || queue.held != nil else { continue }
            queue.isAstray = false
            queue.claim()
            queue.end = nil
            queue.isEmpty = false
            offsets[queue.partition] = queue.start
        }
        let list = PartitionList(offsets)
        let error = rd_kafka_assign(handle.client, list.pointer)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error, context: "assign") }
        // A broker's thread looks for what it is to fetch when it has something else to do, and else once a second.
        let ends = PartitionList(offsets.mapValues { _ in Int64(RD_KAFKA_OFFSET_END) })
        _ = rd_kafka_offsets_for_times(handle.client, ends.pointer, 200)
    }
}
