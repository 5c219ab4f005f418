/// What a consumer has for its caller.
public enum KafkaConsumerEvent: Sendable {
    /// Messages, in each partition's order.
    case batch(KafkaBatch)
    /// Partitions are ours; `start` says where to begin.
    case assigned([TopicPartition])
    /// Partitions are ours no longer; `released` says that nothing of them is under way. `lost`: somebody else may have
    /// them already.
    case revoked([TopicPartition], lost: Bool)
    /// The logs of these partitions do not hold the offset that was to be fetched next: nothing more of them comes until
    /// `start` says where to go on, or `restart` and `skip` do, where something there has led librdkafka astray.
    case displaced([TopicPartition])
    /// The record at this place, and whatever was written together with it, cannot be unpacked, or was passed unseen: nothing
    /// more of its partition comes until `skip` or `goOn` says where to go on. The others go on.
    case unreadable(UnreadablePlace)
}

/// Where a log holds something that no reader of it can unpack.
public struct UnreadablePlace: Sendable, Equatable {
    /// Which log.
    public let partition: TopicPartition
    /// The first offset of what was written together.
    public let offset: Int64
    /// What stands against it, as librdkafka names it: `_BAD_COMPRESSION`, …
    public let error: String
    /// How it shows.
    public let kind: Kind

    /// How something shows that no reader gets.
    public enum Kind: Sendable, Equatable {
        /// A fetch fails there.
        case failed
        /// Reading has gone past it without a word, up to this offset. Markers of transactions and aborted records are passed
        /// like that, and so is what librdkafka leaves out.
        case passed(end: Int64)
        /// Reading stands there without a word, though the log goes on.
        case stands
        /// What is fetched next lies outside of the log.
        case astray
    }

    /// A place, and what stands against it.
    public init(partition: TopicPartition, offset: Int64, error: String, kind: Kind = .failed) {
        self.partition = partition
        self.offset = offset
        self.error = error
        self.kind = kind
    }
}

/// Messages of one read, with the assignment under which they were read.
public struct KafkaBatch: Sendable {
    /// The last record of a partition that was read, whether it was handed out or left out.
    public struct Reach: Sendable, Equatable {
        /// Where the reading of the partition stood before: the offset that was to come first.
        public let from: Int64
        /// The offset of the first message; before it may stand what no reader gets.
        public let first: Int64
        /// The record's place in the partition.
        public let offset: Int64
        /// Milliseconds since the Unix epoch; -1 where the broker has none.
        public let timestampMilliseconds: Int64

        /// How far a partition was read, from where.
        public init(from: Int64, first: Int64? = nil, offset: Int64, timestampMilliseconds: Int64) {
            self.from = from
            self.first = first ?? from
            self.offset = offset
            self.timestampMilliseconds = timestampMilliseconds
        }
    }

    /// The messages, in each partition's order.
    public let messages: [KafkaMessage]
    /// How many were left out.
    public let leftOut: Int
    /// How far each partition was read.
    public let reached: [TopicPartition: Reach]
    /// Which assignment; offsets of an earlier one are not committed any more.
    public let generation: Int
}
