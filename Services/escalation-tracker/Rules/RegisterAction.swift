import Safeguarding

/// What follows from a fact: values, which the procedure turns into notices, challenges and clocks.
package enum RegisterAction: Hashable, Sendable {
    /// Everybody named learns of this state of a change.
    case tell(Step)
    /// An agency is to be consulted about these children's change (R2).
    case ask(agency: AgencyCode, decisionID: String, version: Int, children: Set<PersonID>)
    /// A new version asks again, and the view on the one before does not count (R6).
    case viewNoLongerCounts(agency: AgencyCode, decisionID: String, version: Int)
    /// Another agency has recorded a view for this one, which confirms or disputes it (R5).
    case confirmView(agency: AgencyCode, decisionID: String, version: Int, recordedBy: AgencyCode)
    /// An objection: a challenge begins at stage 1, or the open one hears of more children (R7).
    case challenge(agency: AgencyCode, decisionID: String, version: Int, children: Set<PersonID>, openedBy: AgencyCode)
    /// An objection ends, or goes on with another version; its raiser is told (R17).
    case objectionEnded(agency: AgencyCode, decisionID: String, version: Int, ObjectionEnding)
    /// A change took effect before everybody had a say: line managers and business unit are told (R11).
    case overridden(decisionID: String, version: Int, children: Set<PersonID>)
    /// A discussion brought these children to a higher level (R12).
    case raised(discussionID: String, children: Set<PersonID>, parties: [AgencyCode: Set<PartyReason>])
    /// A discussion ended without an enquiry, and was about no change.
    case endedWithoutEnquiry(discussionID: String, children: Set<PersonID>, parties: [AgencyCode: Set<PartyReason>])
    /// Every listed attendee hears that it is on record as present, and can dispute it (R8).
    case discussionRecorded(discussionID: String, attendees: Set<AgencyCode>)
    /// These have said nothing yet: they are asked again at this stage of theirs, and decider and business unit see it (R20).
    case silent(Set<AgencyCode>, decisionID: String, version: Int, stage: Int)
    /// A reconvened discussion is called for, for the how many-th time (R11, R20).
    case discussionRequired(decisionID: String, version: Int, children: Set<PersonID>, times: Int)
    /// A view that waited for a decision that did not come, or came otherwise, goes back to who recorded it (R6).
    case handBack(ViewGiven)
    case arm(RegisterClock)
    case disarm(RegisterClock)
}

/// The register's clocks.
package enum RegisterClock: Hashable, Sendable {
    /// Something of the decision is held, or awaits its discussion.
    case silence(decisionID: String)
    /// Views wait for the decision.
    case views(decisionID: String)
}

/// How an objection ended.
package enum ObjectionEnding: Hashable, Sendable {
    /// The agency that objected lifted it, or its challenge ended so.
    case lifted
    /// It was never the agency's: another had recorded it.
    case disowned
    /// What it was about was withdrawn or overtaken.
    case changeEnded
    /// It goes on against the next version.
    case carried(toVersion: Int)
    /// The next version replaces what was agreed on, or lowers nothing any more.
    case replaced(byVersion: Int)
}

/// One state of a change, for children that share it and their parties.
package struct Step: Hashable, Sendable {
    package let decisionID: String
    package let version: Int
    package let state: ChangePart.State
    /// Which state of the part it is, from 0: part of the notice's identity (N1).
    package let turn: Int
    package let isUrgent: Bool
    package let isRaise: Bool
    package let children: Set<PersonID>
    /// Who is told, and why they are party to it.
    package let parties: [AgencyCode: Set<PartyReason>]
}
