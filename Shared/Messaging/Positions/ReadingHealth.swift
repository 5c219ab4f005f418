import KafkaClient
import ServiceRuntime

/// How the reading is, in the words of health: from what the consumer knows of brokers and group. Pure.
struct ReadingHealth {
    /// So long a group may take to hand out partitions: a rebalance waits for members that have gone without a word.
    static let longestWithoutGroup = Duration.seconds(20)
    /// So long a failed read is spoken of.
    static let longestFailure = Duration.seconds(10)
    /// How often the consumer is asked.
    private static let interval = Duration.seconds(1)

    private var failure: (sentence: String, at: ContinuousClock.Instant)?
    private var lastLook: ContinuousClock.Instant?
    private var reported: HealthState.Status?

    /// A read has failed in a way that librdkafka does not repair by itself.
    mutating func failed(_ sentence: String, now: ContinuousClock.Instant = .now) { failure = (sentence, now) }

    /// Whether it is time to ask the consumer again.
    mutating func isDue(now: ContinuousClock.Instant = .now) -> Bool {
        if let lastLook, lastLook.duration(to: now) < ReadingHealth.interval { return false }
        lastLook = now
        return true
    }

    /// What is to be reported, if it is news; `waiting` says what waits of single partitions while the others go on.
    mutating func news(_ state: ReadingState, waiting: [String], now: ContinuousClock.Instant = .now)
        -> HealthState.Status?
    {
        let status = status(state, waiting, now)
        guard status != reported else { return nil }
        reported = status
        return status
    }

    private func status(_ state: ReadingState, _ waiting: [String], _ now: ContinuousClock.Instant)
        -> HealthState.Status
    {
        if state.silentSince != nil {
            // The addresses are right where somebody answers there and does not let us in.
            if let advice = state.problem.flatMap({ CertificateAdvice.sentence(for: $0, broker: .latest) }) {
                return .degraded("No broker lets this service in. \(advice)")
            }
            return .degraded("No broker can be reached. KAFKA_BOOTSTRAP_SERVERS says where they should be.")
        }
        if let failure, failure.at.duration(to: now) < ReadingHealth.longestFailure {
            return .degraded(failure.sentence)
        }
        guard state.isMember else {
            let waits = state.memberSince.duration(to: now) >= ReadingHealth.longestWithoutGroup
            guard waits || reported == nil else { return reported ?? .starting }
            return waits
                ? .degraded(
                    "The group has given this replica no partitions, and has not said that none are left for it.")
                : .starting
        }
        if state.partitions == 0 {
            return .attention("Stands by: the group has more replicas than its topics have partitions.")
        }
        return waiting.isEmpty ? .ok : .attention(waiting.joined(separator: " "))
    }
}
