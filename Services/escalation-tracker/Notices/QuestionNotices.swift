import Contracts
import Policy
import Safeguarding

/// Who is told what of a question (R18).
struct QuestionNotices: Sendable {
    let policy: Policy

    /// Whoever decided is asked, each time one stage higher; from the second time on the business unit sees that nobody answers.
    func asked(_ question: Question, answerBy due: Instant) -> NoticeDraft {
        var body = body(of: question)
        body.raisedBy = NoticeAuthor(question.asker, role: question.askerRole)
        body.respondBy = due
        body.stage = question.stage
        if question.lapses > 0 {
            body.reason = "\(policy.agencies.name(of: question.decider)) did not answer in time at the stage before."
        }
        var told = [question.decider]
        let unit = policy.agencies.businessUnit
        if question.lapses > 1, unit != question.decider { told.append(unit) }
        return NoticeDraft(
            cause: "question/\(question.id.text)/\(question.lapses)", children: question.children,
            receivers: told.map { agency in
                NoticeDue.Receiver(
                    agency: agency, kind: .informationRequested,
                    addressedTo: policy.addressees(of: agency, stages: [question.stage]))
            }, body: body)
    }

    /// The answer comes back to whoever asked, with the window as it is now.
    func answered(_ question: Question, _ answer: String, by person: Person, answerBy due: Instant?) -> NoticeDraft {
        var body = body(of: question)
        body.answer = answer
        body.decidedBy = NoticeAuthor(question.decider, role: person.role)
        body.about = question.notice
        body.respondBy = due
        return NoticeDraft(
            cause: "question/\(question.id.text)/answer", children: question.children,
            receivers: [NoticeDue.Receiver(agency: question.asker, kind: .informationProvided)], body: body)
    }

    private func body(of question: Question) -> NoticeBody {
        var body = NoticeBody.about(NoticeSubject(question.subject, challengedBy: question.asker))
        body.question = question.text
        body.requestID = question.id
        return body
    }
}
