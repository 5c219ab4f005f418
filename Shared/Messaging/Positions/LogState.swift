import KafkaClient

/// A partition's log as the broker has it now.
public struct LogState: Sendable, Equatable {
    /// The cluster's identifier.
    public let cluster: String
    /// The first offset still there.
    public let low: Int64
    /// The offset that the next record will get.
    public let high: Int64
    /// When the last record before a position was made, in Unix milliseconds; `nil` where no such record is there.
    public let recordMilliseconds: Int64?

    /// A log's state.
    public init(cluster: String, low: Int64, high: Int64, recordMilliseconds: Int64? = nil) {
        self.cluster = cluster
        self.low = low
        self.high = high
        self.recordMilliseconds = recordMilliseconds
    }

    /// How long the broker has for showing the records before the positions. What it has not shown by then is not held
    /// against a log.
    private static let recordTimeoutMilliseconds = 5000

    /// Looks at each partition's log, and at the record before the next offset of those that have one.
    public static func read(
        _ partitions: [TopicPartition: Int64?], _ admin: KafkaAdmin, _ records: RecordTimes
    ) async throws(KafkaError) -> [TopicPartition: LogState] {
        let cluster = try await admin.clusterIdentifier()
        var bounds: [TopicPartition: (low: Int64, high: Int64)] = [:]
        var last: [TopicPartition: Int64] = [:]
        for (partition, nextOffset) in partitions {
            let (low, high) = try await admin.watermarks(of: partition)
            bounds[partition] = (low, high)
            if let nextOffset, nextOffset > low, nextOffset <= high { last[partition] = nextOffset - 1 }
        }
        let times = try await records.times(at: last, timeoutMilliseconds: LogState.recordTimeoutMilliseconds)
        return Dictionary(
            uniqueKeysWithValues: bounds.map { partition, ends in
                (
                    partition,
                    LogState(
                        cluster: cluster, low: ends.low, high: ends.high, recordMilliseconds: times[partition])
                )
            })
    }
}
