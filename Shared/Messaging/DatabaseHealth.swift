import PostgresClient
import ServiceRuntime
import Synchronization

/// What health says of the database: how the reading loop fares with it, and whether it answers at all.
///
/// A database that is frozen fails nothing. Whoever waits for it hears nothing until the connection is given up, after more than a
/// minute; so somebody else looks each second whether anything has waited for too long (`watch`).
final class DatabaseHealth: Sendable {
    /// How long an exchange has waited when that is said: longer than for a lock, whose end the database tells.
    static let longestWait = Duration.seconds(PostgresConfiguration.longestLockWaitSeconds + 5)

    private struct State {
        var status = HealthState.Status.starting
        var silence: HealthState.Status?
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
    var isWell: Bool { state.withLock { ($0.silence ?? $0.status) == .ok } }

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
            health.report(.database, state.silence ?? state.status)
        }
    }
}
