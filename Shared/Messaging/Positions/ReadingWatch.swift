import KafkaClient
import ServiceRuntime
import Synchronization

/// What others than the reading loop say of it: how far it has to go, and that it does not get on.
///
/// The loop itself says neither while it works on a batch: waiting for a lock, or judging what somebody has made to take long,
/// it would show the lag of the batch before, and every part of health as it was (E6: whatever stands must show).
final class ReadingWatch: Sendable {
    /// How long a turn of the loop may take before that is said: longer than the database lets it wait for a lock.
    static let longestTurn = DatabaseHealth.longestWait
    private static let interval = Duration.seconds(1)
    /// Between two questions to the brokers where the logs end. What is fetched says it too, as long as anything is.
    private static let questionInterval = Duration.seconds(5)

    private struct State {
        var consumer: KafkaConsumer?
        var next: [TopicPartition: Int64] = [:]
        var turnBegan: ContinuousClock.Instant?
    }

    private let health: HealthState
    private let log: Log
    private let metrics: EngineMetrics
    private let state = Mutex(State())

    init(_ health: HealthState, _ log: Log, _ metrics: EngineMetrics) {
        self.health = health
        self.log = log
        self.metrics = metrics
    }

    /// The loop reads from that consumer from now on; `nil` when it ends.
    func reads(from consumer: KafkaConsumer?) {
        state.withLock { $0 = State(consumer: consumer, turnBegan: consumer == nil ? nil : .now) }
    }

    /// The loop begins a turn, and so much is in effect.
    ///
    /// - Parameter next: the next offset of each partition that is read.
    func turn(at next: [TopicPartition: Int64], now: ContinuousClock.Instant = .now) {
        state.withLock { ($0.next, $0.turnBegan) = (next, now) }
    }

    /// Looks until the task is cancelled.
    ///
    /// - Parameters:
    ///   - isDatabaseWell: whether nothing is said of the database, which would say what a turn waits for.
    ///   - ends: asks brokers where these partitions' logs end; nothing where they do not answer.
    func run(
        isDatabaseWell: @escaping @Sendable () -> Bool,
        ends: @escaping @Sendable ([TopicPartition]) async -> [TopicPartition: Int64]
    ) async {
        // Tasks of their own, since the consumer answers on the loop's thread, which may be what does not get on, and brokers
        // may not answer at all.
        async let measured: Void = measure()
        async let asked: Void = ask(ends)
        var outage = Outage()
        while !Task.isCancelled {
            look(&outage, isDatabaseWell: isDatabaseWell())
            try? await Task.sleep(for: ReadingWatch.interval)
        }
        await measured
        await asked
    }

    /// One look; says once when the loop does not get on, and when it does again.
    func look(_ outage: inout Outage, isDatabaseWell: Bool, now: ContinuousClock.Instant = .now) {
        let turn = state.withLock { $0.turnBegan }?.duration(to: now) ?? .zero
        guard turn >= ReadingWatch.longestTurn, isDatabaseWell else {
            health.report(.reading, .ok)
            if let seconds = outage.ended() {
                log.info("reading-goes-on", "The reading goes on.", .count("seconds", seconds))
            }
            return
        }
        let stands = HealthState.Status.degraded(
            "One batch of messages has been worked on for \(Int(turn / .seconds(1))) s, and nothing behind it is read: "
                + "'keepsight positions' says where this service stands. Nothing is lost; if it does not go on, keep the records "
                + "from there and tell who develops Keepsight.")
        health.report(.reading, stands)
        if outage.failed(because: "turn") != nil { log.warning("reading-stands", stands.reason) }
    }

    private func ask(_ ends: @Sendable ([TopicPartition]) async -> [TopicPartition: Int64]) async {
        while !Task.isCancelled {
            let (consumer, next) = state.withLock { ($0.consumer, $0.next) }
            await consumer?.note(ends: await ends(Array(next.keys)))
            try? await Task.sleep(for: ReadingWatch.questionInterval)
        }
    }

    private func measure() async {
        var shown: Set<String> = []
        while !Task.isCancelled {
            let (consumer, next) = state.withLock { ($0.consumer, $0.next) }
            let ends = await consumer?.knownEnds(of: Array(next.keys)) ?? [:]
            show(await consumer?.state(), ends, next: next, &shown)
            try? await Task.sleep(for: ReadingWatch.interval)
        }
    }

    /// Sets what is known, and has no sample of what is not: while no broker answers the ends are those that one has said last,
    /// and of a topic that is not read here any more somebody else knows.
    func show(
        _ brokers: ReadingState?, _ ends: [TopicPartition: Int64], next: [TopicPartition: Int64],
        _ shown: inout Set<String>
    ) {
        var lag: [String: Int64] = [:]
        if let brokers, brokers.silentSince == nil {
            for (partition, end) in ends {
                lag[partition.topic, default: 0] += max(0, end - (next[partition] ?? end))
            }
        }
        for topic in shown where lag[topic] == nil { metrics.lag(of: topic).setUnknown() }
        for (topic, messages) in lag { metrics.lag(of: topic).set(Double(messages)) }
        shown = Set(lag.keys)
    }
}
