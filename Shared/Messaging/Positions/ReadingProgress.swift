import KafkaClient

/// What the reading loop knows of its partitions from turn to turn.
struct ReadingProgress {
    private static let lookInterval = Duration.seconds(5)

    /// Past messages that are of no use to the service.
    var passed = PassedOffsets()
    /// What Kafka is told.
    var hint = OffsetHint()
    /// The partitions that are ours.
    private(set) var assigned: [TopicPartition] = []
    /// Those of them that are not read, since their log is not the one that was read before.
    private(set) var stopped: [TopicPartition] = []
    /// The next offset of each that is read.
    private(set) var next: [TopicPartition: Int64] = [:]
    private var lastLook = ContinuousClock.now

    /// Whether it is time to see if an operator has decided about a stopped partition.
    var shouldLookAgain: Bool { !stopped.isEmpty && lastLook.duration(to: .now) >= ReadingProgress.lookInterval }

    /// These are ours now, and reading begins there; whatever has no offset is stopped.
    mutating func begin(_ partitions: [TopicPartition], at offsets: [TopicPartition: Int64]) {
        assigned = partitions
        stopped = partitions.filter { offsets[$0] == nil }
        next = offsets
        lastLook = .now
    }

    /// Somebody has looked at the stopped ones, and nothing has changed.
    mutating func lookedAgain() { lastLook = .now }

    /// These offsets are in effect.
    mutating func reach(_ offsets: [TopicPartition: Int64], generation: Int) {
        next.merge(offsets) { max($0, $1) }
        hint.note(offsets, generation: generation)
    }

    /// Nothing is ours any more.
    mutating func end() {
        passed = PassedOffsets()
        (assigned, stopped, next) = ([], [], [:])
    }
}
