import KafkaClient

/// What the reading loop knows of its partitions from turn to turn.
struct ReadingProgress {
    private static let lookInterval = Duration.seconds(5)
    /// Between two looks whether positions have gone back of which no message comes.
    private static let comparisonInterval = Duration.seconds(3)

    /// How many messages a batch may have.
    var pace: BatchPace
    /// What health says of the reading.
    var health = ReadingHealth()
    /// Partitions of which nothing comes.
    var standing = StandingPartitions()
    /// Topics on which a transaction is open.
    var transactions = OpenTransactions()
    /// What the log has said of brokers that do not answer.
    var silence = BrokerSilence()
    /// What the log has said of a message that is refused with nobody to compare it with.
    var alone = Outage()
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
    /// The offset that must come next from each that is read, in effect or not.
    private var expected: [TopicPartition: Int64] = [:]
    /// What this process has seen to be in effect of each: its own commits that were answered, and rows.
    private(set) var inEffect: [TopicPartition: Int64] = [:]
    /// Of partitions that were given out anew: how far Kafka was told before that they are in effect, where that lies beyond the
    /// place at which reading begins. Markers of transactions may be all that lies between.
    private var told: [TopicPartition: LostPosition] = [:]
    private var lastLook = ContinuousClock.now
    private var lastComparison = ContinuousClock.now
    /// Whether reading is to begin anew from the positions: something went wrong between us and the broker, so that where it
    /// reads from is not known, or the positions are not those any more that it reads by.
    private(set) var mustBeginAnew = false
    /// Positions that have gone back since reading began.
    private var lost: [LostPosition] = []

    init(mostMessages: Int) { pace = BatchPace(most: mostMessages) }

    /// Whether it is time to see if an operator has decided about a stopped partition.
    var shouldRetryStopped: Bool { !stopped.isEmpty && lastLook.duration(to: .now) >= ReadingProgress.lookInterval }

    /// Whether it is time to see if positions have gone back.
    var shouldCompare: Bool {
        !inEffect.isEmpty && lastComparison.duration(to: .now) >= ReadingProgress.comparisonInterval
    }

    /// These are ours now, and reading begins there; whatever has no offset is stopped.
    ///
    /// - Parameter rows: what the database says is in effect, which lies before an offset where retention was faster, and is
    ///   not there yet for a new partition; `nil` where reading does not begin by the rows.
    mutating func begin(
        _ partitions: [TopicPartition], at offsets: [TopicPartition: Int64], rows: [TopicPartition: Int64]?
    ) {
        inEffect = rows.map { rows in offsets.merging(rows.filter { offsets[$0.key] != nil }) { $1 } } ?? [:]
        lastComparison = .now
        assigned = partitions
        stopped = partitions.filter { offsets[$0] == nil }
        next = offsets
        expected = offsets
        // What lay beyond was passed before, and is read again now.
        passed = PassedOffsets()
        lastLook = .now
    }

    /// Kafka was told by this group that so much is in effect, by whichever process. Partitions whose position lies before that have
    /// gone back, if a message comes from in between: that is how a process that was not there before sees it.
    ///
    /// Where it lies behind, whoever was to tell it has been killed, and nobody else tells it before the next message comes.
    mutating func begin(toldBefore committed: [TopicPartition: Int64], generation: Int) {
        hint.note(next.filter { committed[$0.key] ?? 0 < $0.value }, generation: generation)
        told = [:]
        for (partition, had) in committed {
            guard let found = next[partition], found < had else { continue }
            told[partition] = LostPosition(partition: partition, had: had, found: found)
        }
    }

    /// Takes from what was handed out which positions have gone back before this process began; each is told once.
    mutating func takeReadAgain(_ reached: [TopicPartition: KafkaBatch.Reach]) -> [LostPosition] {
        guard !told.isEmpty else { return [] }
        return reached.keys.sorted().compactMap { partition in
            guard let lost = told.removeValue(forKey: partition), reached[partition]?.first ?? .max < lost.had else {
                return nil
            }
            return lost
        }
    }

    /// The broker was told of the beginning, and reads from there. Returns what is read again by that.
    mutating func hasBegun() -> [LostPosition] {
        mustBeginAnew = false
        defer { lost = [] }
        return lost
    }

    /// Kafka did not do what it was asked.
    mutating func interrupted() { mustBeginAnew = !assigned.isEmpty }

    /// The database has forgotten what was in effect.
    mutating func wentBack(_ lost: [LostPosition]) {
        self.lost = lost
        interrupted()
    }

    /// Takes note of what was handed out. Returns the partitions whose messages do not go on where they ended before:
    /// something was read and has not arrived, and what comes after it must not be taken, since positions would pass it.
    mutating func arrive(_ reached: [TopicPartition: KafkaBatch.Reach]) -> [TopicPartition] {
        let jumped = reached.filter { expected[$0.key] != $0.value.from }.map(\.key).sorted()
        guard jumped.isEmpty else { return jumped }
        for (partition, reach) in reached { expected[partition] = reach.offset + 1 }
        return []
    }

    /// Reading goes on at that offset of the partition.
    mutating func skip(_ partition: TopicPartition, to offset: Int64) { expected[partition] = offset }

    /// Takes from the rows which partitions somebody else has moved on: they are read from there. Nobody else's are rows that lie
    /// behind everything that this process has got, since it has nothing to bring there.
    mutating func movedOn(to rows: [TopicPartition: Int64]) -> [(partition: TopicPartition, offset: Int64)] {
        let moved = rows.filter { partition, row in
            guard inEffect[partition] != nil, let next = next[partition], let expected = expected[partition] else {
                return false
            }
            return row > max(next, expected)
        }
        for (partition, offset) in moved {
            (next[partition], expected[partition], inEffect[partition]) = (offset, offset, offset)
        }
        return moved.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Somebody has looked at the stopped ones, and nothing has changed.
    mutating func lookedAgain() { lastLook = .now }

    /// Somebody has looked whether positions have gone back, and none has.
    mutating func compared() { lastComparison = .now }

    /// These offsets are in effect; and so much was seen to be, by whoever has brought it about.
    mutating func reach(_ offsets: [TopicPartition: Int64], seen: [TopicPartition: Int64] = [:], generation: Int) {
        var reached = offsets
        // What had come into effect before, by a commit whose answer was lost or by another owner, as far as it has come here.
        for (partition, row) in seen {
            guard let expected = expected[partition], min(row, expected) > next[partition] ?? .max else { continue }
            reached[partition] = max(min(row, expected), offsets[partition] ?? 0)
        }
        next.merge(reached) { max($0, $1) }
        for (partition, offset) in seen.merging(offsets, uniquingKeysWith: max) where inEffect[partition] != nil {
            inEffect[partition] = max(offset, inEffect[partition] ?? 0)
        }
        hint.note(reached, generation: generation)
    }

    /// Behind what was read of these partitions stands nothing that a reader gets, up to those ends. Where all of it is in
    /// effect, so is that: markers of transactions, and what was aborted. The position rows stay at the last record, by which
    /// a log is known again.
    mutating func reach(ends: KafkaConsumer.Ends) {
        let reached = ends.behind.filter { next[$0.key] == $0.value.lowerBound }.mapValues(\.upperBound)
        guard !reached.isEmpty else { return }
        next.merge(reached) { $1 }
        hint.note(reached, generation: ends.generation)
    }

    /// Nothing is ours any more.
    mutating func end() {
        (mustBeginAnew, lost) = (false, [])
        passed = PassedOffsets()
        (assigned, stopped, next, expected, inEffect, told) = ([], [], [:], [:], [:], [:])
    }
}
