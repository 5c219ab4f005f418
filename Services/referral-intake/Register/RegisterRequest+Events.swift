import Contracts
import Messaging
import Safeguarding

extension RegisterRequest {
    /// The keys under which an event's children and subjects can be known.
    mutating func add(_ event: AgencyEvent, of agency: AgencyCode) {
        switch event {
        case .referralMade(let referral): for child in referral.children { add(child, of: agency) }
        case .involvementOpened(let involvement): for child in involvement.children { add(child, of: agency) }
        case .involvementClosed(let involvement): add(involvement.children.map(\.ref), of: agency)
        case .strategyDiscussionHeld(let discussion): add(discussion.children.map(\.ref), of: agency)
        case .decisionChanged(let decision):
            add(decision.children.map(\.ref), of: agency)
            add(coming: Admission.subject(decision: decision.decisionID))
        case .consultationRecorded(let consultation):
            subjects.insert(Admission.subject(decision: consultation.decisionID))
        case .stepDownProposed(let proposal):
            add(proposal.children.map(\.ref), of: agency)
            add(coming: Admission.subject(decision: proposal.decisionID))
        case .conferenceRequested(let request):
            add(request.children.map(\.ref), of: agency)
            subjects.insert(Admission.subject(conference: request.requestID))
        case .conferenceDecided(let decision): subjects.insert(Admission.subject(conference: decision.requestID))
        case .supervisionRecorded(let supervision): add(supervision.children.map(\.ref), of: agency)
        case .escalationResponded, .escalationClosed, .contactsAttested: break
        case .noticeAcknowledged, .noticeAnswered, .screeningClaimed, .screeningReleased, .screeningDecided,
            .screeningRated:
            break
        }
    }

    private mutating func add(coming subject: String) {
        subjects.insert(subject)
        coming.insert(subject)
    }

    private mutating func add(_ child: ChildDescription, of agency: AgencyCode) {
        add([child.ref], of: agency)
        if let number = child.nhsNumber { personKeys.insert(IdentityKeys.nhs(number)) }
        if let exact = IdentityKeys.exact(child) { personKeys.insert(exact) }
        householdKeys.formUnion(IdentityKeys.address(child))
    }

    private mutating func add(_ refs: [String], of agency: AgencyCode) {
        for ref in refs { personKeys.insert(IdentityKeys.reference(agency, ref)) }
    }
}
