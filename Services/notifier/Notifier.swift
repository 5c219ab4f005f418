import Contracts
import Messaging
import Policy
import PostgresClient
import Safeguarding

/// Who must be told, telling them, and the proof that they were: one notice for each decision version or other cause,
/// kind, child and agency, on the agency's own topic, with the child named by the agency's own reference.
public struct Notifier: HouseholdProcedure {
    /// The kind of the clock that waits for an acknowledgement.
    static let acknowledgement = "acknowledgement"
    private static let source = EventSource.service("notifier")

    private let policy: Policy
    private let topics: Topics

    /// A notifier under one policy.
    public init(policy: Policy, topics: Topics) {
        self.policy = policy
        self.topics = topics
    }

    /// Facts that others judge; what follows from them comes on other topics.
    public var ignoredTypes: Set<String> {
        [
            ReferralFact.type.text, InvolvementFact.type.text, DiscussionFact.type.text, DecisionFact.type.text,
            ConsultationFact.type.text, ScreeningFact.type.text,
        ]
    }

    /// One event of the household.
    public func handle(_ event: ReceivedEvent, of household: HouseholdID, state book: inout NoticeBook, now: Instant)
        throws(MessageFailure) -> [Effect<NoticeRow>]
    {
        let origin = Origin(event.envelope)
        switch event.envelope.type {
        case ThresholdChange.type.text:
            let change = try ThresholdChange.reading(event)
            return Tellings.of(change).flatMap { telling in
                issue(telling, household, origin, &book, now: now) { $0.fill(from: change, person: telling.person) }
            }
        case ReferralOutcome.type.text:
            let outcome = try ReferralOutcome.reading(event)
            return Tellings.of(outcome).flatMap { telling in
                issue(telling, household, origin, &book, now: now) { $0.fill(from: outcome, person: telling.person) }
            }
        case VerdictGiven.type.text:
            let verdict = try VerdictGiven.reading(event)
            return [receipt(verdict, id: event.envelope.id, household, origin, now: now)]
        default:
            return respond(try Fact.reading(event), household, origin, &book, now: now)
        }
    }

    /// One clock of the household that has fallen due.
    public func fire(_ deadline: DueDeadline, state book: inout NoticeBook, now: Instant) -> [Effect<NoticeRow>] {
        guard deadline.key.kind == Notifier.acknowledgement, let about = NoticeID(deadline.key.subject),
            let entry = book[about], !entry.isAcknowledged
        else { return [] }
        let telling = Telling(
            kind: .acknowledgementOverdue, cause: "notice/" + about.text, agency: entry.agency, person: entry.person,
            childRef: entry.childRef, because: [])
        let effects = issue(telling, deadline.household, Origin(deadline), &book, now: now) { notice in
            notice.about = about
            notice.decisionID = entry.decisionID
            notice.version = entry.version
            notice.respondBy = entry.respondBy
        }
        return effects + [.record(.reminded(about))]
    }

    /// The statements that write the rows.
    public func writes(_ rows: [NoticeRow]) -> [Query] { NoticeRow.writes(rows) }

    /// The statements that note what the agencies' topics have, in the transaction that takes it off the outbox.
    public static func deliveries(_ references: [String]) -> [Query] {
        [Query(NotifierSQL.markDelivered, [.textArray(references)])]
    }

    /// One notice, if it was not issued before.
    private func issue(
        _ telling: Telling, _ household: HouseholdID, _ origin: Origin, _ book: inout NoticeBook, now: Instant,
        _ fill: (inout NoticeIssued) -> Void
    ) -> [Effect<NoticeRow>] {
        let id = NoticeID(
            household: household, cause: telling.cause, kind: telling.kind, person: telling.person,
            agency: telling.agency)
        var notice = NoticeIssued(
            noticeID: id, kind: telling.kind, childRef: telling.childRef,
            childHandle: telling.childRef == nil ? telling.person : nil, canAnswer: Tellings.answers(to: telling.kind),
            openedBecause: Array(telling.because))
        fill(&notice)
        let entry = NoticeBook.Entry(
            agency: telling.agency, kind: telling.kind, person: telling.person, childRef: telling.childRef,
            decisionID: notice.decisionID, version: notice.version, respondBy: notice.respondBy)
        guard book.add(id, entry) else { return [] }
        var effects: [Effect<NoticeRow>] = [
            .publish(say(notice, id: id.text, to: telling.agency, household, origin, now: now, reference: id.text)),
            .record(.issued(notice, household: household, agency: telling.agency, person: telling.person)),
        ]
        if telling.kind != .acknowledgementOverdue {
            let due = policy.due(policy.clocks.acknowledgement, from: now)
            effects.append(.arm(Deadline(key: key(id), household: household, due: due)))
        }
        return effects
    }

