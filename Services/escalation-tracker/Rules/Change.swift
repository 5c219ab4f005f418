import Safeguarding

/// A decision in its latest version, with each of its children in a state of its own.
package struct Change: Hashable, Sendable {
    package let id: OwnName
    package var version: Int
    package var decidedAt: Instant
    package var parts: [ChangePart] = []
    /// The discussion that it names, as it names it.
    package var discussionID: String?
    /// Who was at the review that proposed it.
    package var reviewers: Set<AgencyCode> = []
    /// Views on the latest version.
    package var views: [View] = []
    /// Views that were ever on record, of any version: each has a number.
    package var viewsRecorded = 0
    package var objections: [Objection] = []
    /// How often it fell due while something waited.
    package var lapses = 0
    package var isClockArmed = false

    /// A decision of which nothing is known yet but its name.
    package init(id: OwnName, version: Int, decidedAt: Instant) {
        (self.id, self.version, self.decidedAt) = (id, version, decidedAt)
    }

    /// Whose it is.
    package var agency: AgencyCode { id.agency }

    /// The version that a part belongs to, as a child's record names it.
    func version(of part: ChangePart) -> ChildStanding.Version { .init(id: id, number: part.version) }

    /// Whether nothing more is to come of it by itself.
    package var isSettled: Bool { !parts.contains { $0.isOpen } }

    /// The part of a child that stands for it: of the latest version in which it was, unless that came to nothing and an earlier one
    /// is still in effect.
    package func part(of person: PersonID) -> ChangePart? {
        parts.last { $0.person == person && $0.isLive } ?? parts.last { $0.person == person }
    }

    /// Whether no later version has taken the part's child up.
    func isLatest(_ part: ChangePart) -> Bool { self.part(of: part.person)?.version == part.version }

    /// Whether a version that was replaced still waits for children of a view: the one that replaced it leaves them out, and they
    /// are in effect without their discussion.
    func leavesOpen(_ version: Int, for view: ViewGiven) -> Bool {
        parts.contains {
            $0.version == version && $0.awaitsDiscussion && view.isAbout($0.person) && isLatest($0)
        }
    }

    /// Whether the agency has a say on the child's change that counts: a view of its own, or what policy lets stand for it.
    func hasSay(_ agency: AgencyCode, on person: PersonID, under terms: RegisterTerms) -> Bool {
        views.contains {
            $0.agency == agency && $0.children.contains(person) && ($0.isOwn || !terms.needsConfirmation)
        }
    }

    /// Whether the agency itself has said what its view on the child's change is.
    func hasOwnView(_ agency: AgencyCode, on person: PersonID) -> Bool {
        views.contains { $0.agency == agency && $0.isOwn && $0.children.contains(person) }
    }

    /// Removes children from the agency's views, its own included or not, and keeps what is left.
    mutating func removeViews(of agency: AgencyCode, on children: Set<PersonID>, ownToo: Bool) {
        for place in views.indices where views[place].agency == agency && (ownToo || !views[place].isOwn) {
            views[place].children.subtract(children)
        }
        views.removeAll { $0.children.isEmpty }
    }
}

extension RegisterTerms {
    var needsConfirmation: Bool { secondHandViews == .confirm && rules.keeps(.r5) }
}

