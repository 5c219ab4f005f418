import Contracts
import Messaging
import ServiceRuntime

/// What others must know of escalation-tracker.
public enum EscalationTrackerSpec {
    /// The service.
    public static let service = ServiceSpec(
        "escalation-tracker",
        purpose: "The decision register: who was party to what, what is held, changed and confirmed.",
        defaultPort: 8703, reads: [.facts, .screeningOutcomes], writes: [.decisionsChanged, .escalations, .rulings],
        migrations: 9, deadlines: TrackerClock.allCases.map(\.kind), components: [.departedConsultees, .arbiters])
}

extension HealthState.Component {
    /// Whether changes wait for agencies that policy names no longer.
    public static let departedConsultees = HealthState.Component(rawValue: "departed-consultees")
    /// Whether somebody could close each open challenge where its ladder ends.
    public static let arbiters = HealthState.Component(rawValue: "arbiters")
}
