import Contracts
import Messaging
import NotifierSpec
import Policy
import PostgresClient
import Safeguarding

/// Who must be told, telling them, and the proof that they were: one notice for each subject and version or other
/// cause, kind and agency (N1), on the agency's own topic, with its children named by the agency's own references. What the
/// notice says is carried as whoever knows it has written it.
public struct Notifier: BatchProcedure {
    /// The kind of the clock that waits for an acknowledgement.
    static let acknowledgement = DeadlineKind.acknowledgement.rawValue
    /// Facts that others judge; what follows from them comes on other topics.
    public let ignoredTypes = FactBody.types(but: AcknowledgementFact.self, AnswerFact.self)
    static let publisher = EventPublisher(service: NotifierSpec.service.name)

    let policy: Policy
    let topics: Topics
    /// Channels that are there, beside the topics.
    private let channels: Set<Channel>

    /// A notifier under one policy, which writes deliveries for these channels.
    public init(policy: Policy, topics: Topics, channels: Set<Channel> = []) {
        self.policy = policy
        self.topics = topics
        self.channels = channels
    }

    /// The clock of a notice.
    public var clockKinds: [ClockKind] {
        [
            ClockKind(
                Notifier.acknowledgement,
                "If nobody there has acknowledged the notice, its next step up is taken: contacts of the agency are reminded, "
                    + "in the end its safeguarding lead and the business unit."),
            ClockKind(
                Notifier.response,
                "If the referrer has not answered, that is recorded as no response, never as agreement, and it is prompted."
            ),
        ]
    }

    /// The household that the record's key names.
    public func household(of message: InboundMessage) -> HouseholdID? { message.household }

    /// The notices that the messages may issue, or answer.
    public func reads(for messages: [InboundMessage]) -> [Query] {
        let notices = Set(messages.flatMap(notices(of:)).map(\.text)).sorted()
        return [
            .holding(Array(Set(messages.compactMap(\.household)))),
            Query(NotifierSQL.findNotices, [.textArray(notices)]),
        ]
    }

    /// The notices whose clocks have fallen due.
    public func reads(firing households: [HouseholdID]) -> [Query] {
        [.holding(households), Query(NotifierSQL.findDueNotices, [.uuidArray(households.map(\.uuid))])]
    }

    /// The notices that those statements found.
    public func workspace(reading results: ArraySlice<QueryResult>) throws -> LoadedNotices {
        try LoadedNotices(reading: results.last)
    }

    /// One event of a household.
    public func handle(_ message: InboundMessage, in book: inout LoadedNotices, now: Instant)
        throws(MessageFailure) -> [Effect<NoticeRow>]
    {
        let (event, household) = try message.addressed()
        let origin = Origin(event.envelope)
        let reading = message.content { EventReading(event, of: household) }
        switch try reading.content.get() {
        case .due(let due):
            let moved = moveWindow(due, &book)
            let published = event.envelope.time
            let issued = reading.plan.flatMap { planned -> [Effect<NoticeRow>] in
                let effects = issue(
                    planned.draft, due.body, as: planned.notice, household, origin, &book, now: now)
                guard planned.draft.kind == .outcomeOfReferral, !effects.isEmpty else { return effects }
                return effects + [responseClock(of: planned.notice, household, published: published)]
            }
            return moved + issued
        case .taken(let taken):
            guard let entry = book[taken.noticeID] else { return [] }
            return answered(taken.noticeID, entry, taken.answer, by: taken.by, at: taken.answeredAt, &book)
        case .fact(let fact): return respond(fact, household, origin, &book, now: now)
        }
    }

    /// One clock that has fallen due.
    public func fire(_ deadline: DueDeadline, in book: inout LoadedNotices, now: Instant)
        throws(MessageFailure) -> [Effect<NoticeRow>]
    {
        if deadline.key.kind == Notifier.response, let about = NoticeID(deadline.key.subject) {
            return noteSilence(about, deadline, &book, now: now)
        }
        guard deadline.key.kind == Notifier.acknowledgement, let about = NoticeID(deadline.key.subject),
            let entry = book[about], !entry.isAcknowledged,
            policy.notices.acknowledgement.indices.contains(entry.stepsTaken)
        else { return [] }
        var effects: [Effect<NoticeRow>] = []
        for draft in NoticePlanner.of(about, entry, step: entry.stepsTaken, policy) {
            let id = draft.notice(of: deadline.household)
            var body = entry.reminder(of: about)
            body.unacknowledgedBy = draft.agency == entry.agency ? nil : entry.agency
            effects += issue(draft, body, as: id, deadline.household, Origin(deadline), &book, now: now)
        }
        let taken = entry.stepsTaken + 1
        book.take(taken, of: about)
        effects.append(.record(.reminded(about, steps: taken)))
        return effects + nextStep(of: about, deadline.household, issued: entry.issuedAt, taken: taken)
    }

