import PostgresClient
import ServiceRuntime
import Synchronization

/// What health says of the database: how the reading loop fares with it, and whether it answers at all.
///
/// A database that is frozen fails nothing. Whoever waits for it hears nothing until the connection is given up, after more than a
/// minute; and whoever needs a connection where none is left asks again for ten seconds before that is an error. So somebody else
/// looks each second whether anything has waited for too long (`watch`), which costs no connection.
final class DatabaseHealth: Sendable {
    /// How long an exchange has waited when that is said: longer than for a lock, whose end the database tells.
    static let longestWait = Duration.seconds(PostgresConfiguration.longestLockWaitSeconds + 5)

    /// How long no connection has come about when that is said: longer than a server takes that was just started.
    static let longestRefusal = Duration.seconds(1)

    private struct State {
        var status = HealthState.Status.starting
        var silence: HealthState.Status?
        var refusal: HealthState.Status?

        /// The whole of it. What the loop has said of itself may be of before.
        var shown: HealthState.Status { silence ?? (status == .ok ? refusal ?? status : status) }
    }

    private let health: HealthState
    private let log: Log
    private let exchanges: ExchangeWatch
    private let longestWait: Duration
    private let state = Mutex(State())

    init(
        _ health: HealthState, _ log: Log, _ exchanges: ExchangeWatch,
        longestWait: Duration = DatabaseHealth.longestWait
    ) {
        self.health = health
        self.log = log
        self.exchanges = exchanges
        self.longestWait = longestWait
    }

    /// How work with the database goes. That it does not answer stands above that.
    func report(_ status: HealthState.Status) { change { $0.status = status } }

    /// Whether nothing is said of it.
    var isWell: Bool { state.withLock { $0.shown == .ok } }

    /// Looks until the task is cancelled.
    func watch() async {
        var outage = Outage()
        while !Task.isCancelled {
            look(&outage)
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// One look; says once when the database stops answering, and when it answers again or its connections were given up.
    func look(_ outage: inout Outage, at now: ContinuousClock.Instant = .now) {
        // The log has it from whoever waits.
        let refusal = exchanges.refusal.flatMap { refusal in
            refusal.since.duration(to: now) < Self.longestRefusal
                ? nil : HealthState.Status.degraded("Work is waiting: \(refusal.error)")
        }
        change { $0.refusal = refusal }
        guard let wait = exchanges.longestWait(at: now), wait >= longestWait else {
            if let seconds = outage.ended() {
                change { $0.silence = nil }
                log.info(
                    "database-heard", "Nothing waits for an answer of the database any more.",
                    .count("seconds", seconds))
            }
            return
        }
        let seconds = Int(wait / .seconds(1))
        let silence = HealthState.Status.degraded(
            "The database has not answered for \(seconds) s, and takes connections or seems to: its processes are stopped, its "
                + "machine or disk hangs, or the network swallows what is sent. Nothing is lost; work goes on by itself when it "
                + "answers.")
        change { $0.silence = silence }
        if outage.failed(because: "silence") != nil { log.warning("database-silent", silence.reason) }
    }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { state in
            body(&state)
            health.report(.database, state.shown)
        }
    }
}
