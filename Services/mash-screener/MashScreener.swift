import Contracts
import MashScreenerSpec
import Messaging
import Policy
import Safeguarding

/// The hub's desk: a referral becomes an item on `screening.queue` with its clocks; it is claimed, given back and
/// decided by people; the outcome goes to the referrer. No referral ends without one (P2).
public struct MashScreener: HouseholdProcedure {
    /// The kind of the statutory clock: a decision within one working day of the referral (T1).
    static let screeningDecision = DeadlineKind.screeningDecision.rawValue
    /// The kind of the clock that moves a referral up which stays undecided (row B2).
    static let overdueDecision = DeadlineKind.overdueDecision.rawValue
    /// The kind of the clock by which somebody is to look at a referral (section 3.1).
    static let rating = DeadlineKind.rating.rawValue
    private static let publisher = EventPublisher(service: MashScreenerSpec.service.name)

    let policy: Policy
    let topics: Topics

    /// A screener under one policy.
    public init(policy: Policy, topics: Topics) {
        self.policy = policy
        self.topics = topics
    }

    /// Facts that no screener acts on.
    public let ignoredTypes = FactBody.types(but: ReferralFact.self, ScreeningFact.self)

    /// One event of the household.
    public func handle(
        _ event: ReceivedEvent, of household: HouseholdID, state desk: inout OpenItems, now: Instant
    ) throws(MessageFailure) -> [Effect<NoRows>] {
        let fact = try Fact.reading(event)
        let context = Context(household: household, origin: Origin(event.envelope), now: now)
        switch fact.body {
        case .referral(let referral): return queue(referral, fact, &desk, context)
        case .screening(let screening): return act(screening, fact, &desk, context)
        case .involvement, .discussion, .decision, .consultation, .acknowledgement, .answer, .information, .escalation,
            .conference, .supervision, .attestation, .observation:
            return []
        }
    }

    /// An event that waits for an operator: whoever sent it is told.
    public func delayed(_ event: ReceivedEvent, of household: HouseholdID, behind hold: HouseholdHold, now: Instant)
        -> [OutgoingRecord]
    {
        MashScreener.publisher.delays(
            of: event, ignoring: ignoredTypes, household: household, topics: topics, now: now)
    }

    /// An event that an operator has taken out: whoever sent it is told.
    public func discarded(_ event: ReceivedEvent, of household: HouseholdID, now: Instant) -> [OutgoingRecord] {
        MashScreener.publisher.discards(
            of: event, ignoring: ignoredTypes, household: household, topics: topics, now: now)
    }

    struct Context {
        let household: HouseholdID
        let origin: Origin
        let now: Instant
    }

    private func queue(_ referral: ReferralFact, _ fact: Fact, _ desk: inout OpenItems, _ context: Context)
        -> [Effect<NoRows>]
    {
        let id = ScreeningItemID(
            household: context.household, referrer: fact.context.agency, referralID: referral.referralID)
        guard desk.place(of: id) == nil else { return [] }
        let statutory = policy.due(
            policy.clocks.screeningDecision, from: fact.context.recordedAt, setting: .screeningDecision)
        let clocks = [ScreeningItemUpdated.Clock(MashScreener.screeningDecision, statutory)]
        let hub = policy.agencies.hub
        var item = ScreeningItemUpdated(
            itemID: id, state: .queued, isOverdue: false, rating: rating(of: referral), referralID: referral.referralID,
            referrer: fact.context.agency,
            children: fact.children.map { .init(handle: $0.person, ref: $0.references[hub]) },
            concernKinds: referral.concernKinds, isImmediateRisk: referral.isImmediateRisk,
            receivedAt: fact.context.recordedAt, clocks: clocks, claimedBy: nil)
        let rating = ratingClock(of: item, context)
        if let shown = rating.shown { item.clocks.append(shown) }
        let references = fact.children.map { ($0.person, $0.references) }
        let queued = OpenItems.Item(shown: item, references: Dictionary(references) { first, _ in first })
        if let refusal = ScreeningLimits.exceeded(by: queued, on: desk) {
            return [ruling(on: fact, reasons: [refusal], context)]
        }
        desk.items.append(queued)
        return [
            show(item, context), .arm(Deadline(key: key(id), household: context.household, due: statutory)),
            rating.effect,
        ]
    }

    private func act(_ screening: ScreeningFact, _ fact: Fact, _ desk: inout OpenItems, _ context: Context)
        -> [Effect<NoRows>]
    {
        guard let place = desk.place(of: screening.itemID) else {
            return [
                ruling(
                    on: fact, .unknownSubject, "/data/itemId",
                    "There is no open item with this identifier. It may have been decided; see the queue.", context)
            ]
        }
        var item = desk.items[place].shown
        if let refusal = refusal(of: screening, on: item) { return [ruling(on: fact, reasons: [refusal], context)] }
        switch screening.action {
        case .claimed:
            (item.state, item.claimedBy) = (.claimed, screening.by)
        case .released:
            (item.state, item.claimedBy) = (.queued, nil)
        case .decided(let outcome, let reason, let children):
            return decide(screening, outcome, reason, children, fact, place, &desk, context)
        case .rated(let rating, let reason):
            return rate(place, rating, reason: reason, screening, fact, &desk, context)
        }
        desk.items[place].shown = item
        return [ruling(on: fact, context), show(item, context)]
    }

