import Contracts
import Messaging

/// What others must know of referral-intake.
public enum ReferralIntakeSpec {
    /// The service.
    public static let service = ServiceSpec(
        "referral-intake",
        purpose: "The one way in: authenticates, checks, identifies, journals and answers every event of every agency.",
        defaultPort: 8701, reads: [.events, .rulings], writes: [.facts, .notices], migrations: 14,
        deadlines: [.waitingEvent])
}

extension DeadlineKind {
    /// For an event that waits for another one; its subject is the event.
    public static let waitingEvent = DeadlineKind(rawValue: "consultation-waits")
}