    /// An acknowledgement or an answer: recorded, and answered with a receipt.
    private func respond(
        _ fact: Fact, _ household: HouseholdID, _ origin: Origin, _ book: inout NoticeBook, now: Instant
    ) -> [Effect<NoticeRow>] {
        switch fact.body {
        case .acknowledgement(let acknowledgement):
            return settle(fact, acknowledgement.noticeID, household, origin, &book, now: now) { book, entry in
                guard !entry.isAcknowledged else { return [] }
                book.acknowledge(acknowledgement.noticeID)
                return [
                    .disarm(key(acknowledgement.noticeID)),
                    .record(.acknowledged(acknowledgement.noticeID, by: acknowledgement.by)),
                ]
            }
        case .answer(let answer):
            return settle(fact, answer.noticeID, household, origin, &book, now: now) { book, entry in
                book.answer(answer.noticeID, answer.answer)
                // Late is marked, never refused (row A3).
                let isLate = entry.respondBy.map { now > $0 } ?? false
                return [
                    .disarm(key(answer.noticeID)), .record(.acknowledged(answer.noticeID, by: answer.by)),
                    .record(.answered(answer.noticeID, answer.answer, by: answer.by, isLate: isLate)),
                ]
            }
        case .referral, .involvement, .discussion, .decision, .consultation, .screening:
            return []
        }
    }

    private func settle(
        _ fact: Fact, _ notice: NoticeID, _ household: HouseholdID, _ origin: Origin, _ book: inout NoticeBook,
        now: Instant, _ apply: (inout NoticeBook, NoticeBook.Entry) -> [Effect<NoticeRow>]
    ) -> [Effect<NoticeRow>] {
        // A notice of another agency is as unknown as one that never was: an answer must not tell which.
        guard let entry = book[notice], entry.agency == fact.context.agency else {
            let reason = RefusalReason(
                path: "/data/noticeId", code: .unknownSubject,
                message: "Your agency has no notice with this identifier. Give the noticeId as the notice has it.")
            return [verdict(on: fact, [reason], household, origin, now: now)]
        }
        return [verdict(on: fact, [], household, origin, now: now)] + apply(&book, entry)
    }

    private func verdict(
        on fact: Fact, _ reasons: [RefusalReason], _ household: HouseholdID, _ origin: Origin, now: Instant
    ) -> Effect<NoticeRow> {
        receipt(
            VerdictGiven(on: fact, reasons: reasons, at: now),
            id: "verdict-" + SHA256.identifier("notifier", origin.causationID), household, origin, now: now)
    }

    private func receipt(
        _ verdict: VerdictGiven, id: String, _ household: HouseholdID, _ origin: Origin, now: Instant
    ) -> Effect<NoticeRow> {
        let record =
            verdict.reasons.isEmpty
            ? say(
                ReceiptAccepted(
                    eventID: verdict.eventID, eventType: verdict.eventType, recordedAt: verdict.recordedAt),
                id: id, to: verdict.agency, household, origin, now: now)
            : say(
                ReceiptRefused(eventID: verdict.eventID, eventType: verdict.eventType, reasons: verdict.reasons),
                id: id, to: verdict.agency, household, origin, now: now)
        return .publish(record)
    }

    private func say(
        _ payload: some EventPayload, id: String, to agency: AgencyCode, _ household: HouseholdID, _ origin: Origin,
        now: Instant, reference: String? = nil
    ) -> OutgoingRecord {
        let envelope = Envelope(
            id: id, source: Notifier.source, type: type(of: payload).type.text, time: now,
            traceparent: origin.traceparent, correlationID: origin.correlationID, causationID: origin.causationID)
        return OutgoingRecord(
            topic: topics.notices(of: agency).name, key: household.text, value: payload.event(envelope),
            reference: reference)
    }

    private func key(_ notice: NoticeID) -> DeadlineKey {
        DeadlineKey(kind: Notifier.acknowledgement, subject: notice.text)
    }
}

extension NoticeIssued {
    fileprivate mutating func fill(from change: ThresholdChange, person: PersonID) {
        let child = change.children.first { $0.person == person }
        decisionID = change.decisionID
        version = change.version
        from = child?.from
        to = child?.to
        state = change.state
        isUrgent = change.isUrgent ? true : nil
        decidedBy = change.decidedBy
        decidedByRole = change.decidedByRole
        decidedAt = change.decidedAt
        reason = change.reason
        respondBy = change.respondBy
    }

    fileprivate mutating func fill(from result: ReferralOutcome, person: PersonID) {
        let child = result.children.first { $0.person == person }
        referralID = result.referralID
        outcome = child?.outcome
        reason = child?.reason
        decidedBy = result.decidedBy
        decidedByRole = result.decidedByRole
        decidedAt = result.decidedAt
        respondBy = result.respondBy
    }
}
