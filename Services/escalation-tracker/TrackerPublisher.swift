import Contracts
import DecisionRules
import EscalationTrackerSpec
import Messaging
import Policy
import Safeguarding

/// Turns what the state says into events on `decisions.changed`, `escalations.events` and
/// `events.judged`, and into clocks.
struct TrackerPublisher: Sendable {
    struct Context: Sendable {
        let household: HouseholdID
        let origin: Origin
        let now: Instant
    }

    private static let publisher = EventPublisher(service: EscalationTrackerSpec.service.name)

    let policy: Policy
    let topics: Topics

    /// Notices about a decision; what they were derived from is remembered, so that an answer to one of them is found.
    func decision(
        _ draft: NoticeDraft, of decision: OwnName, _ state: inout TrackerState, _ context: Context
    ) -> Effect<EscalationRow> {
        state.statements.note(draft.cause, of: decision, at: context.now)
        // Whoever hears of a state late hears of it by the same cause, and by another event.
        return record(
            due(draft, state), id: "step-" + SHA256.identifier(context.origin.causationID, draft.cause),
            on: topics.decisionsChanged, context)
    }

    /// Notices that are due beside those.
    func notices(_ draft: NoticeDraft, _ state: TrackerState, _ context: Context) -> Effect<EscalationRow> {
        let people = draft.children.sorted().map(\.text).joined(separator: " ")
        return record(
            due(draft, state), id: "notices-" + SHA256.identifier(draft.cause, people), on: topics.escalations,
            context)
    }

    private func due(_ draft: NoticeDraft, _ state: TrackerState) -> NoticeDue {
        NoticeDue(
            cause: draft.cause,
            children: draft.children.sorted().map { person in
                NoticeDue.Child(
                    person: person, references: state.references[person],
                    detail: draft.details[person] ?? ChildDetail())
            }, receivers: draft.receivers, body: draft.body)
    }

    /// The ruling on an event that was decided here; intake delivers it as a receipt.
    func ruling(on fact: Fact, reasons: [RefusalReason], _ context: Context) -> Effect<EscalationRow> {
        let ruling = EventRuling(on: fact, reasons: reasons, at: context.now)
        return record(
            ruling, id: "verdict-" + SHA256.identifier(context.origin.causationID), on: topics.rulings, context)
    }

    /// The ruling on a view, which may have waited for long; none if no event is known for it.
    func ruling(on view: ViewGiven, reasons: [RefusalReason] = [], _ context: Context) -> Effect<EscalationRow>? {
        guard let origin = view.origin else { return nil }
        let ruling = EventRuling(
            agency: view.recordedBy, eventID: origin.eventID, eventType: ConsultationRecorded.type.text,
            reasons: reasons, recordedAt: context.now)
        return late(ruling, on: origin.factID, context)
    }

    /// The ruling on a challenge or a question, which may have waited for what it is about.
    func answer(_ challenge: Challenge, reasons: [RefusalReason], _ context: Context) -> Effect<EscalationRow> {
        let ruling = EventRuling(
            agency: challenge.agency, eventID: challenge.eventID, eventType: NoticeAnswered.type.text, reasons: reasons,
            recordedAt: context.now)
        return late(ruling, on: challenge.factID, context)
    }

    /// A challenge or a question has been taken up: the notifier notes the notice as answered.
    func taken(_ challenge: Challenge, _ context: Context) -> Effect<EscalationRow> {
        let taken = AnswerTaken(
            noticeID: challenge.notice, by: challenge.by, answer: challenge.answer, answeredAt: challenge.answeredAt)
        return record(
            taken, id: "taken-" + SHA256.identifier(challenge.factID), on: topics.escalations, context,
            causedBy: challenge.factID)
    }

    /// A ruling on another event than the one that is being handled.
    private func late(_ ruling: EventRuling, on factID: String, _ context: Context) -> Effect<EscalationRow> {
        record(ruling, id: "verdict-" + SHA256.identifier(factID), on: topics.rulings, context, causedBy: factID)
    }

    /// An event that waits for an operator; intake tells its sender.
    func delay(of event: ReceivedEvent, _ household: HouseholdID, ignoring types: Set<String>, now: Instant)
        -> [OutgoingRecord]
    {
        TrackerPublisher.publisher.delays(
            of: event, ignoring: types, household: household, topics: topics, now: now)
    }

    /// An event that an operator has taken out; intake tells its sender.
    func discard(of event: ReceivedEvent, _ household: HouseholdID, ignoring types: Set<String>, now: Instant)
        -> [OutgoingRecord]
    {
        TrackerPublisher.publisher.discards(
            of: event, ignoring: types, household: household, topics: topics, now: now)
    }

    private func record(
        _ payload: some EventPayload, id: String, on topic: Topics.Topic, _ context: Context,
        causedBy cause: String? = nil
    ) -> Effect<EscalationRow> {
        var lineage = context.origin.lineage
        if let cause { lineage.causationID = cause }
        return .publish(
            TrackerPublisher.publisher.record(
                payload, id: id, on: topic, key: context.household.text, from: lineage, at: context.now))
    }
}
