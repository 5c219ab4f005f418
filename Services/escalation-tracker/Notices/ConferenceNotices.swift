import Contracts
import Policy
import Safeguarding

/// Who is told what of a request for a conference (row B8).
struct ConferenceNotices: Sendable {
    let policy: Policy

    func requested(_ request: ConferenceRequests.Request, decideBy due: Instant) -> NoticeDraft {
        var body = body(of: request)
        body.respondBy = due
        body.grounds = request.grounds
        return NoticeDraft(
            cause: "conference/\(request.id)/requested", children: request.children,
            receivers: [
                NoticeDue.Receiver(
                    agency: request.receiver, kind: .taskDue, task: .decideOnConference,
                    addressedTo: policy.addressees(of: request.receiver, stages: request.isBacked ? [1, 2] : [1]))
            ], body: body)
    }

    func decided(
        _ request: ConferenceRequests.Request, _ decision: ConferenceDecision, reason: String, by person: Person
    ) -> NoticeDraft {
        var body = body(of: request)
        body.reason = reason
        body.decidedBy = NoticeAuthor(request.receiver, role: person.role)
        return NoticeDraft(
            cause: "conference/\(request.id)/\(decision.rawValue)", children: request.children,
            receivers: [
                NoticeDue.Receiver(
                    agency: request.requester, kind: .taskDue, task: .noteConferenceDecision,
                    addressedTo: policy.addressees(of: request.requester, stages: [1]))
            ], body: body)
    }

    private func body(of request: ConferenceRequests.Request) -> NoticeBody {
        var body = NoticeBody.about(NoticeSubject(.conferenceRequest, request.id, chosenBy: request.requester))
        body.raisedBy = NoticeAuthor(request.requester, role: request.by.role)
        return body
    }
}