    /// The clock of the next step of the ladder of acknowledgement, if there is one. Every step counts from the notice.
    private func nextStep(of notice: NoticeID, _ household: HouseholdID, issued: Instant, taken: Int)
        -> [Effect<NoticeRow>]
    {
        guard policy.notices.acknowledgement.indices.contains(taken) else { return [] }
        let due = policy.due(acknowledgementStep: taken, from: issued)
        return [.arm(Deadline(key: key(notice), household: household, due: due))]
    }

    /// The statements that write the rows.
    public func writes(of book: inout LoadedNotices, rows: [NoticeRow]) -> [Query] { NoticeRow.writes(rows) }

    /// The statements that note what the agencies' topics have, in the transaction that takes it off the outbox.
    public static func deliveries(_ delivery: Delivery) -> [Query] {
        var queries: [Query] = []
        if !delivery.rows.isEmpty {
            queries.append(Query(NotifierSQL.insertTransmissions, [.int8Array(delivery.rows)]))
        }
        if !delivery.references.isEmpty {
            queries.append(Query(NotifierSQL.markDelivered, [.textArray(delivery.references)]))
        }
        return queries
    }

    /// The notices that a message may issue, or that it is about. One that cannot be read has none; it fails later.
    private func notices(of message: InboundMessage) -> [NoticeID] {
        guard let household = message.household, case .success(let event) = message.reading else { return [] }
        return message.content { EventReading(event, of: household) }.notices
    }

    /// One notice, if it was not issued before.
    func issue(
        _ draft: PlannedNotice, _ body: NoticeBody, as id: NoticeID, _ household: HouseholdID, _ origin: Origin,
        _ book: inout LoadedNotices, now: Instant
    ) -> [Effect<NoticeRow>] {
        let notice = content(of: draft, body, as: id)
        let entry = LoadedNotices.Entry(
            agency: draft.agency, kind: draft.kind, children: draft.told, subject: body.subject,
            respondBy: body.respondBy, issuedAt: now, about: body.about, because: draft.because,
            isUrgent: body.isUrgent == true)
        guard book.add(id, entry) else { return [] }
        var effects: [Effect<NoticeRow>] = [
            .publish(
                record(
                    of: notice, to: draft.agency, household, origin, issuedAt: now, reference: id.text,
                    tally: "notice " + draft.kind.rawValue)),
            .record(.issued(notice, household: household, agency: draft.agency, children: draft.told)),
        ]
        if let agency = policy.agencies[draft.agency] {
            let template = MessageTemplate.of(notice)
            effects += ChannelAddress.all(for: notice, at: agency, by: channels).map { address in
                let time = DeliveryTime(of: notice, to: address, policy, now: now)
                return .record(.carried(id, address, template, time))
            }
        }
        if draft.kind != .acknowledgementOverdue {
            effects += nextStep(of: id, household, issued: now, taken: 0)
        }
        return effects
    }

    /// An acknowledgement or an answer: recorded, and judged.
    private func respond(
        _ fact: Fact, _ household: HouseholdID, _ origin: Origin, _ book: inout LoadedNotices, now: Instant
    ) -> [Effect<NoticeRow>] {
        switch fact.body {
        case .acknowledgement(let acknowledgement):
            let refusal = book.acknowledgementRefusal(of: acknowledgement.noticeID)
            return settle(fact, acknowledgement.noticeID, household, origin, &book, refusal, now: now) { book, entry in
                acknowledge(acknowledgement.noticeID, entry, by: acknowledgement.by, &book)
            }
        case .answer(let answer):
            let refusal = book.answerRefusal(of: answer)
            guard answer.answer == .agree, book[answer.noticeID]?.kind != .consultationRecorded else {
                // The decision register takes up a challenge, a question or a confirmed view, or refuses it, and so answers it. Until it has said
                // that it was taken up nothing is changed here: a refused event has no effect at all.
                return settle(
                    fact, answer.noticeID, household, origin, &book, refusal, isAnsweredHere: false, now: now
                ) { _, _ in [] }
            }
            return settle(fact, answer.noticeID, household, origin, &book, refusal, now: now) { book, entry in
                // What is typed in late is not late by that (R14).
                answered(
                    answer.noticeID, entry, answer.answer, by: answer.by, at: min(fact.context.happenedAt, now), &book)
            }
        case .referral, .involvement, .discussion, .decision, .consultation, .information, .screening, .escalation,
            .conference,
            .supervision, .attestation, .observation:
            return []
        }
    }

