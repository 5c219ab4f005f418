import KafkaClient

/// How far we are, as Kafka is told: a hint for those who look at a group's lag. Where reading begins is said by the
/// position rows, so once a second is often enough; each batch would cost the coordinator more than its messages.
struct OffsetHint {
    private static let interval = Duration.seconds(1)

    /// What it is to be told next.
    var waiting: [TopicPartition: Int64] { offsets }
    private var offsets: [TopicPartition: Int64] = [:]
    private(set) var generation = 0
    private var lastGiven = ContinuousClock.now

    /// These are in effect, under that assignment.
    mutating func note(_ new: [TopicPartition: Int64], generation: Int) {
        self.generation = generation
        offsets.merge(new) { max($0, $1) }
    }

    /// Whether it is time to tell Kafka.
    var isDue: Bool { lastGiven.duration(to: .now) >= OffsetHint.interval }

    /// Tells Kafka, if there is something to tell and it is time to.
    mutating func give(to consumer: KafkaConsumer, force: Bool = false) async throws(KafkaError) {
        guard !offsets.isEmpty, force || isDue else { return }
        let given = offsets
        offsets = [:]
        lastGiven = .now
        try await consumer.commit(given, generation: generation)
    }
}
