import Contracts
import KafkaClient
import Messaging
import TestSupport

/// Topics without a broker: what is said on them gets its partition and offset, in the order in which it was said.
struct InProcessTopics {
    private let partitions: [String: Int]
    private var ends: [TopicPartition: Int64] = [:]

    init(_ topics: [Topics.Topic]) {
        partitions = Dictionary(uniqueKeysWithValues: topics.map { ($0.name, $0.partitions) })
    }

    /// The partitions of a topic.
    func partitions(of topic: String) -> [TopicPartition] {
        (0..<Int32(partitions[topic] ?? 1)).map { TopicPartition(topic: topic, partition: $0) }
    }

    /// As its readers see it. Records with one key stand on one partition.
    mutating func append(_ record: OutgoingRecord) -> KafkaMessage {
        let key = record.key.map { Array($0.utf8) }
        let sum = (key ?? []).reduce(0) { $0 + Int($1) }
        let place = TopicPartition(topic: record.topic, partition: Int32(sum % (partitions[record.topic] ?? 1)))
        let offset = ends[place, default: 0]
        ends[place] = offset + 1
        let (name, type) = EnvelopeWriter.contentTypeHeader
        return KafkaMessage(
            topic: place.topic, partition: place.partition, offset: offset, timestampMilliseconds: 0, key: key,
            value: record.value, headers: [KafkaHeader(name: name, value: Array(type.utf8))])
    }
}
