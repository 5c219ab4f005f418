import Contracts
import Safeguarding

/// What follows from a fact: values, which the procedure turns into events and clocks.
enum RegisterAction: Sendable, Equatable {
    /// Everybody named learns of this step.
    case tell(Step)
    /// A reconvened strategy discussion is awaited, within the policy's working days.
    case awaitDiscussion(decisionID: String)
    /// It is awaited no longer.
    case stopAwaitingDiscussion(decisionID: String)
}

/// One step in the life of a decision, for the children that share its parties.
struct Step: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case held, changed, confirmed, withdrawn, discussionRequired, challenged
    }

    /// What brought it about; part of the identity of the notices that follow.
    enum Cause: Sendable, Equatable {
        case decision
        case discussion(id: String)
        case consultation(agency: AgencyCode)
        case answer(eventID: String)
        case deadline
    }

    let kind: Kind
    let cause: Cause
    let decisionID: String
    let children: [ChangeRecord.ChildChange]
    /// Who is told, and why they are party to it.
    let parties: [AgencyCode: Set<PartyReason>]
    /// Who is asked for a consultation by this step.
    let consult: Set<AgencyCode>
}

/// Why a decision cannot be taken up. The index is the child's place in the event.
enum DecisionRefusal: Sendable, Equatable {
    case staleDecision(child: Int, recorded: ThresholdLevel)
    case staleVersion(expected: Int)
    case decisionOfAnotherAgency
}
