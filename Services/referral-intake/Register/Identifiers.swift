import Contracts
import Messaging
import PostgresClient
import Safeguarding

// What agencies name themselves (I1): each identifier stands for one thing, and who says something else under it hears so.
extension Register {
    /// Under what an identifier is found. A request for a conference is named by other agencies too, which give the identifier
    /// alone.
    static func key(of identifier: OwnIdentifier, _ agency: AgencyCode) -> String {
        switch identifier.kind {
        case "decision": Admission.subject(decision: identifier.text, of: agency)
        case "conference": Admission.subject(conference: identifier.text)
        default: "\(identifier.kind)/\(agency)/\(identifier.text.exactBytes)"
        }
    }

    /// An event that is let in takes its identifier, if that is free, and each version of a decision after it leaves it as it is.
    mutating func take(
        _ identifier: OwnIdentifier?, of inbound: InboundEvent, _ reference: PostgresUUID,
        _ admitted: Admission.Admitted
    ) {
        guard let identifier, let household = admitted.facts.last?.context.household else { return }
        let key = Register.key(of: identifier, inbound.agency)
        if let subject = subjects[key], !subject.isFree { return }
        add(
            Subject(
                agency: inbound.agency, household: household,
                holder: Holder(event: inbound.identity, reference: reference)), under: key)
    }

    /// An event was refused after it was let in: its identifier is free again, as its id is.
    mutating func release(_ event: EventIdentity, _ reference: PostgresUUID) {
        let holder = Holder(event: event, reference: reference)
        for key in subjects.filter({ $0.value.holder == holder }).keys { subjects[key]?.isFree = true }
    }
}

extension Admission {
    /// Something else, or the same once more, under an identifier that stands for something already: it could have no effect.
    /// Versions of a decision go by one identifier; the decision register judges them (R10).
    func refuseTaken(_ event: any AgencyEvent, _ register: Register) throws(EventRefusal) {
        guard let identifier = event.ownIdentifier, identifier.kind != "decision",
            let subject = register.subjects[Register.key(of: identifier, inbound.agency)], !subject.isFree
        else { return }
        throw taken(identifier)
    }

    func taken(_ identifier: OwnIdentifier) -> EventRefusal {
        EventRefusal(
            RefusalReasons(
                .identifierTaken, at: "/data/" + identifier.field,
                "This \(identifier.field) stands for something that was accepted before. If this is the same once more, "
                    + "there is nothing to do: it is on record. \(identifier.advice)"))
    }
}
