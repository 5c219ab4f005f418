import PostgresClient
import Synchronization

/// How long refusals that may be everybody's are waited out before a household is singled out for one all the same: pure.
///
/// Whoever refuses everybody is mended by people, and work goes on. But two households that are refused in turn, with nobody
/// between them who passes, look the same, and would hold everybody up for ever. So after so many attempts and so much time
/// one of them is set aside; the next is waited for anew, so that a fault of everybody's costs few households before it is
/// mended, and they are held by name and not lost.
struct RefusalPatience: Sendable {
    /// Attempts in vain, the last one included.
    let attempts: Int
    /// Since the first of them.
    let time: Duration
    private var waiting: [RowSuspicion.Failure: (since: ContinuousClock.Instant, attempts: Int)] = [:]

    init(attempts: Int = 20, time: Duration = .seconds(300)) {
        self.attempts = attempts
        self.time = time
    }

    /// Something has passed: what is refused from now on is compared with that.
    mutating func notePassing() { waiting = [:] }

    /// One more refusal of that kind. Whether it has been waited out for long enough; then the next one is waited for anew.
    mutating func isWornOut(by failure: RowSuspicion.Failure, at now: ContinuousClock.Instant) -> Bool {
        var known = waiting[failure] ?? (now, 0)
        known.attempts += 1
        guard known.attempts >= attempts, known.since.duration(to: now) >= time else {
            waiting[failure] = known
            return false
        }
        waiting[failure] = nil
        return true
    }
}

/// What the sweeps of one process have waited for.
final class RefusalWait: Sendable {
    private let state: Mutex<RefusalPatience>

    init(_ patience: RefusalPatience = RefusalPatience()) { state = Mutex(patience) }

    func notePassing() { state.withLock { $0.notePassing() } }

    func isWornOut(by error: PostgresError) -> Bool {
        state.withLock { $0.isWornOut(by: RowSuspicion.Failure(error), at: .now) }
    }
}
