import Contracts
import DecisionRules
import Policy
import Safeguarding

/// A professional challenge on its way up a ladder (domain.md section 2, row B5): values and pure functions.
///
/// A stage has two sides. The one that decided answers; the one that challenged then closes the matter or says that the
/// answer does not satisfy. Whoever lets their time go by moves the matter up, too: silence is never agreement.
struct Escalation: Sendable, Equatable {
    /// The sides of a challenge, and whoever is above both.
    enum Side: String, CaseIterable, Sendable {
        case challenger, decider
        /// Where the ladder ends (R15).
        case arbiter
    }

    /// What is challenged.
    enum Subject: Sendable, Hashable {
        case decision(OwnName, version: Int)
        case discussion(OwnName)
        case outcome(ScreeningItemID)
        case conference(id: String)
        /// That nothing happens (row B6).
        case delay(id: String)
    }

    /// What brought it about.
    enum Occasion: String, CaseIterable, Sendable {
        /// An agency challenged a notice (row A3).
        case challenge
        /// An agency objected when it was consulted (row B4).
        case objection
        /// A request for a conference, backed by a senior manager, was declined (row B8).
        case conferenceDeclined = "conference-declined"
        /// A request for a conference was not decided on in time (row B8).
        case conferenceUnanswered = "conference-unanswered"
    }

    let id: EscalationID
    /// A challenge that a version is replaced under goes on against the next.
    var subject: Subject
    let occasion: Occasion
    /// The children that it is about; a challenge of another child's notice by the same agency joins it.
    var children: Set<PersonID>
    let challenger: AgencyCode
    /// Of a challenge that goes on against another decision, who made that one.
    var decider: AgencyCode
    /// Who closes it where the ladder ends: neither side, and no party as things are (R15).
    var arbiter: AgencyCode
    /// Whose event brought it about; not always the challenger, whose view another may have recorded.
    let openedBy: AgencyCode
    /// The ladder's name: a matter stays on the ladder on which it began.
    let ladder: String
    let openedAt: Instant
    var isUrgent: Bool
    /// From 1.
    var stage: Int
    /// Whose turn it is.
    var awaits: Side = .decider
    /// When that side's time is over.
    var due: Instant
    /// Since when the time runs that the stage has together with others, if it has any.
    var limitFrom: Instant?
    /// When the meeting is held that the stage is, once it has a date.
    var meetingAt: Instant?
    /// Moves so far: what makes each of them, and its notices, distinct.
    var moves = 0
    /// How it ended.
    var outcome: EscalationEnding?
    /// Whether it came after the time for an answer (row A3).
    var isLate = false
    /// Whether the side that decided has said that it changes what it decided.
    var isConceded = false
    /// Whether it ended as changed, and what that is to bring about is not on record yet (R16).
    var awaitsFollowThrough = false
    /// What the sides have said so far, while it is open.
    var words = EscalationWords()

    var isOpen: Bool { outcome == nil }

    func agency(of side: Side) -> AgencyCode {
        switch side {
        case .challenger: challenger
        case .decider: decider
        case .arbiter: arbiter
        }
    }

    func side(of agency: AgencyCode) -> Side? {
        // An agency can challenge its own hub or department: then it speaks as the side whose turn it is.
        if challenger == decider, agency == challenger { return awaits == .arbiter ? .challenger : awaits }
        if agency == challenger { return .challenger }
        if agency == decider { return .decider }
        return agency == arbiter ? .arbiter : nil
    }

    /// As whom an agency closes it; `nil` if it has nothing to do with it.
    func closer(_ agency: AgencyCode) -> ChallengeCloser? {
        if agency == challenger { return .challenger }
        if agency == decider { return .decider }
        return agency == arbiter ? .arbiter : nil
    }
}

extension Escalation.Subject {
    /// One text for each subject, of which the escalation's identity is made.
    var text: String {
        switch self {
        case .decision(let name, let version): "decision/\(name.text)/\(version)"
        case .discussion(let name): "discussion/\(name.text)"
        case .outcome(let item): "item/\(item.text)"
        case .conference(let id): "conference/\(id)"
        case .delay(let id): "delay/\(id)"
        }
    }

    /// What kind of subject it is, in one word.
    var kind: String { ladderSubject.rawValue }

    /// What a ladder may be for.
    var ladderSubject: Ladder.Subject {
        switch self {
        case .decision: .decision
        case .discussion: .discussion
        case .outcome: .outcome
        case .conference: .conference
        case .delay: .delay
        }
    }

    /// The identifier that people know it by.
    var identifier: String {
        switch self {
        case .decision(let name, _), .discussion(let name): name.id
        case .conference(let id), .delay(let id): id
        case .outcome(let item): item.text
        }
    }

    /// The version, of what has versions.
    var version: Int? {
        if case .decision(_, let version) = self { version } else { nil }
    }
}

/// What has happened to an escalation.
struct EscalationMove: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// It began.
        case raised
        /// The side that challenged has added something.
        case added
        /// It goes on against the next version of what was challenged (R17).
        case carried
        /// The side that decided has answered.
        case answered
        /// The meeting that the stage is has a date.
        case meetingSet
        /// It went up, because of this.
        case advanced(AdvanceCause)
        /// The ladder ends, and the sides have not agreed: the arbiter closes it (R15).
        case referred
        /// It ended as changed, and that is to be on record in time (R16).
        case agreed
        /// The arbiter has let its time go by, and is called again.
        case stalled
        /// It ended.
        case closed(EscalationEnding)
    }

    enum AdvanceCause: String, Sendable {
        case silence
        case dissatisfaction
        case immediateRisk = "immediate-risk"
        /// The time that several stages have together is over.
        case jointLimit = "joint-limit"
        /// The side that decided takes it further itself.
        case takenFurther = "taken-further"
        /// What a challenge ended with did not come (R16).
        case noFollowThrough = "no-follow-through"
    }

    let kind: Kind
    /// The escalation after the move.
    let escalation: Escalation
    let at: Instant
    /// Who made it; nobody where it was the clock.
    var by: Speaker?
    /// What was said: the grounds of a challenge, an answer, a reason.
    var text: String?
    /// What a challenge wants instead.
    var desiredOutcome: String?
    /// Whether it is a challenge's grounds that took the matter up.
    var isGrounds = false
    /// What else the record keeps of an ending.
    var childsView: String?
    var isLesson = false
    /// Whether the side whose turn it was has kept its time.
    var isOnTime = true
    /// Whether the deadline stays as it was.
    var keepsDeadline = false
}

/// Somebody who speaks for an agency.
struct Speaker: Sendable, Equatable {
    let agency: AgencyCode
    let person: Person
}
