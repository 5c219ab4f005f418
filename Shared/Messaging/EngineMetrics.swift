import ServiceRuntime

/// What an engine counts.
public struct EngineMetrics: Sendable {
    let handled: Counter
    let alreadyInEffect: Counter
    let waiting: Counter
    let deadLetters: Counter
    let batches: Counter
    let relayed: Counter
    let deadlinesFired: Counter
    let statements: Counter
    let roundTrips: Counter

    /// The counters of one service.
    public init(_ metrics: Metrics) {
        handled = metrics.counter("messages", labels: [("result", "handled")], help: "Messages by what became of them.")
        alreadyInEffect = metrics.counter(
            "messages", labels: [("result", "already-in-effect")], help: "Messages by what became of them.")
        waiting = metrics.counter("messages", labels: [("result", "waiting")], help: "Messages by what became of them.")
        deadLetters = metrics.counter(
            "messages", labels: [("result", "dead-letter")], help: "Messages by what became of them.")
        batches = metrics.counter("batches", help: "Transactions that brought messages into effect.")
        relayed = metrics.counter("outbox_rows_delivered", help: "Outbox rows that the broker has taken.")
        deadlinesFired = metrics.counter("deadlines_fired", help: "Deadlines that have fallen due and were handled.")
        statements = metrics.counter("database_statements", help: "Statements run for batches of messages.")
        roundTrips = metrics.counter("database_round_trips", help: "Round trips to the database for batches.")
    }
}
