import Contracts
import KafkaClient
import PostgresClient

/// Where a partition is to be read from, by an operator's decision.
public struct Repositioning: RecordedDocument, Equatable {
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

    private init(topic: String, number: Int, nextOffset: Int64, cluster: String) {
        // The record keeps the number within what a partition's has.
        self.init(
            partition: TopicPartition(topic: topic, partition: Int32(clamping: number)), nextOffset: nextOffset,
            cluster: cluster)
    }

    /// As a request carries it.
    public static let record = Record(
        Repositioning.init(topic:number:nextOffset:cluster:),
        required("topic", \.partition.topic, .line(249), "The topic's name with its prefix."),
        required("partition", { Int($0.partition.partition) }, .integer(0...Int(Int32.max)), "The partition, from 0."),
        required("nextOffset", \.nextOffset, .offset(), "The next offset to read."),
        required("cluster", \.cluster, .line(), "The cluster whose offsets these are, by its identifier."))

    var query: Query {
        Query(
            SQL.reposition,
            [.text(partition.topic), .int4(partition.partition), .int8(nextOffset), .text(cluster)])
    }
}