    private func decide(
        _ screening: ScreeningFact, _ outcome: ScreeningOutcome, _ reason: String,
        _ single: [ScreeningDecided.ChildOutcome], _ fact: Fact, _ place: Int, _ desk: inout OpenItems,
        _ context: Context
    ) -> [Effect<NoRows>] {
        var item = desk.items[place]
        let strangers = single.enumerated().filter { item.references[$0.element.handle] == nil }
        guard strangers.isEmpty else {
            let reasons = strangers.map {
                RefusalReason(
                    path: "/data/children/\($0.offset)/handle", code: .unknownSubject,
                    message: "This child is not one of the item's. Give the handle as the queue has it.")
            }
            return [ruling(on: fact, reasons: reasons, context)]
        }
        desk.items.remove(at: place)
        item.shown.state = .decided
        item.shown.claimedBy = screening.by
        let children = item.references.sorted { $0.key < $1.key }.map { person, references in
            let own = single.first { $0.handle == person }
            return NoticeDue.Child(
                person: person, references: references,
                detail: ChildDetail(rationale: own?.reason, outcome: own?.outcome ?? outcome))
        }
        var body = body(of: item.shown, decidedBy: screening, fact, context)
        body.reason = reason
        let result = ReferralOutcome(
            itemID: screening.itemID,
            notices: NoticeDue(
                cause: "item/" + screening.itemID.text, children: children,
                receivers: [
                    NoticeDue.Receiver(agency: item.shown.referrer, kind: .outcomeOfReferral, because: [.referrer])
                ], body: body))
        return [
            ruling(on: fact, settles: screening.itemID, context),
            publish(result, "outcome", on: topics.screeningOutcomes, context),
            show(item.shown, context), .disarm(key(screening.itemID)),
            .disarm(DeadlineKey(kind: MashScreener.overdueDecision, subject: screening.itemID.text)),
            .disarm(DeadlineKey(kind: MashScreener.rating, subject: screening.itemID.text)),
            .measure(lateness(of: item.shown, context)),
            // After the decided item, a tombstone: the queue holds what is open and does not grow with its history.
            .publish(
                OutgoingRecord(topic: topics.screeningQueue.name, key: screening.itemID.text, value: nil)),
        ]
    }

    /// What a notice says of something that a screener has decided about an item.
    func body(of item: ScreeningItemUpdated, decidedBy screening: ScreeningFact, _ fact: Fact, _ context: Context)
        -> NoticeBody
    {
        var body = NoticeBody.about(item.subject)
        body.decidedBy = NoticeAuthor(fact.context.agency, role: screening.by.role)
        body.decidedAt = fact.context.happenedAt
        body.respondBy = policy.due(policy.clocks.challengeWindow, from: context.now).due
        return body
    }

    /// How late the decision came, nothing if it came in time (row B2: measured).
    private func lateness(of item: ScreeningItemUpdated, _ context: Context) -> Measurement {
        Measurement(
            "screening_decision_late", help: "How late the hub's decisions on referrals came (T1).",
            seconds: item.decisionDue.map { max(0, context.now.seconds(since: $0)) } ?? 0)
    }

    func ruling(
        on fact: Fact, reasons: [RefusalReason] = [], settles item: ScreeningItemID? = nil, _ context: Context
    ) -> Effect<NoRows> {
        let ruling = EventRuling(on: fact, reasons: reasons, at: context.now, settles: item)
        return publish(ruling, "verdict", on: topics.rulings, context)
    }

    private func ruling(
        on fact: Fact, _ code: RefusalCode, _ path: String, _ message: String, _ context: Context
    ) -> Effect<NoRows> {
        ruling(on: fact, reasons: [RefusalReason(path: path, code: code, message: message)], context)
    }

    func show(_ item: ScreeningItemUpdated, _ context: Context) -> Effect<NoRows> {
        .publish(record(of: item, context))
    }

    /// An item as the queue shows it.
    func record(of item: ScreeningItemUpdated, _ context: Context) -> OutgoingRecord {
        record(item, "item", on: topics.screeningQueue, key: item.itemID.text, context)
    }

    func publish(
        _ payload: some EventPayload, _ part: String, on topic: Topics.Topic, tally: String? = nil, _ context: Context
    ) -> Effect<NoRows> {
        .publish(record(payload, part, on: topic, key: context.household.text, tally: tally, context))
    }

    private func record(
        _ payload: some EventPayload, _ part: String, on topic: Topics.Topic, key: String, tally: String? = nil,
        _ context: Context
    ) -> OutgoingRecord {
        MashScreener.publisher.record(
            payload, id: part + "-" + SHA256.identifier(part, context.origin.causationID), on: topic, key: key,
            from: context.origin.lineage, at: context.now, tally: tally)
    }

    private func key(_ item: ScreeningItemID) -> DeadlineKey {
        DeadlineKey(kind: MashScreener.screeningDecision, subject: item.text)
    }
}

extension ScreeningItemUpdated.Clock {
    init(_ name: String, _ due: DueTime) {
        self.init(name: name, due: due.due, explanation: due.sentence)
    }
}
