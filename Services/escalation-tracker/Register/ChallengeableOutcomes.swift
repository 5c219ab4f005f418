import Contracts
import Safeguarding

/// The outcomes and lowered ratings of the household's referrals that can still be challenged, and challenges that came before their outcome
/// did: between topics there is no order.
struct ChallengeableOutcomes: Sendable, Equatable {
    /// Outcomes kept: the latest.
    static let maximumOutcomes = 20
    /// Challenges of one agency that wait.
    static let maximumWaiting = 5

    /// How the screening of one referral ended, or that its rating was lowered.
    struct Outcome: Sendable, Equatable {
        let item: ScreeningItemID
        /// What its notices are derived from, beside their agency.
        let cause: String
        let kind: NoticeKind
        /// Who is told, and so can challenge.
        let told: Set<AgencyCode>
        let decidedBy: AgencyCode
        let children: Set<PersonID>
        /// Until when an answer is in time.
        let answerBy: Instant?
    }

    private(set) var outcomes: [Outcome] = []
    /// In the order in which they came.
    private(set) var waiting: [Challenge] = []

    /// Keeps an outcome; returns the challenges that waited for it.
    mutating func add(_ outcome: Outcome, in household: HouseholdID) -> [Challenge] {
        guard !outcomes.contains(where: { $0.cause == outcome.cause }) else { return [] }
        outcomes.append(outcome)
        outcomes.removeFirst(max(0, outcomes.count - ChallengeableOutcomes.maximumOutcomes))
        let matching = waiting.filter { outcome.isBehind($0.notice, of: $0.agency, household) }
        waiting.removeAll { matching.contains($0) }
        return matching
    }

    /// Whether so many of the agency's wait that another is handed back: nobody's push out another's, nor its own.
    func isFull(for agency: AgencyCode) -> Bool {
        waiting.count { $0.agency == agency } >= ChallengeableOutcomes.maximumWaiting
    }

    /// Keeps a challenge until its subject comes.
    mutating func wait(_ challenge: Challenge) { waiting.append(challenge) }

    /// A challenge waits no more; `nil` if it does not.
    mutating func endWaiting(_ identifier: String) -> Challenge? {
        waiting.firstIndex { $0.identifier == identifier }.map { waiting.remove(at: $0) }
    }

    /// The outcome that a notice was about.
    func find(_ notice: NoticeID, of agency: AgencyCode, _ household: HouseholdID) -> Outcome? {
        outcomes.last { $0.isBehind(notice, of: agency, household) }
    }
}

extension ChallengeableOutcomes.Outcome {
    /// What became of a referral, or of its rating, with the notices of it; `others` are told the same by the tracker.
    ///
    /// Every notice of it has one kind. `nil` if nobody is told, or nobody decided: then nobody can challenge it.
    init?(_ item: ScreeningItemID, _ notices: NoticeDue, told others: Set<AgencyCode> = []) {
        guard let kind = notices.receivers.first?.kind, let decider = notices.body.decidedBy?.agency else { return nil }
        self.init(
            item: item, cause: notices.cause, kind: kind,
            told: others.union(notices.receivers.map(\.agency)), decidedBy: decider,
            children: Set(notices.children.map(\.person)), answerBy: notices.body.respondBy)
    }

    /// Whether it is what a notice was about: found by deriving the notice that it can have brought.
    func isBehind(_ notice: NoticeID, of agency: AgencyCode, _ household: HouseholdID) -> Bool {
        told.contains(agency)
            && NoticeID(household: household, cause: cause, kind: kind, agency: agency) == notice
    }
}

/// A party challenges what a notice told it, or asks whoever decided it.
struct Challenge: Sendable, Equatable {
    let notice: NoticeID
    let agency: AgencyCode
    /// The children that it names; all of the notice's, if none.
    let children: [ChildName]
    let by: Person
    /// `challenge` or `needInformation`.
    let answer: NoticeAnswer
    /// When it was said, as its agency has it: what is typed in late is not late by that (R14). Never after intake had it.
    let answeredAt: Instant
    /// The grounds, or the question.
    let grounds: String
    let desiredOutcome: String
    let isUrgent: Bool
    let escalateTo: Int?
    /// The event that it came by, and the fact that the event became: it gets its receipt once the challenge begins.
    let eventID: String
    let factID: String
    /// Whether it came after the time for an answer; known once its subject is.
    var isLate = false

    /// What its clock is known by.
    var identifier: String { SHA256.identifier("challenge", factID) }
}

extension Challenge {
    /// What an agency has answered, by the event that became this fact.
    init(_ answer: AnswerFact, _ fact: Fact, causedBy factID: String) {
        self.init(
            notice: answer.noticeID, agency: fact.context.agency, children: answer.children, by: answer.by,
            answer: answer.answer,
            answeredAt: min(fact.context.happenedAt, fact.context.recordedAt),
            grounds: (answer.answer == .needInformation ? answer.question : answer.grounds) ?? "",
            desiredOutcome: answer.desiredOutcome ?? "", isUrgent: answer.isUrgent, escalateTo: answer.escalateTo,
            eventID: fact.context.eventID, factID: factID)
    }
}

extension ChallengeableOutcomes {
    static let record = Record(
        startingAs: ChallengeableOutcomes(),
        optional(
            "outcomes", at: \.outcomes, .list(.object(Outcome.record), .kept), or: [],
            "Outcomes and lowered ratings that can be challenged."),
        optional(
            "waiting", at: \.waiting, .list(.object(Challenge.record), .kept), or: [],
            "Challenges that came before what they are about."))
}

extension ChallengeableOutcomes.Outcome {
    fileprivate static let record = Record(
        ChallengeableOutcomes.Outcome.init(item:cause:kind:told:decidedBy:children:answerBy:),
        required("item", \.item, .screeningItemID(), "Which item of the screening queue."),
        required("cause", \.cause, .line(500), "What its notices are derived from."),
        required("kind", \.kind, .word(), "What kind of notices."),
        required("told", \.told, .set(.agency()), "Who is told."),
        required("decidedBy", \.decidedBy, .agency(), "Who decided."),
        required("children", \.children, .set(.personID()), "Whom it is about."),
        optional("answerBy", \.answerBy, .instant(), "Until when an answer is in time."))
}

extension Challenge {
    fileprivate static let record = Record(
        Challenge.init(
            notice:agency:children:by:answer:answeredAt:grounds:desiredOutcome:isUrgent:escalateTo:eventID:factID:
            isLate:),
        required("notice", \.notice, .noticeID(), "Which notice."),
        required("agency", \.agency, .agency(), "Who answers it."),
        optional(
            "children", \.children, .list(.object(ChildName.record), .kept), or: [], "Whom it names; all, if none."),
        required("by", \.by, .person(), "Who speaks for the agency."),
        required("answer", \.answer, .word(), "Whether it challenges or asks."),
        required("answeredAt", \.answeredAt, .instant(), "When it was said."),
        optional("grounds", \.grounds, .text(), or: "", "The grounds, or the question."),
        optional("desiredOutcome", \.desiredOutcome, .text(), or: "", "What it wants instead."),
        optional("urgent", \.isUrgent, .bool(), or: false, "Whether it cannot wait."),
        optional("escalateTo", \.escalateTo, .integer(1...9), "The stage at which it begins."),
        required("event", \.eventID, .line(), "The agency's event."),
        required("fact", \.factID, .line(500), "The fact that it became."),
        optional("late", \.isLate, .bool(), or: false, "Whether it came after the time for an answer."))
}
