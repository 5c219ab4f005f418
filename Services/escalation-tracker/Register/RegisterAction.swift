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
    /// The reconvened discussion did not come in time.
    case discussionOverdue(decisionID: String)
    /// A change took effect before everybody was consulted.
    case overridden(decisionID: String)
    /// An agency that was consulted objects: a challenge begins by itself (row B4).
    case objected(decisionID: String, agency: AgencyCode)
    /// It objects no longer.
    case objectionLifted(decisionID: String, agency: AgencyCode)
    /// A view counts from now on: its sender gets the receipt.
    case counts(EarlyConsultation)
    /// A strategy discussion ended without an enquiry, and settled no change.
    case endedWithoutEnquiry(DiscussionName)
}

/// One step in the life of a decision.
struct Step: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case held, changed, confirmed, withdrawn
    }

    /// What brought it about; part of the identity of the notices that follow.
    enum Cause: Sendable, Equatable {
        case decision
        case discussion(DiscussionName)
        case consultation(agency: AgencyCode)
        case escalation(EscalationID)
    }

    let kind: Kind
    let cause: Cause
    let decisionID: String
    /// Why the decision could not wait.
    var urgentReason: String?
    let children: [ChangeRecord.ChildChange]
    /// Who is told, of which of the children.
    let parties: [AgencyCode: Party]
    /// Who is asked for a consultation by this step.
    let consult: Set<AgencyCode>
}

/// An agency that is party to a matter: to which of its children, and why. It is told of those together (N1), and of no sibling
/// that is not its to know of.
struct Party: Sendable, Equatable {
    var children: Set<PersonID> = []
    var because: Set<PartyReason> = []
}
