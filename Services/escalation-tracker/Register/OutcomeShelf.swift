import Contracts
import JSON
import Safeguarding

/// The outcomes and lowered ratings of the household's referrals that can still be challenged, and challenges that came before their outcome
/// did: between topics there is no order.
struct OutcomeShelf: Sendable, Equatable {
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
        outcomes.removeFirst(max(0, outcomes.count - OutcomeShelf.maximumOutcomes))
        let matching = waiting.filter { outcome.isBehind($0.notice, of: $0.agency, household) }
        waiting.removeAll { matching.contains($0) }
        return matching
    }

    /// Whether so many of the agency's wait that another is handed back: nobody's push out another's, nor its own.
    func isFull(for agency: AgencyCode) -> Bool {
        waiting.count { $0.agency == agency } >= OutcomeShelf.maximumWaiting
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

extension OutcomeShelf.Outcome {
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

extension OutcomeShelf {
    init?(document: JSONValue?) {
        self.init()
        guard let document else { return }
        outcomes = (document["outcomes"]?.elements ?? []).compactMap(Outcome.init(document:))
        waiting = (document["waiting"]?.elements ?? []).compactMap(Challenge.init(document:))
        guard outcomes.count == document["outcomes"]?.count ?? 0, waiting.count == document["waiting"]?.count ?? 0
        else { return nil }
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.array("outcomes", outcomes) { writer, outcome in
            writer.beginObject()
            writer.field("item", outcome.item.text)
            writer.field("cause", outcome.cause)
            writer.field("kind", outcome.kind.rawValue)
            writer.agencies("told", outcome.told)
            writer.field("decidedBy", outcome.decidedBy.text)
            writer.array("children", outcome.children.sorted()) { $0.string($1.text) }
            writer.field("answerBy", outcome.answerBy?.rfc3339)
            writer.endObject()
        }
        writer.array("waiting", waiting) { $1.write(to: &$0) }
        writer.endObject()
    }
}

extension OutcomeShelf.Outcome {
    fileprivate init?(document: JSONValue) {
        var reasons = RefusalReasons()
        let children = (document["children"]?.elements ?? []).compactMap { $0.string.flatMap { PersonID($0) } }
        guard let item = document["item"]?.string.flatMap({ ScreeningItemID($0) }),
            let cause = document["cause"]?.string,
            let kind = document["kind"]?.string.flatMap(NoticeKind.init(rawValue:)),
            let decidedBy = document.requiredAgency("decidedBy", &reasons)
        else { return nil }
        self.init(
            item: item, cause: cause, kind: kind, told: document.agencies("told"), decidedBy: decidedBy,
            children: Set(children), answerBy: document.optionalInstant("answerBy", &reasons))
    }
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

    fileprivate init?(document: JSONValue) {
        var reasons = RefusalReasons()
        guard let notice = document["notice"]?.string.flatMap({ NoticeID($0) }),
            let agency = document.requiredAgency("agency", &reasons),
            let by = document.requiredPerson("by", &reasons),
            let answer = document["answer"]?.string.flatMap(NoticeAnswer.init(rawValue:)),
            let answeredAt = document.requiredInstant("answeredAt", &reasons),
            let grounds = document["grounds"]?.string, let desired = document["desiredOutcome"]?.string,
            let event = document["event"]?.string, let fact = document["fact"]?.string
        else { return nil }
        self.init(
            notice: notice, agency: agency,
            children: (document["children"]?.elements ?? []).map {
                ChildName(ref: $0["ref"]?.string, handle: $0["handle"]?.string.flatMap { ChildHandle($0) })
            }, by: by, answer: answer, answeredAt: answeredAt, grounds: grounds,
            desiredOutcome: desired,
            isUrgent: document["urgent"]?.bool ?? false, escalateTo: document["escalateTo"]?.int64.map { Int($0) },
            eventID: event, factID: fact)
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("notice", notice.text)
        writer.field("agency", agency.text)
        if !children.isEmpty {
            writer.array("children", children) { writer, child in
                writer.beginObject()
                writer.field("ref", child.ref)
                writer.field("handle", child.handle?.text)
                writer.endObject()
            }
        }
        writer.object("by") { by.write(to: &$0) }
        writer.field("answer", answer.rawValue)
        writer.field("answeredAt", answeredAt.rfc3339)
        writer.field("grounds", grounds)
        writer.field("desiredOutcome", desiredOutcome)
        writer.field("urgent", isUrgent)
        writer.field("escalateTo", escalateTo)
        writer.field("event", eventID)
        writer.field("fact", factID)
        writer.endObject()
    }
}
