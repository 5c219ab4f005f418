import Contracts
import Messaging
import ServiceRuntime

/// What others must know of notifier.
public enum NotifierSpec {
    /// The service.
    public static let service = ServiceSpec(
        "notifier", purpose: "Tells every agency what it must be told, once, and keeps the proof.", defaultPort: 8704,
        reads: [.facts, .decisionsChanged, .screeningOutcomes, .escalations], writes: [.notices, .rulings],
        watches: WatchedTopics(
            [.notices],
            advice: "'keepsight deliveries again' delivers it again, 'keepsight deliveries leave' leaves it."),
        migrations: 11, deadlines: [.acknowledgement, .response], components: [.email, .webhooks])
}

extension DeadlineKind {
    /// For an agency to acknowledge a notice; its subject is the notice.
    public static let acknowledgement = DeadlineKind(rawValue: "acknowledgement")
    /// For a referrer to answer the outcome of a referral; its subject is the notice.
    public static let response = DeadlineKind(rawValue: "response")
}

extension HealthState.Component {
    /// Deliveries of notices by e-mail.
    public static let email = HealthState.Component(rawValue: "email")
    /// Deliveries of notices by webhook.
    public static let webhooks = HealthState.Component(rawValue: "webhooks")
}
