import Contracts
import EscalationTrackerSpec
import Messaging
import Policy
import Safeguarding

// What the tracker's clocks mean, and what an operator's moving one means to what is remembered beside it.
extension EscalationTracker {
    /// The tracker's clocks, with what happens when one falls due.
    public var clockKinds: [ClockKind] { TrackerClock.allCases.map { ClockKind($0.rawValue, $0.consequence) } }

    /// A clock that falls due at another time now. A challenge remembers when its side's time is over.
    public func moved(_ deadline: Deadline, state: inout TrackerState, now: Instant) -> [Effect<EscalationRow>] {
        guard TrackerClock(rawValue: deadline.key.kind) == .escalationStage,
            let id = EscalationID(deadline.key.subject), var escalation = state.escalations[id]
        else { return [] }
        escalation.due = deadline.due
        state.escalations.keep(escalation)
        return []
    }
}

extension TrackerClock {
    /// What happens when such a clock falls due.
    var consequence: String {
        switch self {
        case .reconvenedDiscussion:
            "Every party to the decision is told that it still waits, for whom, and that a strategy discussion is called for; whoever "
                + "has said nothing is asked again, one stage higher."
        case .escalationStage:
            "Silence moves the challenge to the next stage, at the last one to the arbiter, who is called again each time. "
                + "So it does if what a challenge ended with is not on record by then."
        case .conferenceRequest:
            "A request for a conference that is not decided becomes a challenge on the ladder."
        case .informationRequest:
            "The question goes to whoever was asked again, one stage higher; from the second time on the business unit hears of it."
        case .waitingChallenge:
            "If what the challenge is about is not known by then, the challenge is handed back to its agency."
        case .progress:
            "If nothing has been recorded for the household since, the manager of whoever leads is asked to take the matter "
                + "to supervision; the second time every involved agency is offered to challenge."
        case .attestation:
            "The agency is reminded to say who answers for it at each stage of an escalation; the next time the business unit "
                + "is told as well."
        }
    }
}
