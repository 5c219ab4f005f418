import Messaging

/// The tracker's deadlines.
public enum TrackerClock: String, CaseIterable {
    /// Runs while something of a decision is held, or awaits its reconvened discussion; its subject is the decision.
    case reconvenedDiscussion = "reconvened-discussion"
    /// Runs for the side of a challenge whose turn it is; its subject is the escalation.
    case escalationStage = "escalation-stage"
    /// Waits for a decision on a request for a conference; its subject is the request.
    case conferenceRequest = "conference-request"
    /// Waits for the answer to a question; its subject is the question.
    case informationRequest = "information-request"
    /// Waits for what a challenge is about, if that is not known; its subject is the challenge's event.
    case waitingChallenge = "waiting-challenge"
    /// Looks whether something has happened for the household; its subject is the household.
    case progress
    /// Waits for an agency to say who answers for it; its subject is the agency.
    case attestation

    /// Its kind.
    public var kind: DeadlineKind { DeadlineKind(rawValue: rawValue) }

    /// The deadline on a subject.
    public func key(_ subject: String) -> DeadlineKey { kind.key(subject) }
}
