import KafkaClient
import ServiceRuntime

/// What an engine counts.
public struct EngineMetrics: Sendable {
    let handled: Counter
    let alreadyInEffect: Counter
    let waiting: Counter
    let ignored: Counter
    let batches: Counter
    let batchMessages: Histogram
    let batchSeconds: Histogram
    let relayed: Counter
    let readAgain: Counter
    let stuck: Counter
    let deadlinesFired: Counter
    let statements: Counter
    let roundTrips: Counter
    private let outboxAge: Gauge
    private let deadlinesArmed: Gauge
    private let deadlineLateness: Gauge
    private let parkedHouseholds: Gauge
    private let waitingMessages: Gauge
    private let householdsAside: Gauge
    private let metrics: Metrics

    /// The metrics of one service.
    public init(_ metrics: Metrics) {
        self.metrics = metrics
        func messages(_ result: String) -> Counter {
            metrics.counter("messages", labels: [("result", result)], help: "Messages by what became of them.")
        }
        handled = messages("handled")
        alreadyInEffect = messages("already-in-effect")
        waiting = messages("waiting")
        ignored = messages("for-others")
        batches = metrics.counter("batches", help: "Transactions that brought messages into effect.")
        batchMessages = metrics.histogram(
            "batch_messages", bounds: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000],
            help: "Messages in one transaction.")
        batchSeconds = metrics.histogram(
            "batch_seconds", bounds: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
            help: "Seconds from the beginning of a batch's transaction to its commit.")
        relayed = metrics.counter(
            "outbox_records_delivered", help: "Records of the outbox that the broker has taken.")
        readAgain = metrics.counter(
            "messages_read_again",
            help: "Messages that were in effect until the database forgot that, and were read again.")
        stuck = metrics.counter(
            "readings_stuck",
            help: "Times that nothing came of a log though others could read it, and reading began again.")
        deadlinesFired = metrics.counter("deadlines_fired", help: "Deadlines that have fallen due and were handled.")
        statements = metrics.counter("database_statements", help: "Statements run for batches and by the relay.")
        roundTrips = metrics.counter(
            "database_round_trips", help: "Round trips to the database for batches and of the relay.")
        outboxAge = metrics.gauge("outbox_oldest_seconds", help: "Age of the oldest row that the broker has not taken.")
        deadlinesArmed = metrics.gauge("deadlines_armed", help: "Clocks that are set, as PostgreSQL estimates it.")
        deadlineLateness = metrics.gauge("deadline_late_seconds", help: "How late the most overdue unfired clock is.")
        parkedHouseholds = metrics.gauge("parked_households", help: "Households behind a message that failed.")
        waitingMessages = metrics.gauge("parked_messages", help: "Messages of parked households.")
        householdsAside = metrics.gauge(
            "deadline_households_aside", help: "Households whose deadlines are refused and tried again later.")
    }

    /// What the tables show.
    func show(_ gauges: EngineGauges) {
        outboxAge.set(gauges.outboxAge)
        deadlinesArmed.set(gauges.deadlinesArmed)
        deadlineLateness.set(gauges.deadlineLateness)
        parkedHouseholds.set(gauges.parkedHouseholds)
        waitingMessages.set(gauges.parkedMessages)
        householdsAside.set(gauges.householdsAside)
    }

    /// Messages that could not be handled, by the code of the failure.
    func deadLetters(_ code: String) -> Counter {
        metrics.counter(
            "dead_letters", labels: [("code", code)], help: "Messages that could not be handled, by failure.")
    }

    /// Households' documents that somebody else had written over, by what was done.
    func documents(_ kind: DocumentFinding.Kind) -> Counter {
        metrics.counter(
            "documents_overwritten", labels: [("done", kind.rawValue)],
            help: "Households' documents that somebody else had written over, by what was done.")
    }

    /// Records that were older than policy keeps them, by table.
    func pruned(_ table: String) -> Counter {
        metrics.counter(
            "records_pruned", labels: [("table", table)], help: "Records removed because policy keeps them no longer.")
    }

    /// Messages of a topic that retention removed before they were read.
    func expired(_ topic: String) -> Counter {
        metrics.counter(
            "expired_messages", labels: [("topic", topic)],
            help: "Messages that retention removed before they were read.")
    }

    /// What the service has published: receipts by reason, notices by kind.
    func published(_ kind: String) -> Counter {
        metrics.counter(
            "events_published", labels: [("kind", kind)], help: "Events that the service has published, by kind.")
    }

    /// What a transaction that is in effect has published and measured.
    func count(_ publishedByKind: [String: Int], _ measurements: [Measurement]) {
        for (what, count) in publishedByKind { published(what).increment(by: count) }
        for measurement in measurements {
            metrics.histogram(
                measurement.name + "_seconds", bounds: EngineMetrics.hoursAndDays, help: measurement.help
            ).observe(Double(measurement.seconds))
        }
    }

    /// On time, an hour, four hours, then days up to a month.
    private static let hoursAndDays: [Double] = [0, 3600, 14_400] + [1, 2, 3, 5, 10, 20, 30].map { $0 * 86_400 }

    /// Offsets of a topic behind a transaction that its producer has not ended.
    func heldBack(_ topic: String) -> Gauge {
        metrics.gauge(
            "open_transaction_messages", labels: [("topic", topic)],
            help: "Offsets of a topic behind a transaction that its producer has not ended.")
    }

    /// Topics whose log is another one than the one that was written.
    var lostTopics: Gauge {
        metrics.gauge(
            "lost_topics",
            help:
                "Topics that were made anew, or have lost their end, and nobody has dealt with what their readers lost."
        )
    }

    /// Messages of a topic that are not yet in effect.
    func lag(of topic: String) -> Gauge {
        metrics.gauge("lag_messages", labels: [("topic", topic)], help: "Messages of a topic not yet in effect.")
    }
}
