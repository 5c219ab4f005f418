/// A name and bytes beside a record's value.
public struct KafkaHeader: Sendable, Hashable {
    /// The header's name.
    public let name: String
    /// The header's bytes.
    public let value: [UInt8]

    /// A name and bytes.
    public init(name: String, value: [UInt8]) {
        self.name = name
        self.value = value
    }
}

/// A record to produce.
public struct KafkaRecord: Sendable {
    /// The topic's name with the prefix.
    public var topic: String
    /// The partition; `nil` chooses by the key, as Java clients do.
    public var partition: Int32?
    /// The key, by which a partition is chosen and order is kept; `nil` spreads records.
    public var key: [UInt8]?
    /// The value; `nil` is a tombstone.
    public var value: [UInt8]?
    /// Headers in order.
    public var headers: [KafkaHeader]
    /// Milliseconds since the Unix epoch; `nil` is now.
    public var timestampMilliseconds: Int64?

    /// A record to produce.
    public init(
        topic: String, partition: Int32? = nil, key: [UInt8]?, value: [UInt8]?, headers: [KafkaHeader] = [],
        timestampMilliseconds: Int64? = nil
    ) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
        self.headers = headers
        self.timestampMilliseconds = timestampMilliseconds
    }
}

/// Where records stand in order: a topic's name and a partition's number.
public struct TopicPartition: Hashable, Comparable, Sendable {
    /// The topic's name with the prefix.
    public let topic: String
    /// The partition's number.
    public let partition: Int32

    /// The partition of that number; whether there is such a one is not asked.
    public init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// By topic, then by number.
    public static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }
}
