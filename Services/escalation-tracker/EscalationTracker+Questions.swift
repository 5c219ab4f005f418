import Contracts
import DecisionRules
import EscalationTrackerSpec
import Messaging
import Policy
import Safeguarding

// Questions of parties to whoever decided (R18).
extension EscalationTracker {
    /// A question goes to whoever decided, with a deadline; the asker's own time stands still meanwhile.
    func ask(
        _ challenge: Challenge, about target: Casebook.Target, _ casebook: inout Casebook,
        _ context: Announcements.Context
    ) throws(FactRefusal) -> [Effect<EscalationRow>] {
        guard !casebook.questions.isFull(for: challenge.agency) else {
            let refusal = RefusalReason(
                path: "/data/question", code: .tooManyOpen,
                message:
                    "\(QuestionBook.maximumOpen) questions of your agency about this household wait for their answers, which is "
                    + "as many as can. They go up by themselves; ask this one when one of them is answered.")
            throw FactRefusal(refusal)
        }
        let question = Question(
            id: InformationRequestID(
                household: context.household, asker: challenge.agency, eventID: challenge.eventID),
            notice: challenge.notice, subject: target.subject, children: target.children, asker: challenge.agency,
            askerRole: challenge.by.role, decider: target.decider, text: challenge.grounds,
            askedAt: challenge.answeredAt)
        casebook.questions.add(question)
        return put(question, casebook, context)
    }

    private func put(_ question: Question, _ casebook: Casebook, _ context: Announcements.Context)
        -> [Effect<EscalationRow>]
    {
        let due = policy.due(policy.clocks.informationRequest, from: context.now, setting: .informationRequest)
        let order = QuestionNotices(policy: policy).asked(question, answerBy: due.due)
        return [
            announcements.order(order, casebook, context),
            .arm(
                Deadline(
                    key: TrackerClock.informationRequest.key(question.id.text), household: context.household, due: due)),
        ]
    }

    /// Whoever was asked answers. It is answered here.
    func provide(
        _ information: InformationFact, _ fact: Fact, _ casebook: inout Casebook, _ context: Announcements.Context
    ) throws(FactRefusal) -> [Effect<EscalationRow>] {
        // A question to another agency is as unknown as one that nobody asked: an answer must not tell which.
        guard var question = casebook.questions[information.requestID], question.decider == fact.context.agency else {
            let refusal = RefusalReason(
                path: "/data/requestId", code: .unknownSubject,
                message:
                    "Your agency was asked nothing under this identifier, or what it was about has ended. Give the requestId as "
                    + "the notice has it.")
            throw FactRefusal(refusal)
        }
        guard question.isOpen else {
            let refusal = RefusalReason(
                path: "/data/requestId", code: .onRecord,
                message: "This question is answered. If there is more to say, whoever asked can ask again.")
            throw FactRefusal(refusal)
        }
        let asked = question
        question.answeredAt = context.now
        casebook.questions.keep(question)
        let window = casebook.target(
            of: question.notice, toldTo: question.asker, context.household, terms, policy)?.answerBy
        let order = QuestionNotices(policy: policy).answered(
            asked, information.text, by: information.by, answerBy: window)
        return [
            announcements.verdict(on: fact, reasons: [], context), announcements.order(order, casebook, context),
            .disarm(TrackerClock.informationRequest.key(question.id.text)),
        ]
    }

    /// Nobody has answered: the question goes up, unless what it was about has ended meanwhile, which everybody was told.
    func questionUnanswered(_ id: String, _ casebook: inout Casebook, _ context: Announcements.Context)
        -> [Effect<EscalationRow>]
    {
        guard let id = InformationRequestID(id), var question = casebook.questions[id], question.isOpen else {
            return []
        }
        if case .decision(let name, _) = question.subject {
            let parts = casebook.register.change(name)?.parts ?? []
            guard parts.contains(where: { question.children.contains($0.person) && $0.isLive }) else {
                casebook.questions.remove(id)
                return []
            }
        }
        question.lapse()
        casebook.questions.keep(question)
        return put(question, casebook, context)
    }
}
