import CRdKafka

/// One read of a consumer, while it goes on.
struct BatchReading {
    /// A partition as librdkafka names it. Its topic's handle lives as long as one of its messages or the assignment does, so
    /// within a read it stands for one topic.
    private struct Log: Hashable {
        let topic: OpaquePointer
        let partition: Int32
    }

    private struct Progress {
        let topic: String
        var reach: KafkaBatch.Reach
    }

    let generation: Int
    private(set) var messages: [KafkaMessage] = []
    private(set) var leftOut = 0
    private var progress: [Log: Progress] = [:]

    init(generation: Int) { self.generation = generation }

    /// Whether nothing was read, nor left out.
    var isEmpty: Bool { messages.isEmpty && leftOut == 0 }

    /// What was read.
    var batch: KafkaBatch {
        let reached = progress.map {
            (TopicPartition(topic: $0.value.topic, partition: $0.key.partition), $0.value.reach)
        }
        return KafkaBatch(
            messages: messages, leftOut: leftOut, reached: Dictionary(reached) { $0.offset < $1.offset ? $1 : $0 },
            generation: generation)
    }

    /// Takes a message that is none of the errors, or leaves it out.
    mutating func take(
        _ message: UnsafePointer<rd_kafka_message_t>, leavingOut leavesOut: (UnsafeRawBufferPointer) -> Bool
    ) {
        let raw = message.pointee
        guard let handle = raw.rkt else { return }
        let reach = KafkaBatch.Reach(
            offset: raw.offset, timestampMilliseconds: KafkaMessage.timestampMilliseconds(of: message))
        let log = Log(topic: handle, partition: raw.partition)
        let topic = progress[log]?.topic ?? String(cString: rd_kafka_topic_name(handle))
        progress[log] = Progress(topic: topic, reach: reach)
        if let value = raw.payload, leavesOut(UnsafeRawBufferPointer(start: value, count: raw.len)) {
            leftOut += 1
        } else {
            messages.append(KafkaMessage(copying: message, topic: topic))
        }
    }
}
