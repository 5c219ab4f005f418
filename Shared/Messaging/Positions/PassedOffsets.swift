import KafkaClient

/// How far the reading has come, messages included that the service has no use for.
///
/// Such messages open no transaction of their own. The positions follow with the next batch that has effects, or within
/// a second: a position that stays behind costs a restart the reading of what is ignored again, and nothing else.
struct PassedOffsets {
    private static let longest = Duration.seconds(1)

    private var positions: [TopicPartition: Position] = [:]
    private var lastTaken = ContinuousClock.now

    /// Whether the positions should follow now, with or without messages that have effects.
    var isDue: Bool { !positions.isEmpty && lastTaken.duration(to: .now) >= PassedOffsets.longest }

    /// So far was read.
    mutating func pass(_ reached: [TopicPartition: KafkaBatch.Reach]) {
        for (partition, reach) in reached {
            let position = Position(after: reach.offset, timestampMilliseconds: reach.timestampMilliseconds)
            positions[partition] = position.furthest(positions[partition])
        }
    }

    /// Hands the positions over to a transaction.
    mutating func take() -> [TopicPartition: Position] {
        defer {
            positions = [:]
            lastTaken = .now
        }
        return positions
    }
}
