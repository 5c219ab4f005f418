import Contracts
import Messaging
import Policy
import Safeguarding

// Observations: whatever their type, they are taken in alike.
extension Admission {
    /// One fact for each household, with the kind and the moment alone; texts, people and identifiers are in the journal (K4).
    /// That the household's record has it, and that the watch over its progress begins anew (row B6), is its effect.
    func facts(of event: any ObservationEvent, _ register: inout Register) throws(EventRefusal) -> [Fact] {
        let observation = event.observation
        var reasons = RefusalReasons()
        for named in observation.named { refuseUnknown(named.agency, at: named.pointer, &reasons) }
        for (place, child) in observation.children.enumerated() where !canBeRecognised(child, register) {
            reasons.add(
                .unknownSubject, at: "/data/children/\(place)/ref",
                "No child is known under this reference of yours. Describe the child, by NHS number or by name, date of birth "
                    + "and address, or introduce it first, by a referral or by involvement.opened.")
        }
        guard reasons.isEmpty else { throw refusal(reasons, of: observation.children, register) }
        let children = try identification.identify(observation.children, in: &register).get()
        let body = ObservationFact(kind: event.kind, at: observation.at ?? envelope.time)
        return facts(children, register, .observation(body))
    }

    /// Under a reference alone that nobody knows, an observation would be about nobody, now and later.
    private func canBeRecognised(_ child: ChildDescription, _ register: Register) -> Bool {
        child.nhsNumber != nil || child.upn != nil || child.laChildID != nil || child.givenName != nil
            || child.expectedDateOfBirth != nil
            || register.personByKey[IdentityKeys.reference(inbound.agency, child.ref)] != nil
    }

    /// With what stands against its children as well, so that the sender hears everything at once. The register is copied for
    /// it, which only an event costs that is refused.
    private func refusal(_ reasons: RefusalReasons, of children: [ChildDescription], _ register: Register)
        -> EventRefusal
    {
        var (reasons, register) = (reasons, register)
        if case .failure(let other) = identification.identify(children, in: &register) {
            for reason in other.reasons.all { reasons.add(reason.code, at: reason.path, reason.message) }
        }
        return EventRefusal(reasons)
    }
}

extension ObservationEvent {
    /// `contact.made`
    fileprivate var kind: String { Self.terms.type.name }
}
