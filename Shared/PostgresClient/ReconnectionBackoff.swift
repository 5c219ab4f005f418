/// How long to wait before the next attempt to connect: doubling up to a ceiling, with jitter so that the services
/// of a restarted server do not all come back in the same instant.
public struct ReconnectionBackoff: Sendable, Hashable {
    /// The ceiling of the first wait, in milliseconds.
    public let initialMilliseconds: Int
    /// The ceiling of all waits, in milliseconds.
    public let maximumMilliseconds: Int

    /// No wait is longer than a day.
    private static let limitMilliseconds = 86_400_000

    /// By default from 100 ms up to 5 s. Values outside 1 ms to a day are brought into it.
    public init(initialMilliseconds: Int = 100, maximumMilliseconds: Int = 5_000) {
        self.initialMilliseconds = min(max(1, initialMilliseconds), ReconnectionBackoff.limitMilliseconds)
        self.maximumMilliseconds = min(
            max(self.initialMilliseconds, maximumMilliseconds), ReconnectionBackoff.limitMilliseconds)
    }

    /// The wait after so many failures in a row, between half the ceiling and the ceiling.
    ///
    /// - Parameters:
    ///   - failures: how many attempts have failed, from 1.
    ///   - random: a number from 0 to 1, which the caller draws.
    public func delayMilliseconds(failures: Int, random: Double) -> Int {
        let doublings = min(max(1, failures), 31) - 1
        let ceiling = min(initialMilliseconds << doublings, maximumMilliseconds)
        let share = 0.5 + 0.5 * min(max(0, random), 1)
        return max(1, Int((Double(ceiling) * share).rounded()))
    }
}
