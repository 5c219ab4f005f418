import Contracts
import Messaging
import Policy
import Safeguarding

// Consultations, which may come before the decision that they are about.
extension Admission {
    /// A consultation that comes before its decision waits, and goes on just before it. Of each agency so many wait for one
    /// decision and no more, and none for ever (R6). By agency, since whoever guesses a decision's identifier must not take the
    /// places of those who are to be consulted (E6).
    func admit(_ consultation: ConsultationRecorded, _ register: inout Register) throws(EventRefusal) -> Admitted {
        var reasons = RefusalReasons()
        refuseUnknown(consultation.agency, at: "/data/agency", &reasons)
        guard reasons.isEmpty else { throw EventRefusal(reasons) }
        let key = Admission.subject(decision: consultation.decisionID)
        guard let subject = register.subjects[key] else { return try wait(consultation, for: key, &register) }
        return Admitted(facts: [fact(in: subject.household, .consultation(ConsultationFact(consultation)))])
    }

    private func wait(_ consultation: ConsultationRecorded, for key: String, _ register: inout Register)
        throws(EventRefusal) -> Admitted
    {
        let own = register.waiting[key, default: []].count { $0.agency == visit.agency }
        guard own < WaitingEvent.maximum else {
            throw EventRefusal(
                RefusalReasons(
                    .tooManyWaiting, at: "/data/decisionId",
                    "This decision is not made yet, and \(WaitingEvent.maximum) views from your agency wait for it already. Send "
                        + "this one once it is made."))
        }
        let due = policy.due(policy.clocks.consultationWaits, from: visit.now, setting: .consultationWaits)
        register.wait(
            WaitingEvent(
                event: visit.identity, subject: key, agency: visit.agency, until: due.due,
                fact: WaitingEvent.fact(
                    of: visit.agency, envelope.id, happenedAt: envelope.time, ConsultationFact(consultation))))
        let deadline = Deadline(
            key: WaitingEvent.deadline(of: visit.identity), household: ReferralIntake.household(of: visit.identity),
            due: due)
        return Admitted(
            clocks: [.arm(deadline)],
            waitingFor: ReceiptAccepted.WaitingFor(kind: "decision", id: consultation.decisionID, until: due.due))
    }

    /// What waited for a decision goes on just before it. What cannot be read any more is handed back at once.
    func releaseWaiting(for key: String, in household: HouseholdID, _ register: inout Register) -> Admitted {
        let waiting = register.waiting[key] ?? []
        let readable = waiting.filter { $0.fact != nil }
        register.endWaiting(of: readable)
        var admitted = Admitted()
        for event in waiting {
            let clock = WaitingEvent.deadline(of: event.event)
            guard var fact = event.fact else {
                let overdue = Deadline(
                    key: clock, household: ReferralIntake.household(of: event.event), due: visit.now,
                    explanation: Array(#"{"rule":"handed back, since it cannot be read any more"}"#.utf8))
                admitted.clocks.append(.arm(overdue))
                continue
            }
            fact.context.household = household
            fact.context.recordedAt = visit.now
            admitted.facts.append(fact)
            admitted.clocks.append(.disarm(clock))
        }
        return admitted
    }
}

extension ConsultationFact {
    init(_ consultation: ConsultationRecorded) {
        self.init(
            decisionID: consultation.decisionID, agency: consultation.agency,
            consultedRole: consultation.consulted.role, at: consultation.at, view: consultation.view)
    }
}