/// What is decided for one child by one version, and how far it has come.
package struct ChangePart: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        /// Waits until every consultee has had a say.
        case held
        case inEffect
        case withdrawn(Withdrawal)
        /// The child's level has changed otherwise meanwhile (R9).
        case overtaken
    }

    /// Why a change was withdrawn.
    package enum Withdrawal: Hashable, Sendable {
        case takenBack
        /// The next version leaves the child out (R10).
        case leftOut
        case discussion(OwnName)
        /// A challenge ended with the decision changed.
        case challenge(by: AgencyCode)
        /// An urgent change's child is at the level again that it had left.
        case undone
    }

    package let person: PersonID
    package let from: ThresholdLevel
    package let to: ThresholdLevel
    package let version: Int
    package let isUrgent: Bool
    package var state: State = .held
    /// Counts its states, from 0.
    package var turn = 0
    /// Who was told which state last (N1).
    package var told: [AgencyCode: Int] = [:]
    /// Who hears of it to the end, party or not: whoever heard of an earlier version, or should have heard of this one.
    package var hearers: Set<AgencyCode> = []
    /// Who was asked for a view on this version.
    package var asked: Set<AgencyCode> = []
    /// Whether an urgent change's reconvened discussion is still to come (R11).
    package var awaitsDiscussion = false
    /// Whether a discussion was called for (R11, R20).
    package var isCalled = false
    /// Discussions that name the decision or were called for.
    package var discussions: [OwnName] = []
    /// The discussion that let it go.
    package var settledBy: OwnName?
    /// When it took effect.
    package var effectiveAt: Instant?

    /// What is decided for one child, held until it is looked at.
    package init(person: PersonID, from: ThresholdLevel, to: ThresholdLevel, version: Int, isUrgent: Bool) {
        (self.person, self.from, self.to) = (person, from, to)
        (self.version, self.isUrgent) = (version, isUrgent)
    }

    package var isLowering: Bool { from.isLowered(to: to) }
    package var isHeld: Bool { state == .held }
    /// Whether something is still to come of it.
    package var isOpen: Bool { isHeld || awaitsDiscussion }
    /// Whether something can be said against it: it is held or in effect.
    package var isLive: Bool { isHeld || state == .inEffect }

    mutating func go(to state: State) {
        precondition(isLive, "what was withdrawn or overtaken came back: a level would change that nobody decides on")
        // A state that nobody has heard of yet is none.
        if !told.isEmpty { turn += 1 }
        self.state = state
        awaitsDiscussion = false
    }
}

/// An agency's view on a version, for the children that it is about.
package struct View: Hashable, Sendable {
    /// Tells it from every other view of the decision that is or was on record.
    package let number: Int
    package let agency: AgencyCode
    package let recordedBy: AgencyCode
    package let position: ConsultationView
    package let at: Instant
    package var children: Set<PersonID>
    /// Whether it is the agency's own: said or confirmed by it (R5).
    package var isOwn: Bool
    /// What was said beside; it leaves once the change is settled.
    package var note: String?

    /// A view on record.
    package init(
        number: Int, agency: AgencyCode, recordedBy: AgencyCode, position: ConsultationView, at: Instant,
        children: Set<PersonID>, isOwn: Bool, note: String? = nil
    ) {
        (self.number, self.agency, self.recordedBy, self.position) = (number, agency, recordedBy, position)
        (self.at, self.children, self.isOwn, self.note) = (at, children, isOwn, note)
    }
}

/// What an agency has against a change (R7).
package struct Objection: Hashable, Sendable {
    package enum Origin: String, CaseIterable, Hashable, Sendable {
        /// A view; another view lifts it.
        case view
        /// A challenge; its ending lifts it.
        case challenge
    }

    /// What was agreed on, and is still to be on record.
    package enum Promise: String, CaseIterable, Hashable, Sendable {
        /// The decider undoes what is in effect (R16).
        case changed
        /// The decider publishes another version.
        case compromise
    }

    package let agency: AgencyCode
    package var children: Set<PersonID>
    package let origin: Origin
    /// Who recorded it.
    package let openedBy: AgencyCode
    /// The children of which the ladder has heard.
    package var raised: Set<PersonID> = []
    /// What it waits for, if that was agreed.
    package var promise: Promise?

    /// An objection of which the ladder has not heard.
    package init(agency: AgencyCode, children: Set<PersonID>, origin: Origin, openedBy: AgencyCode) {
        (self.agency, self.children, self.origin, self.openedBy) = (agency, children, origin, openedBy)
    }
}
