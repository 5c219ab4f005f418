import Contracts
import Policy
import Safeguarding

/// Who is told what of a request for a conference (row B8).
struct ConferenceNotices: Sendable {
    let policy: Policy

    func requested(_ request: ConferenceDesk.Request, decideBy due: Instant) -> NoticeOrder {
        var content = NoticeDue.Content()
        content.decisionID = request.id
        content.respondBy = due
        content.reason = request.grounds
        content.decidedBy = request.requester
        content.decidedByRole = request.by.role
        return NoticeOrder(
            cause: "conference/\(request.id)/requested", children: request.children,
            receivers: [
                NoticeDue.Receiver(
                    agency: request.receiver, kind: .taskDue, task: .decideOnConference,
                    addressedTo: policy.addressees(of: request.receiver, stages: request.isBacked ? [1, 2] : [1]))
            ], content: content)
    }

    func decided(
        _ request: ConferenceDesk.Request, _ decision: ConferenceDecision, reason: String, by person: Person
    ) -> NoticeOrder {
        var content = NoticeDue.Content()
        content.decisionID = request.id
        content.reason = reason
        content.decidedBy = request.receiver
        content.decidedByRole = person.role
        return NoticeOrder(
            cause: "conference/\(request.id)/\(decision.rawValue)", children: request.children,
            receivers: [
                NoticeDue.Receiver(
                    agency: request.requester, kind: .taskDue, task: .noteConferenceDecision,
                    addressedTo: policy.addressees(of: request.requester, stages: [1]))
            ], content: content)
    }
}
