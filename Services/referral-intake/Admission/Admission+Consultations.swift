import Contracts
import Messaging
import Policy
import PostgresClient
import Safeguarding

// Consultations, which may come before the decision that they are about.
extension Admission {
    /// A view waits until it counts: one that comes before its decision goes on just before it, any other at once. Of each
    /// agency so many wait for one decision and no more, and none for ever (R6). By agency, since whoever guesses a decision's
    /// identifier must not take the places of those who are to be consulted (E6).
    ///
    /// Here it makes no difference whether there is such a decision: the same receipt, the same limit, the same end. Whether
    /// the view counts only the decision register knows, and it says nothing of one that does not; so whoever is not party to
    /// a decision cannot find out that it was made (N4).
    func admit(_ consultation: ConsultationRecorded, _ register: inout Register) throws(EventRefusal) -> Admitted {
        var reasons = RefusalReasons()
        refuseUnknown(consultation.agency, at: "/data/agency", &reasons)
        refuseUnknown(consultation.decidedBy, at: "/data/decidedBy", &reasons)
        for (place, child) in consultation.children.enumerated() where (child.from == nil) != (child.to == nil) {
            let missing = child.from == nil ? "from" : "to"
            reasons.add(
                .missingField, at: "/data/children/\(place)/\(missing)",
                "Say from which level to which the child was to go, or neither.")
        }
        let children = try find(consultation.children.map { ChildReference(ref: $0.ref) }, register, &reasons)
        guard reasons.isEmpty else { throw EventRefusal(reasons) }
        let key = Admission.subject(decision: consultation.decisionID, of: consultation.decidedBy)
        let own = register.waiting[key, default: []].count { $0.agency == inbound.agency }
        guard own < WaitingEvent.maximum else {
            throw EventRefusal(
                RefusalReasons(
                    .tooManyWaiting, at: "/data/decisionId",
                    "\(WaitingEvent.maximum) views from your agency wait for this decision already, and none of them counts "
                        + "yet. Send this one when one of them has its receipt."))
        }
        let due = policy.due(policy.clocks.consultationWaits, from: inbound.now, setting: .consultationWaits)
        let about = zip(children, consultation.children).map { child, said in
            ConsultationFact.Child(person: child.person, from: said.from, to: said.to)
        }
        let body = ConsultationFact(consultation, about: about, until: due.due)
        let subject = register.subjects[key]
        register.wait(
            WaitingEvent(
                event: inbound.identity, subject: key, agency: inbound.agency, until: due.due,
                fact: WaitingEvent.fact(of: inbound.agency, envelope.id, happenedAt: envelope.time, body),
                reference: PostgresUUID(reference), isForwarded: subject != nil))
        let deadline = Deadline(
            key: WaitingEvent.deadline(of: inbound.identity), household: ReferralIntake.household(of: inbound.identity),
            due: due)
        return Admitted(
            facts: subject.map { [fact(in: $0.household, .consultation(body))] } ?? [], clocks: [.arm(deadline)],
            waitingFor: ReceiptAccepted.WaitingFor(
                kind: ReceiptAccepted.WaitingFor.decisionKind, id: consultation.decisionID, until: due.due))
    }

    /// What waited for a decision goes on just before it, and waits on to be told that it counts. What cannot be read any more
    /// is handed back at once.
    func releaseWaiting(for key: String, in household: HouseholdID, _ register: inout Register) -> Admitted {
        let waiting = (register.waiting[key] ?? []).filter { !$0.isForwarded }
        register.forward(waiting.filter(\.canGoOn).map(\.event), waitingFor: key)
        var admitted = Admitted()
        for event in waiting {
            guard var fact = event.fact, let reference = event.reference else {
                let overdue = Deadline(
                    key: WaitingEvent.deadline(of: event.event), household: ReferralIntake.household(of: event.event),
                    due: inbound.now,
                    explanation: Array(#"{"rule":"handed back, since it cannot be read any more"}"#.utf8))
                admitted.clocks.append(.arm(overdue))
                continue
            }
            fact.context.household = household
            fact.context.recordedAt = inbound.now
            admitted.released.append((fact, reference))
        }
        return admitted
    }
}

extension ConsultationFact {
    init(_ consultation: ConsultationRecorded, about children: [Child], until: Instant) {
        self.init(
            decisionID: consultation.decisionID, decidedBy: consultation.decidedBy, version: consultation.version,
            agency: consultation.agency, consultedRole: consultation.consulted.role, at: consultation.at,
            view: consultation.view, children: children, note: consultation.note, until: until)
    }
}
