import Contracts
import Messaging

/// What others must know of escalation-tracker.
public enum EscalationTrackerSpec {
    /// The service.
    public static let service = ServiceSpec(
        "escalation-tracker",
        purpose: "The decision register: who was party to what, what is held, changed and confirmed.",
        defaultPort: 8703, reads: [.facts, .screeningOutcomes], writes: [.decisionsChanged, .escalations, .rulings],
        migrations: 9, deadlines: TrackerClock.allCases.map(\.kind))
}
