import Synchronization

/// How the attempts at operators' requests have gone so far in this process.
final class RequestAttempts: Sendable {
    /// How the messages of a parked household are taken.
    enum Mode: Equatable, Sendable {
        /// Hundreds in one transaction.
        case together
        /// One by one, since together they were refused.
        case singly
        /// The next one is the one that is refused.
        case givingUp(MessageFailure)
    }

    private struct Attempt {
        var mode = Mode.together
        /// Attempts in vain for what the surroundings were like.
        var failures = 0
        /// When it is tried again.
        var next = ContinuousClock.now
        /// Messages that were handled in transactions before.
        var handled = 0
    }

    private let attempts = Mutex<[Int64: Attempt]>([:])

    /// The requests that are not to be tried now.
    var waiting: [Int64] {
        attempts.withLock { $0.filter { $0.value.next > .now }.map(\.key).sorted() }
    }

    /// The requests that have failed and are open still, whenever they are tried again.
    var failing: [Int64] { attempts.withLock { $0.filter { $0.value.failures > 0 }.map(\.key).sorted() } }

    func mode(of request: Int64) -> Mode { attempts.withLock { $0[request]?.mode ?? .together } }

    /// It is settled, one way or the other.
    func settled(_ request: Int64) { attempts.withLock { $0[request] = nil } }

    /// So many more of its messages are handled, for good.
    func handled(_ count: Int, of request: Int64) {
        attempts.withLock { attempts in
            var attempt = attempts[request] ?? Attempt()
            attempt.handled += count
            attempt.failures = 0
            attempts[request] = attempt
        }
    }

    /// How many of its messages were handled in transactions before.
    func handled(of request: Int64) -> Int { attempts.withLock { $0[request]?.handled ?? 0 } }

    /// Its effects were refused. Whether it is to be tried in another way; if not, there is none.
    func tryDifferently(_ request: Int64, because error: any Error) -> Bool {
        attempts.withLock { attempts in
            switch attempts[request]?.mode ?? .together {
            case .together: attempts[request, default: Attempt()].mode = .singly
            case .singly:
                attempts[request]?.mode = .givingUp(
                    MessageFailure(code: "not-storable", reason: "The database refused its effects: \(error)"))
            case .givingUp: return false
            }
            return true
        }
    }

    /// It has to wait: a second, then twice as long each time, a minute at the most.
    func failed(_ request: Int64) {
        attempts.withLock { attempts in
            var attempt = attempts[request] ?? Attempt()
            attempt.failures += 1
            attempt.next = .now + .seconds(min(60, 1 << min(6, attempt.failures - 1)))
            attempts[request] = attempt
        }
    }
}
