import Contracts
import Messaging
import Policy
import Safeguarding

/// Turns what the register says into events on `decisions.changed` and into clocks.
struct Announcements: Sendable {
    struct Context: Sendable {
        let household: HouseholdID
        let causationID: String
        let correlationID: String?
        let traceparent: String?
        let now: Instant
    }

    private static let source = EventSource.service("escalation-tracker")

    let policy: Policy
    let topics: Topics

    func effects(of actions: [RegisterAction], register: DecisionRegister, _ context: Context) -> [Effect<NoRows>] {
        actions.enumerated().compactMap { place, action in
            switch action {
            case .tell(let step):
                return register.changes.first { $0.decisionID == step.decisionID }
                    .map { publish(step, of: $0, register: register, place: place, context) }
            case .awaitDiscussion(let decisionID):
                let due = policy.reconvenedDiscussionDue(from: context.now)
                return .arm(
                    Deadline(
                        key: key(decisionID), household: context.household, due: due.due,
                        explanation: due.explanation))
            case .stopAwaitingDiscussion(let decisionID):
                return .disarm(key(decisionID))
            }
        }
    }

    /// The receipt of an event that was decided here; the notifier delivers it.
    func verdict(on fact: Fact, reasons: [RefusalReason], now: Instant) -> Effect<NoRows> {
        let verdict = VerdictGiven(
            agency: fact.context.agency, household: fact.context.household, eventID: fact.context.eventID,
            eventType: fact.context.eventType, isAccepted: reasons.isEmpty, reasons: reasons, recordedAt: now)
        let envelope = Envelope(
            id: "verdict/\(fact.context.agency)/\(fact.context.eventID)", source: Announcements.source,
            type: VerdictGiven.type.text, time: now, traceparent: fact.traceparent,
            correlationID: fact.correlationID, causationID: fact.context.eventID)
        return record(envelope, verdict, household: fact.context.household)
    }

    private func publish(
        _ step: Step, of change: ChangeRecord, register: DecisionRegister, place: Int, _ context: Context
    ) -> Effect<NoRows> {
        let event = ThresholdChange(
            household: context.household, decisionID: change.decisionID, version: change.version,
            step: step.wireStep, state: change.state == .changed ? .changed : .held, cause: step.wireCause(change),
            isUrgent: change.isUrgent,
            children: step.children.map { child in
                ThresholdChange.Child(
                    person: child.person, from: child.from, to: child.to,
                    references: register.children[child.person]?.references ?? [:])
            },
            parties: step.parties.sorted { $0.key < $1.key }
                .map { ThresholdChange.Party(agency: $0.key, because: $0.value) },
            consult: step.consult.sorted(), decidedBy: change.agency, decidedByRole: change.authoriserRole,
            decidedAt: change.decidedAt, reason: change.reason,
            respondBy: policy.challengeWindowDue(from: context.now).due)
        // One cause can bring several steps; its place among them completes the identity.
        let envelope = Envelope(
            id: "threshold/\(context.causationID)/\(context.household)/\(place)", source: Announcements.source,
            type: ThresholdChange.type.text, time: context.now, traceparent: context.traceparent,
            correlationID: context.correlationID ?? change.decisionID, causationID: context.causationID)
        return record(envelope, event, household: context.household)
    }

    private func record(_ envelope: Envelope, _ payload: some EventPayload, household: HouseholdID) -> Effect<NoRows> {
        .publish(
            OutgoingRecord(
                topic: topics.decisionsChanged.name, key: household.text,
                value: EnvelopeWriter.write(envelope) { payload.write(to: &$0) }))
    }

    private func key(_ decisionID: String) -> DeadlineKey {
        DeadlineKey(kind: EscalationTracker.reconvenedDiscussion, subject: decisionID)
    }
}
