import PostgresClient

/// The waits of a task that tries again: the pool's rule, with the attempts counted here.
struct Backoff {
    private let rule = ReconnectionBackoff()
    private var failures = 0

    mutating func nextDelayMilliseconds() -> Int {
        failures += 1
        return rule.delayMilliseconds(failures: failures, random: Double.random(in: 0...1))
    }

    mutating func reset() { failures = 0 }
}
