import Synchronization

/// Which exchanges with the server wait for their answer, and for how long, and whether it takes connections at all: of every
/// connection that was made with it, or was to be (`PostgresConfiguration.exchanges`).
///
/// A server that is frozen says nothing, and its own time limits are frozen with it; one that takes no more connections is asked
/// again for a while before whoever asks gives up. Whoever waits can only wait; so somebody else looks here, and says so.
public final class ExchangeWatch: Sendable {
    private struct State {
        var lastNumber = 0
        var begun: [Int: ContinuousClock.Instant] = [:]
        var refusal: Refusal?
    }

    /// No connection has come about since then.
    public struct Refusal: Sendable {
        /// When that was first so.
        public let since: ContinuousClock.Instant
        /// Why not, as it was said last.
        public let error: PostgresError
    }

    private let state = Mutex(State())

    /// Nothing waits.
    public init() {}

    /// How long the exchange has waited that was begun first of those that have no whole answer; `nil` if there is none.
    public func longestWait(at now: ContinuousClock.Instant = .now) -> Duration? {
        state.withLock { $0.begun.values.min() }.map { $0.duration(to: now) }
    }

    /// Why no connection comes about; `nil` where the last one has, or none was asked for.
    public var refusal: Refusal? { state.withLock { $0.refusal } }

    /// A connection has come about.
    func connected() { state.withLock { $0.refusal = nil } }

    /// No connection has come about.
    func refused(_ error: PostgresError, at now: ContinuousClock.Instant = .now) {
        state.withLock { $0.refusal = Refusal(since: $0.refusal?.since ?? now, error: error) }
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
