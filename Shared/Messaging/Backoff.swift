import PostgresClient

/// The waits of a task that tries again: the pool's rule, with the attempts counted here.
public struct Backoff: Sendable {
    private let rule = ReconnectionBackoff()
    private var failures = 0

    /// No failure yet.
    public init() {}

    /// How long to wait after one more failure.
    public mutating func nextDelayMilliseconds() -> Int {
        failures += 1
        return rule.delayMilliseconds(failures: failures, random: Double.random(in: 0...1))
    }

    /// It has worked again.
    public mutating func reset() { failures = 0 }
}
