import KafkaClient

/// A position row that lies before what this process had seen in effect.
public struct LostPosition: Sendable, Equatable {
    /// A partition that this process reads.
    public let partition: TopicPartition
    /// Everything before this offset had been in effect.
    public let had: Int64
    /// So far it is in effect by the row; `nil` if there is no row any more.
    public let found: Int64?

    /// Those among the rows, of partitions that this process reads, that have gone back.
    ///
    /// - Parameters:
    ///   - rows: the next offset of each partition as the database has it.
    ///   - partitions: those that were asked for.
    ///   - inEffect: what this process has seen of each: an answer to its commit, or a row. What a lost answer leaves in doubt is
    ///     not among it.
    static func among(
        _ rows: [TopicPartition: Int64], of partitions: some Sequence<TopicPartition>,
        inEffect: [TopicPartition: Int64]
    ) -> [LostPosition] {
        partitions.sorted().compactMap { partition in
            guard let had = inEffect[partition], rows[partition].map({ $0 < had }) ?? true else { return nil }
            return LostPosition(partition: partition, had: had, found: rows[partition])
        }
    }
}

extension LostPosition: CustomStringConvertible {
    /// A sentence.
    public var description: String {
        "Partition \(partition.partition) of \(partition.topic) is read again from offset \(found ?? 0) on, up to \(had - 1): "
            + "the database had forgotten that it was read, or an operator has asked for it. See 'keepsight positions'."
    }
}
