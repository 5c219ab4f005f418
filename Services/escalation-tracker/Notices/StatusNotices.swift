import Contracts
import DecisionRules
import Safeguarding

/// What an agency is told that has begun to work with children: where each stands, and nothing that was told before (R19).
struct StatusNotices: Sendable {
    let register: HouseholdRegister

    /// - Parameter event: what made it join; the same agency may leave and join again. One that was at a discussion which was
    ///   recorded late has joined nothing
    func joined(_ agency: AgencyCode, _ children: Set<PersonID>, by event: String) -> NoticeDraft {
        var body = NoticeBody.about(NoticeSubject(.currentStatus, agency.text))
        let isInvolved = children.contains { register.children[$0]?.involved.contains(agency) == true }
        body.reason =
            "This is the level at which each child stands now."
            + (isInvolved ? " Your agency will be told of decisions from now on." : "")
        return NoticeDraft(
            cause: "status/\(SHA256.identifier(agency.text, event))", children: children,
            details: children.reduce(into: [:]) { $0[$1] = ChildDetail(to: register.children[$1]?.level) },
            receivers: [
                NoticeDue.Receiver(
                    agency, Party(children: children, because: [isInvolved ? .involved : .attendee]), of: children,
                    kind: .currentStatus)
            ], body: body)
    }
}
