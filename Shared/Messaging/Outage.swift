import ServiceRuntime

/// What one loop waits for, said once: when it begins, when the cause becomes another, and when it is over. Not at every
/// attempt: an outage of a night is a few lines in the log and not a hundred thousand.
struct Outage: Sendable {
    /// What a log line is about.
    enum Line: Equatable, Sendable {
        case begins
        case changes
    }

    private var cause: String?
    private var since = ContinuousClock.now
    private(set) var attempts = 0

    /// One more attempt has failed for that cause. What is to be said of it, if anything.
    mutating func failed(because cause: String) -> Line? {
        attempts += 1
        defer { self.cause = cause }
        guard let before = self.cause else {
            since = .now
            return .begins
        }
        return before == cause ? nil : .changes
    }

    /// It has worked. How many seconds that took, if it had failed before.
    mutating func ended() -> Int? {
        defer { self = Outage() }
        return cause == nil ? nil : Int(since.duration(to: .now) / .seconds(1))
    }
}

extension Log {
    /// One more attempt at something has failed.
    func note(_ error: any Error, in outage: inout Outage, of what: String) {
        switch outage.failed(because: "\(error)") {
        case .begins:
            warning(
                "waiting", "Work cannot be finished; it is tried again until it can.", .code("what", what),
                .error(error))
        case .changes:
            warning(
                "still-waiting", "Work still cannot be finished, for another reason.", .code("what", what),
                .error(error))
        case nil: break
        }
    }

    /// An attempt has succeeded.
    func noteEnd(of outage: inout Outage, of what: String) {
        guard let seconds = outage.ended() else { return }
        info("going-on", "Work goes on.", .code("what", what), .count("seconds", seconds))
    }
}
