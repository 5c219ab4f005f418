import Contracts
import Messaging
import Safeguarding

extension RegisterRequest {
    /// The keys under which an event's children and subjects can be known.
    mutating func add(_ event: any AgencyEvent, of agency: AgencyCode) {
        if let identifier = event.ownIdentifier { subjects.insert(Register.key(of: identifier, agency)) }
        if let referral = event as? ReferralMade {
            for child in referral.children { referring.formUnion(keys(of: child, agency)) }
        }
        if let decision = event as? DecisionChanged, decision.isUrgent { authorising.insert(agency) }
        switch event.subjects {
        case .described(let children): for child in children { add(child, of: agency) }
        case .referenced(let children): add(children, of: agency)
        case .decision(let id, let children):
            add(children, of: agency)
            add(coming: Admission.subject(decision: id, of: agency))
        case .aboutDecision(let id, let decider, let children):
            add(children, of: agency)
            subjects.insert(Admission.subject(decision: id, of: decider))
        case .conference(let id, let children):
            add(children, of: agency)
            subjects.insert(Admission.subject(conference: id))
        case .household, .agency: break
        }
    }

    private mutating func add(coming subject: String) {
        subjects.insert(subject)
        coming.insert(subject)
    }

    private mutating func add(_ child: ChildDescription, of agency: AgencyCode) {
        let keys = keys(of: child, agency)
        personKeys.formUnion(keys)
        introducing.formUnion(keys)
        householdKeys.formUnion(IdentityKeys.address(child))
    }

    private func keys(of child: ChildDescription, _ agency: AgencyCode) -> [String] {
        [IdentityKeys.reference(agency, child.ref)]
            + [child.nhsNumber.map(IdentityKeys.nhs), IdentityKeys.exact(child)].compactMap(\.self)
    }

    private mutating func add(_ children: [ChildReference], of agency: AgencyCode) {
        for child in children { personKeys.insert(IdentityKeys.reference(agency, child.ref)) }
    }
}
