import Contracts
import EscalationTrackerSpec
import Messaging
import Policy
import Safeguarding

// Responsibility: each agency says every year who answers for it at each stage (row B3).
extension EscalationTracker {
    /// One clock for each agency of the partnership, also for those that have never said anything.
    public func standingClocks(now: Instant) -> [Deadline] {
        policy.agencies.codes.map { agency in
            attestationClock(
                of: agency,
                due: policy.due(policy.attestation.first, from: now, setting: .attestation(.first)))
        }
    }

    /// An agency has said it. What it said before, and comes in later, moves nothing.
    func attest(_ attestation: AttestationFact, by agency: AgencyCode, _ state: inout TrackerState)
        -> [Effect<EscalationRow>]
    {
        if let last = state.responsibility.attestedOn, last > attestation.attestedOn { return [] }
        state.responsibility.attestedOn = attestation.attestedOn
        state.responsibility.reminders = 0
        // A day has no hour; noon in London is that day for everybody.
        let from = LondonTime.instant(attestation.attestedOn, hour: 12)
        let due = policy.due(policy.attestation.every, from: from, setting: .attestation(.every))
        return [.arm(attestationClock(of: agency, due: due))]
    }

    /// It is due: the agency is reminded, and from the second time on the business unit hears of it too, until it is said.
    func attestationDue(_ code: String, _ state: inout TrackerState, _ context: TrackerPublisher.Context)
        -> [Effect<EscalationRow>]
    {
        guard let agency = AgencyCode(code), policy.agencies[agency] != nil else { return [] }
        state.responsibility.reminders += 1
        let reminders = state.responsibility.reminders
        let last = state.responsibility.attestedOn.map(\.description) ?? "never"
        let lastInWords = state.responsibility.attestedOn.map(LondonTime.text) ?? "never"
        var receivers = [receiver(agency)]
        if reminders > 1, agency != policy.agencies.businessUnit {
            receivers.append(receiver(policy.agencies.businessUnit))
        }
        var body = NoticeBody.about(NoticeSubject(.agency, agency.text))
        body.reason =
            "\(policy.agencies.name(of: agency)) has to confirm who answers for it at each stage of a challenge. Last confirmed: "
            + "\(lastInWords). "
            + "Reminder \(reminders)."
        let draft = NoticeDraft(
            cause: "attestation/\(agency)/\(last)/\(reminders)", children: [], receivers: receivers, body: body)
        let due = policy.due(policy.attestation.grace, from: context.now, setting: .attestation(.grace))
        return [
            publisher.notices(draft, state, context), .arm(attestationClock(of: agency, due: due)),
        ]
    }

    /// To the line manager, who can see to it.
    private func receiver(_ agency: AgencyCode) -> NoticeDue.Receiver {
        NoticeDue.Receiver(
            agency: agency, kind: .taskDue, task: .attestContacts,
            addressedTo: policy.addressees(of: agency, stages: [2]))
    }

    private func attestationClock(of agency: AgencyCode, due: DueTime) -> Deadline {
        Deadline(key: TrackerClock.attestation.key(agency.text), household: .agencyStream(of: agency), due: due)
    }
}
