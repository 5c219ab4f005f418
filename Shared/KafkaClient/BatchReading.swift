import CRdKafka

/// One read of a consumer, while it goes on.
struct BatchReading {
    let generation: Int
    private let maximumMessages: Int
    private let maximumBytes: Int
    private(set) var messages: [KafkaMessage] = []
    private(set) var leftOut = 0
    private var bytes = 0
    private var reached: [TopicPartition: KafkaBatch.Reach] = [:]

    init(generation: Int, maximumMessages: Int, maximumBytes: Int) {
        self.generation = generation
        self.maximumMessages = maximumMessages
        self.maximumBytes = maximumBytes
    }

    /// Whether nothing was read, nor left out.
    var isEmpty: Bool { messages.isEmpty && leftOut == 0 }

    /// Whether there are enough messages, or bytes of them.
    var isFull: Bool { messages.count >= maximumMessages || bytes >= maximumBytes }

    /// What was read.
    var batch: KafkaBatch {
        KafkaBatch(messages: messages, leftOut: leftOut, reached: reached, generation: generation)
    }

    /// Takes a message that is none of the errors, or leaves it out.
    ///
    /// - Parameter next: where the reading of the partition stood before.
    mutating func take(
        _ message: UnsafePointer<rd_kafka_message_t>, of partition: TopicPartition, from next: Int64,
        leavingOut leavesOut: (UnsafeRawBufferPointer) -> Bool
    ) {
        let raw = message.pointee
        reached[partition] = KafkaBatch.Reach(
            from: reached[partition]?.from ?? next, first: reached[partition]?.first ?? raw.offset, offset: raw.offset,
            timestampMilliseconds: KafkaMessage.timestampMilliseconds(of: message))
        if let value = raw.payload, leavesOut(UnsafeRawBufferPointer(start: value, count: raw.len)) {
            leftOut += 1
        } else {
            let copy = KafkaMessage(copying: message, topic: partition.topic, limits: KafkaMessage.Limits())
            bytes += copy.bytes
            messages.append(copy)
        }
    }
}
