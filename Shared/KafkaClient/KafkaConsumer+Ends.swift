import CRdKafka

// Where reading has come to an end, or stands.
extension KafkaConsumer {
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
        for partition in partitions { ends[partition] = toldEnd(of: partition) }
        let asked = Set(partitions)
        for queue in queues where asked.contains(queue.partition) {
            if let end = queue.end, end >= queue.askedEnd {
                ends[queue.partition] = end
            } else if let told = ends[queue.partition] {
                ends[queue.partition] = max(told, queue.askedEnd)
            }
        }
        return ends
    }

    /// How far these partitions were read since reading began: the last offset that was handed out, or that lies before the end of
    /// what a reader gets; those of which nothing has come are left out.
    public func lastRead(of partitions: [TopicPartition]) -> [TopicPartition: Int64] {
        let asked = Set(partitions)
        var last: [TopicPartition: Int64] = [:]
        for queue in queues where asked.contains(queue.partition) {
            let offset = max(queue.lastRead, (queue.end ?? 0) - 1)
            if offset >= 0 { last[queue.partition] = offset }
        }
        return last
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
    /// answer, and `note(ends:)` where there are none. Whether it is for long, and why, is for the caller to find out:
    /// `UnreadableBatch.standing`.
    public func heldBack() -> [TopicPartition: HeldBack] {
        var held: [TopicPartition: HeldBack] = [:]
        for queue in queues where queue.isEmpty && !queue.isHalted {
            let from = max(queue.start, queue.end ?? 0)
            let end = max(toldEnd(of: queue.partition) ?? 0, queue.askedEnd)
            guard end > from else { continue }
            held[queue.partition] = HeldBack(from: from, end: end)
        }
        return held
    }

    /// The end of a partition's log (its high watermark), as the last answer has told.
    func toldEnd(of partition: TopicPartition) -> Int64? {
        var (low, high) = (Int64(-1), Int64(-1))
        let error = rd_kafka_get_watermark_offsets(handle.client, partition.topic, partition.partition, &low, &high)
        return error == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? high : nil
    }
}
