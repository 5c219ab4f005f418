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
        _ challenge: Challenge, about target: TrackerState.Target, _ state: inout TrackerState,
        _ context: TrackerPublisher.Context
    ) throws(FactRefusal) -> [Effect<EscalationRow>] {
        guard !state.questions.isFull(for: challenge.agency) else {
            let refusal = RefusalReason(
                path: "/data/question", code: .tooManyOpen,
                message:
                    "\(HouseholdQuestions.maximumOpen) questions of your agency about this household wait for their answers, which is "
                    + "as many as can. They go up by themselves; ask this one when one of them is answered.")
            throw FactRefusal(refusal)
        }
        let question = Question(
            id: InformationRequestID(
                household: context.household, asker: challenge.agency, eventID: challenge.eventID),
            notice: challenge.notice, subject: target.subject, children: target.children, asker: challenge.agency,
            askerRole: challenge.by.role, decider: target.decider, text: challenge.grounds,
            askedAt: challenge.answeredAt)
        state.questions.add(question)
        return put(question, state, context)
    }

    private func put(_ question: Question, _ state: TrackerState, _ context: TrackerPublisher.Context)
        -> [Effect<EscalationRow>]
    {
        let due = policy.due(policy.clocks.informationRequest, from: context.now, setting: .informationRequest)
        let draft = QuestionNotices(policy: policy).asked(question, answerBy: due.due)
        return [
            publisher.notices(draft, state, context),
            .arm(
                Deadline(
                    key: TrackerClock.informationRequest.key(question.id.text), household: context.household, due: due)),
        ]
    }

    /// Whoever was asked answers. It is answered here.
    func provide(
        _ information: InformationFact, _ fact: Fact, _ state: inout TrackerState, _ context: TrackerPublisher.Context
    ) throws(FactRefusal) -> [Effect<EscalationRow>] {
        // A question to another agency is as unknown as one that nobody asked: an answer must not tell which.
        guard var question = state.questions[information.requestID], question.decider == fact.context.agency else {
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
        state.questions.keep(question)
        let window = state.target(
            of: question.notice, toldTo: question.asker, context.household, terms, policy)?.answerBy
        let draft = QuestionNotices(policy: policy).answered(
            asked, information.text, by: information.by, answerBy: window)
        return [
            publisher.ruling(on: fact, reasons: [], context), publisher.notices(draft, state, context),
            .disarm(TrackerClock.informationRequest.key(question.id.text)),
        ]
    }

    /// Nobody has answered: the question goes up, unless what it was about has ended meanwhile, which everybody was told.
    func questionUnanswered(_ id: String, _ state: inout TrackerState, _ context: TrackerPublisher.Context)
        -> [Effect<EscalationRow>]
    {
        guard let id = InformationRequestID(id), var question = state.questions[id], question.isOpen else {
            return []
        }
        if case .decision(let name, _) = question.subject {
            let parts = state.register.change(name)?.parts ?? []
            guard parts.contains(where: { question.children.contains($0.person) && $0.isLive }) else {
                state.questions.remove(id)
                return []
            }
        }
        question.expire(under: terms)
        state.questions.keep(question)
        return put(question, state, context)
    }
}
