import Synchronization

/// Which exchanges with the server wait for their answer, and for how long: of every connection that was made with it
/// (`PostgresConfiguration.exchanges`).
///
/// A server that is frozen says nothing, and its own time limits are frozen with it. Whoever waits for it can only wait; so
/// somebody else looks here, and says so.
public final class ExchangeWatch: Sendable {
    private struct State {
        var lastNumber = 0
        var begun: [Int: ContinuousClock.Instant] = [:]
    }

    private let state = Mutex(State())

    /// Nothing waits.
    public init() {}

    /// How long the exchange has waited that was begun first of those that have no whole answer; `nil` if there is none.
    public func longestWait(at now: ContinuousClock.Instant = .now) -> Duration? {
        state.withLock { $0.begun.values.min() }.map { $0.duration(to: now) }
    }

    /// Something is sent now. Returns by which number its end is told.
    func begin() -> Int {
        state.withLock { state in
            state.lastNumber += 1
            state.begun[state.lastNumber] = .now
            return state.lastNumber
        }
    }

    /// It was answered, or its connection was given up.
    func end(_ number: Int) { state.withLock { state in state.begun[number] = nil } }
}
