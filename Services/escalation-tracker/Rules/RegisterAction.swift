import Safeguarding

/// What follows from a fact: values, which the procedure turns into notices, challenges and clocks.
package enum RegisterAction: Hashable, Sendable {
    /// Everybody named learns of this state of a change.
    case tell(Step)
    /// An agency is to be consulted about these children's change (R2).
    case ask(agency: AgencyCode, decisionID: OwnName, version: Int, children: Set<PersonID>)
    /// A new version asks again, and the view on the one before does not count (R6).
    case viewNoLongerCounts(agency: AgencyCode, decisionID: OwnName, version: Int)
    /// Another agency has recorded a view for this one, which confirms or disputes it (R5).
    case confirmView(agency: AgencyCode, decisionID: OwnName, version: Int, number: Int)
    /// An objection: a challenge begins at stage 1, or the open one hears of more children (R7).
    case challenge(agency: AgencyCode, decisionID: OwnName, version: Int, children: Set<PersonID>, openedBy: AgencyCode)
    /// An objection ends, or goes on with another version; its raiser is told (R17).
    case objectionEnded(agency: AgencyCode, decisionID: OwnName, version: Int, ObjectionEnding)
    /// A change took effect before everybody had a say: line managers and business unit are told (R11).
    case overridden(decisionID: OwnName, version: Int, children: Set<PersonID>)
    /// A discussion brought children to a higher level, from these levels if they had one (R12).
    case raised(discussion: OwnName, from: [PersonID: ThresholdLevel], parties: [AgencyCode: Party])
    /// A discussion ended without an enquiry, and was about no change.
    case endedWithoutEnquiry(discussion: OwnName, parties: [AgencyCode: Party])
    /// Every listed attendee hears that it is on record as present, and can dispute it (R8).
    case discussionRecorded(OwnName)
    /// These have said nothing yet: they are asked again at this stage of theirs, and decider and business unit see it (R20).
    case silent(Set<AgencyCode>, decisionID: OwnName, version: Int, stage: Int)
    /// A reconvened discussion is called for, for the how many-th time (R11, R20).
    case discussionRequired(decisionID: OwnName, version: Int, children: Set<PersonID>, times: Int)
    /// An agency that has joined is told where these children stand now, and nothing that was told before (R19).
    case status(agency: AgencyCode, children: Set<PersonID>)
    /// A view is on record from now on: who recorded it hears so.
    case counted(ViewGiven)
    /// A view that waited for a decision that came otherwise goes back to who recorded it (R6).
    case handBack(ViewGiven, RegisterRefusals)
    case arm(RegisterClock)
    case disarm(RegisterClock)
}

/// The register's clocks.
package enum RegisterClock: Hashable, Sendable {
    /// Something of the decision is held, or awaits its discussion.
    case silence(decisionID: OwnName)
}

/// How an objection ended.
package enum ObjectionEnding: Hashable, Sendable {
    /// The agency that objected lifted it, or its challenge ended so.
    case lifted
    /// It ended as changed, and what is in effect has been undone (R16).
    case followed
    /// It was never the agency's: another had recorded it.
    case disowned
    /// What it was about was withdrawn or overtaken.
    case changeEnded
    /// It goes on against the next version.
    case carried(toVersion: Int)
    /// It goes on against another decision that lowers the child's threshold from the same level.
    case carriedOver(to: OwnName, version: Int)
    /// The next version replaces what was agreed on, or lowers nothing any more.
    case replaced(byVersion: Int)
}

/// One state of a change, for all the children that are in it and for everybody who has not heard of it.
package struct Step: Hashable, Sendable {
    package let decisionID: OwnName
    package let version: Int
    package let state: ChangePart.State
    /// Which state of the part it is, from 0.
    package let turn: Int
    package let isUrgent: Bool
    package let isRaise: Bool
    /// Who is told, of which of the children.
    package var parties: [AgencyCode: Party] = [:]

    init(of part: ChangePart, _ decision: OwnName) {
        (decisionID, version, state, turn) = (decision, part.version, part.state, part.turn)
        (isUrgent, isRaise) = (part.isUrgent, part.to.isLowered(to: part.from))
    }

    /// The children that it is about.
    package var children: Set<PersonID> { parties.values.reduce(into: []) { $0.formUnion($1.children) } }

    func isSameState(as other: Step) -> Bool {
        (version, state, turn, isUrgent, isRaise)
            == (other.version, other.state, other.turn, other.isUrgent, other.isRaise)
    }
}

/// An agency that is party to a matter: to which of its children, and why. It is told of those together (N1), and of no sibling
/// that is not its to know of.
package struct Party: Hashable, Sendable {
    package var children: Set<PersonID>
    package var because: Set<PartyReason>

    /// Party to these.
    package init(children: Set<PersonID> = [], because: Set<PartyReason> = []) {
        (self.children, self.because) = (children, because)
    }

    mutating func add(_ child: PersonID, _ because: Set<PartyReason>) {
        children.insert(child)
        self.because.formUnion(because)
    }
}
