import CRdKafka

/// A record as it was read.
public struct KafkaMessage: Sendable {
    /// The topic's name with the prefix, as the broker has it.
    public let topic: String
    /// The partition's number.
    public let partition: Int32
    /// The record's place in the partition.
    public let offset: Int64
    /// Milliseconds since the Unix epoch; -1 where the broker has none.
    public let timestampMilliseconds: Int64
    /// The key as bytes; `nil` where the record has none.
    public let key: [UInt8]?
    /// The value; `nil` is a tombstone.
    public let value: [UInt8]?
    /// Headers in order.
    public let headers: [KafkaHeader]
    /// Bytes of the value as it stands in the log, if it is too long to be held: `value` has its beginning.
    public let cutFromBytes: Int?
    /// Whether there are more headers than are held, or some that librdkafka could not read.
    public let lacksHeaders: Bool

    /// How much of a record a consumer holds. What is longer is none of ours, and refused; it must only not fill our memory.
    public struct Limits: Sendable {
        /// The longest key and value, in bytes.
        public var bytes = 4 << 20
        /// Of those that are longer, so much is kept.
        public var keptBytes = 64 << 10
        /// The most headers.
        public var headers = 256
        /// The most that their names and values may have together, in bytes.
        public var headerBytes = 1 << 20

        /// Everything, for tools that read what services have written.
        static let none = Limits(bytes: .max, keptBytes: .max, headers: .max, headerBytes: .max)
    }

    /// Whether something of the record was left where it stands.
    public var isCut: Bool { cutFromBytes != nil || lacksHeaders }

    /// What it takes in memory, about.
    var bytes: Int {
        (key?.count ?? 0) + (value?.count ?? 0) + headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.count }
    }

    /// A record as it was read.
    public init(
        topic: String, partition: Int32, offset: Int64, timestampMilliseconds: Int64, key: [UInt8]?, value: [UInt8]?,
        headers: [KafkaHeader], cutFromBytes: Int? = nil, lacksHeaders: Bool = false
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestampMilliseconds = timestampMilliseconds
        self.key = key
        self.value = value
        self.headers = headers
        self.cutFromBytes = cutFromBytes
        self.lacksHeaders = lacksHeaders
    }

    /// A record of a topic whose name is known.
    init(copying message: UnsafePointer<rd_kafka_message_t>, topic: String, limits: Limits = .none) {
        let raw = message.pointee
        self.topic = topic
        partition = raw.partition
        offset = raw.offset
        timestampMilliseconds = KafkaMessage.timestampMilliseconds(of: message)
        key = raw.key.map { Array(UnsafeRawBufferPointer(start: $0, count: limits.held(raw.key_len))) }
        value = raw.payload.map { Array(UnsafeRawBufferPointer(start: $0, count: limits.held(raw.len))) }
        cutFromBytes = limits.holds(raw.len) && limits.holds(raw.key_len) ? nil : raw.len
        (headers, lacksHeaders) = KafkaMessage.headers(of: message, limits: limits)
    }

    init(copying message: UnsafePointer<rd_kafka_message_t>) {
        self.init(copying: message, topic: message.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? "")
    }

    static func timestampMilliseconds(of message: UnsafePointer<rd_kafka_message_t>) -> Int64 {
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        return rd_kafka_message_timestamp(message, &kind)
    }

    private static func headers(of message: UnsafePointer<rd_kafka_message_t>, limits: Limits) -> ([KafkaHeader], Bool)
    {
        var list: OpaquePointer?
        let error = rd_kafka_message_headers(message, &list)
        // Without headers there is nothing; any other error is of headers that it will not count (more than 100,000), or that end
        // before they should. A record is never taken for one without them.
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let list else {
            return ([], error != RD_KAFKA_RESP_ERR_NO_ERROR && error != RD_KAFKA_RESP_ERR__NOENT)
        }
        var headers: [KafkaHeader] = []
        var bytes = 0
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        var place = 0
        while rd_kafka_header_get_all(list, place, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR, let text = name
        {
            guard headers.count < limits.headers, size <= limits.headerBytes - bytes else { return (headers, true) }
            let header = KafkaHeader(
                name: String(cString: text),
                value: value.map { Array(UnsafeRawBufferPointer(start: $0, count: size)) } ?? [])
            bytes += header.name.utf8.count + size
            headers.append(header)
            place += 1
        }
        return (headers, false)
    }
}

extension KafkaMessage.Limits {
    fileprivate func holds(_ count: Int) -> Bool { count <= bytes }

    fileprivate func held(_ count: Int) -> Int { holds(count) ? count : keptBytes }
}
