import CRdKafka

/// A record as it was read.
public struct KafkaMessage: Sendable {
    /// The topic.
    public let topic: String
    /// The partition's number.
    public let partition: Int32
    /// The record's place in the partition.
    public let offset: Int64
    /// Milliseconds since the Unix epoch; -1 where the broker has none.
    public let timestampMilliseconds: Int64
    /// The key.
    public let key: [UInt8]?
    /// The value; `nil` is a tombstone.
    public let value: [UInt8]?
    /// Headers in order.
    public let headers: [KafkaHeader]

    /// A record as it was read.
    public init(
        topic: String, partition: Int32, offset: Int64, timestampMilliseconds: Int64, key: [UInt8]?, value: [UInt8]?,
        headers: [KafkaHeader]
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestampMilliseconds = timestampMilliseconds
        self.key = key
        self.value = value
        self.headers = headers
    }

    /// A record of a topic whose name is known.
    init(copying message: UnsafePointer<rd_kafka_message_t>, topic: String) {
        let raw = message.pointee
        self.topic = topic
        partition = raw.partition
        offset = raw.offset
        timestampMilliseconds = KafkaMessage.timestampMilliseconds(of: message)
        key = raw.key.map { Array(UnsafeRawBufferPointer(start: $0, count: raw.key_len)) }
        value = raw.payload.map { Array(UnsafeRawBufferPointer(start: $0, count: raw.len)) }
        headers = KafkaMessage.headers(of: message)
    }

    init(copying message: UnsafePointer<rd_kafka_message_t>) {
        self.init(copying: message, topic: message.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? "")
    }

    static func timestampMilliseconds(of message: UnsafePointer<rd_kafka_message_t>) -> Int64 {
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        return rd_kafka_message_timestamp(message, &kind)
    }

    private static func headers(of message: UnsafePointer<rd_kafka_message_t>) -> [KafkaHeader] {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return [] }
        var headers: [KafkaHeader] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        var place = 0
        while rd_kafka_header_get_all(list, place, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR, let text = name
        {
            let bytes = value.map { Array(UnsafeRawBufferPointer(start: $0, count: size)) } ?? []
            headers.append(KafkaHeader(name: String(cString: text), value: bytes))
            place += 1
        }
        return headers
    }
}
