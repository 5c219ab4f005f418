import Contracts
import JSON
import KafkaClient
import PostgresClient

/// Where a partition is to be read from, by an operator's decision.
public struct Repositioning: Sendable, Equatable {
    /// Which partition.
    public let partition: TopicPartition
    /// The next offset to read.
    public let nextOffset: Int64
    /// The cluster whose offsets these are.
    public let cluster: String

    /// A decision.
    public init(partition: TopicPartition, nextOffset: Int64, cluster: String) {
        self.partition = partition
        self.nextOffset = nextOffset
        self.cluster = cluster
    }

    /// Reads what `content` wrote.
    init?(content: [UInt8]?) {
        guard let content, let root = try? JSONDocument(parsing: content, limits: .event).root,
            let topic = root["topic"]?.string, let number = root["partition"]?.int64,
            let partition = Int32(exactly: number), let offset = root["nextOffset"]?.int64, offset >= 0,
            let cluster = root["cluster"]?.string
        else { return nil }
        self.init(
            partition: TopicPartition(topic: topic, partition: partition), nextOffset: offset, cluster: cluster)
    }

    /// As a request carries it.
    public var content: [UInt8] {
        var writer = JSONWriter(reserving: 128)
        writer.beginObject()
        writer.field("topic", partition.topic)
        writer.field("partition", Int(partition.partition))
        writer.field("nextOffset", Int(nextOffset))
        writer.field("cluster", cluster)
        writer.endObject()
        return writer.bytes
    }

    var query: Query {
        Query(
            SQL.reposition,
            [.text(partition.topic), .int4(partition.partition), .int8(nextOffset), .text(cluster)])
    }
}
