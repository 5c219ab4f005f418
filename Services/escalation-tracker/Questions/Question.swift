import Contracts
import DecisionDocument
import DecisionRules
import Policy
import Safeguarding

/// What a party needs to know of whoever decided, before it says what it thinks (R18).
struct Question: Sendable, Equatable {
    let id: InformationRequestID
    /// The notice that it asks about.
    let notice: NoticeID
    let subject: Escalation.Subject
    let children: Set<PersonID>
    let asker: AgencyCode
    let askerRole: String
    let decider: AgencyCode
    /// The question; until it is answered.
    var text: String
    let askedAt: Instant
    /// The stage of whoever was asked at which it stands.
    var stage = 1
    /// How often its time has passed.
    var lapses = 0
    var answeredAt: Instant?

    var isOpen: Bool { standing.isOpen }

    /// How far it has come, as the rules see it.
    var standing: QuestionStanding {
        QuestionStanding(askedAt: askedAt, stage: stage, lapses: lapses, answeredAt: answeredAt)
    }

    /// Nobody has answered in time.
    mutating func expire(under terms: RegisterTerms) {
        var standing = standing
        standing.expire(upTo: AgencyRegister.highestStage, under: terms)
        (stage, lapses) = (standing.stage, standing.lapses)
    }
}

/// The questions of one household: the open ones, and the last that were answered, since they have moved their askers' windows.
struct HouseholdQuestions: Sendable, Equatable {
    /// Answered questions kept.
    static let maximumAnswered = 20
    /// Questions of one agency that can be open at the same time: each keeps its text.
    static let maximumOpen = HouseholdLimits.questions

    /// In the order in which they were asked.
    private(set) var questions: [Question] = []

    init(_ questions: [Question] = []) { self.questions = questions }

    subscript(_ id: InformationRequestID) -> Question? { questions.first { $0.id == id } }

    func isFull(for asker: AgencyCode) -> Bool {
        questions.count { $0.isOpen && $0.asker == asker } >= HouseholdQuestions.maximumOpen
    }

    mutating func add(_ question: Question) { questions.append(question) }

    /// Replaces a question by what has become of it.
    mutating func keep(_ question: Question) {
        guard let place = questions.firstIndex(where: { $0.id == question.id }) else { return }
        questions[place] = question
        if !question.isOpen { questions[place].text = "" }
        var surplus = questions.count { !$0.isOpen } - HouseholdQuestions.maximumAnswered
        questions.removeAll { question in
            guard surplus > 0, !question.isOpen else { return false }
            surplus -= 1
            return true
        }
    }

    mutating func remove(_ id: InformationRequestID) { questions.removeAll { $0.id == id } }

    /// Until when an answer to a notice is in time; `nil` while its window stands still (R18).
    ///
    /// - Parameter end: as the notice has it
    func window(of notice: NoticeID, until end: Instant, _ terms: RegisterTerms, _ policy: Policy) -> Instant? {
        terms.window(until: end, questions.filter { $0.notice == notice }.map(\.standing)) {
            policy.window(until: $0, stoodStillFrom: $1, to: $2)
        }
    }
}

extension Policy {
    /// The end of an answer's window that stood still for a while: as many working days later as have begun meanwhile, or as many
    /// hours, by how the window is counted.
    func window(until end: Instant, stoodStillFrom start: Instant, to stop: Instant) -> Instant {
        guard case .workingDays = clocks.challengeWindow else {
            return end.adding(seconds: max(0, stop.seconds(since: start)))
        }
        let last = LondonTime.date(at: stop)
        var (day, days) = (LondonTime.date(at: start), 0)
        while day < last {
            day = day.adding(days: 1)
            if calendar.reasonOff(day) == nil { days += 1 }
        }
        return days == 0 ? end : due(.workingDays(days), from: end).due
    }
}

extension HouseholdQuestions {
    static let record = Record(
        startingAs: HouseholdQuestions(),
        optional(
            "questions", at: \.questions, .list(.object(Question.record), .kept), or: [],
            "In the order in which they were asked."))
}

extension Question {
    fileprivate static let record = Record(
        Question.init(
            id:notice:subject:children:asker:askerRole:decider:text:askedAt:stage:lapses:answeredAt:),
        required("id", \.id, .informationRequestID(), "Which question."),
        required("notice", \.notice, .noticeID(), "The notice that it asks about."),
        required("subject", \.subject, .object(Escalation.Subject.record), "What it is about."),
        required("children", \.children, .set(.personID()), "Whom it is about."),
        required("asker", \.asker, .agency(), "Who asks."),
        required("askerRole", \.askerRole, .line(), "What the person who asks is."),
        required("decider", \.decider, .agency(), "Who is asked."),
        optional("text", \.text, .text(), or: "", "The question, until it is answered."),
        required("askedAt", \.askedAt, .instant(), "When it was asked."),
        optional("stage", \.stage, .integer(1...9), or: 1, "The stage of whoever is asked at which it stands."),
        optional("lapses", \.lapses, .count(), or: 0, "How often its time has passed."),
        optional("answeredAt", \.answeredAt, .instant(), "When it was answered."))
}