    /// Somebody has answered the notice, and so seen it. Late is marked, never refused (row A3).
    private func answered(
        _ notice: NoticeID, _ entry: LoadedNotices.Entry, _ answer: NoticeAnswer, by person: Person, at moment: Instant,
        _ book: inout LoadedNotices
    ) -> [Effect<NoticeRow>] {
        let isLate = entry.respondBy.map { moment > $0 } ?? false
        book.answer(notice)
        // While a question is open the window stands still; with its answer comes the new end (R18).
        let moved = answer == .needInformation && !isLate ? moveWindow(of: notice, to: nil, &book) : []
        return moved + acknowledge(notice, entry, by: person, &book) + [
            .disarm(DeadlineKey(kind: Notifier.response, subject: notice.text)),
            .record(.answered(notice, answer, by: person, isLate: isLate)),
        ]
    }

    /// Somebody has seen the notice: its ladder ends. Who has seen the reminder has seen what it is about.
    private func acknowledge(_ notice: NoticeID, _ entry: LoadedNotices.Entry, by: Person, _ book: inout LoadedNotices)
        -> [Effect<NoticeRow>]
    {
        let about = entry.about.flatMap { about in book[about]?.agency == entry.agency ? about : nil }
        var effects: [Effect<NoticeRow>] = []
        for seen in [notice, about].compactMap({ $0 }) where book[seen]?.isAcknowledged == false {
            book.acknowledge(seen)
            effects += [.disarm(key(seen)), .record(.acknowledged(seen, by: by))]
        }
        return effects
    }

    private func settle(
        _ fact: Fact, _ notice: NoticeID, _ household: HouseholdID, _ origin: Origin, _ book: inout LoadedNotices,
        _ refusal: RefusalReason?, isAnsweredHere: Bool = true, now: Instant,
        _ apply: (inout LoadedNotices, LoadedNotices.Entry) -> [Effect<NoticeRow>]
    ) -> [Effect<NoticeRow>] {
        // A notice of another agency is as unknown as one that never was: an answer must not tell which.
        guard let entry = book[notice], entry.agency == fact.context.agency else {
            let reason = RefusalReason(
                path: "/data/noticeId", code: .unknownSubject,
                message: "Your agency has no notice with this identifier. Give the noticeId as the notice has it.")
            return [ruling(on: fact, [reason], household, origin, now: now)]
        }
        if let refusal { return [ruling(on: fact, [refusal], household, origin, now: now)] }
        let answer = isAnsweredHere ? [ruling(on: fact, [], household, origin, now: now)] : []
        return answer + apply(&book, entry)
    }

    /// The ruling on an acknowledgement or answer; intake delivers it as a receipt.
    private func ruling(
        on fact: Fact, _ reasons: [RefusalReason], _ household: HouseholdID, _ origin: Origin, now: Instant
    ) -> Effect<NoticeRow> {
        let ruling = EventRuling(on: fact, reasons: reasons, at: now)
        let id = "verdict-" + SHA256.identifier(NotifierSpec.service.name, origin.causationID)
        return .publish(
            Notifier.publisher.record(
                ruling, id: id, on: topics.rulings, key: household.text, from: origin.lineage, at: now))
    }

    /// What a notice says.
    func content(of draft: PlannedNotice, _ body: NoticeBody, as id: NoticeID) -> NoticeIssued {
        NoticeIssued(
            noticeID: id, kind: draft.kind, children: draft.children, canAnswer: NoticePlanner.answers(to: draft),
            openedBecause: Array(draft.because), reference: NoticeReference(of: id, for: draft.agency),
            addressedTo: draft.addressedTo, task: draft.task, body: body)
    }

    /// A notice on its way to an agency's topic.
    func record(
        of notice: NoticeIssued, to agency: AgencyCode, _ household: HouseholdID, _ origin: Origin, issuedAt: Instant,
        reference: String? = nil, tally: String
    ) -> OutgoingRecord {
        Notifier.publisher.record(
            notice, id: notice.noticeID.text, on: topics.notices(of: agency), key: household.text,
            from: origin.lineage, at: issuedAt, reference: reference, tally: tally)
    }

    private func key(_ notice: NoticeID) -> DeadlineKey {
        DeadlineKey(kind: Notifier.acknowledgement, subject: notice.text)
    }
}
