import Safeguarding

/// A decision in its latest version, with each of its children in a state of its own.
package struct Change: Hashable, Sendable {
    package let id: String
    package let agency: AgencyCode
    package internal(set) var version: Int
    package internal(set) var decidedAt: Instant
    package internal(set) var parts: [ChangePart]
    /// The discussion that it names.
    var discussionID: String?
    /// Who was at the review that proposed it.
    var reviewers: Set<AgencyCode> = []
    /// Views on the latest version.
    package internal(set) var views: [View] = []
    package internal(set) var objections: [Objection] = []
    /// How often it fell due while something waited.
    var lapses = 0
    var isClockArmed = false

    /// The version that a part belongs to, as a child's record names it.
    func version(of part: ChangePart) -> ChildStanding.Version { .init(id: id, number: part.version) }

    /// Whether nothing more is to come of it by itself.
    var isSettled: Bool { !parts.contains { $0.isOpen } }

    /// The part of a child that stands for it: of the latest version in which it was.
    func part(of person: PersonID) -> ChangePart? { parts.last { $0.person == person } }

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
        case discussion(id: String)
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
    package internal(set) var state: State = .held
    /// Counts its states, from 0.
    package internal(set) var turn = 0
    /// Who was told which state last (N1).
    var told: [AgencyCode: Int] = [:]
    /// Who hears of it to the end, party or not: whoever heard of an earlier version, or should have heard of this one.
    var hearers: Set<AgencyCode> = []
    /// Who was asked for a view on this version.
    var asked: Set<AgencyCode> = []
    /// Whether an urgent change's reconvened discussion is still to come (R11).
    var awaitsDiscussion = false
    /// Whether a discussion was called for (R11, R20).
    var isCalled = false
    /// Discussions that name the decision or were called for.
    var discussions: [String] = []
    /// The discussion that let it go.
    var settledBy: String?
    /// When it took effect.
    var effectiveAt: Instant?

    var isLowering: Bool { from.isLowered(to: to) }
    package var isHeld: Bool { state == .held }
    var isOpen: Bool { isHeld || awaitsDiscussion }

    mutating func go(to state: State) {
        // A state that nobody has heard of yet is none.
        if !told.isEmpty { turn += 1 }
        self.state = state
        if state != .inEffect { awaitsDiscussion = false }
    }
}

/// An agency's view on a version, for the children that it is about.
package struct View: Hashable, Sendable {
    package let agency: AgencyCode
    package let recordedBy: AgencyCode
    package let position: ConsultationView
    package let at: Instant
    package internal(set) var children: Set<PersonID>
    /// Whether it is the agency's own: said or confirmed by it (R5).
    package internal(set) var isOwn: Bool
}

/// What an agency has against a change (R7).
package struct Objection: Hashable, Sendable {
    enum Origin: Hashable, Sendable {
        /// A view; another view lifts it.
        case view
        /// A challenge; its ending lifts it.
        case challenge
    }

    package let agency: AgencyCode
    package internal(set) var children: Set<PersonID>
    let origin: Origin
    /// Who recorded it.
    let openedBy: AgencyCode
    /// The children of which the ladder has heard.
    var raised: Set<PersonID> = []
    /// Whether it is to end with this version, as was agreed.
    var endsWithVersion = false
}
