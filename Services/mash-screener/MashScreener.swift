import Contracts
import Messaging
import Policy
import Safeguarding

/// The hub's desk: a referral becomes an item on `screening.queue` with its clocks; it is claimed, given back and
/// decided by people; the outcome goes to the referrer. No referral ends without one (P2).
public struct MashScreener: HouseholdProcedure {
    /// The kind of the statutory clock: a decision within one working day of the referral (T1).
    static let screeningDecision = "screening-decision"
    private static let source = EventSource.service("mash-screener")

    private let policy: Policy
    private let topics: Topics

    /// A screener under one policy.
    public init(policy: Policy, topics: Topics) {
        self.policy = policy
        self.topics = topics
    }

    /// Facts that no screener acts on.
    public var ignoredTypes: Set<String> {
        [
            InvolvementFact.type.text, DiscussionFact.type.text, DecisionFact.type.text, ConsultationFact.type.text,
            AcknowledgementFact.type.text, AnswerFact.type.text, EscalationFact.type.text, ConferenceFact.type.text,
            SupervisionFact.type.text,
        ]
    }

    /// One event of the household.
    public func handle(
        _ event: ReceivedEvent, of household: HouseholdID, state desk: inout ScreeningDesk, now: Instant
    ) throws(MessageFailure) -> [Effect<NoRows>] {
        let fact = try Fact.reading(event)
        let context = Context(household: household, origin: Origin(event.envelope), now: now)
        switch fact.body {
        case .referral(let referral): return queue(referral, fact, &desk, context)
        case .screening(let screening): return act(screening, fact, &desk, context)
        case .involvement, .discussion, .decision, .consultation, .acknowledgement, .answer, .escalation, .conference,
            .supervision:
            return []
        }
    }

    /// One clock of the household that has fallen due.
    public func fire(_ deadline: DueDeadline, state desk: inout ScreeningDesk, now: Instant) -> [Effect<NoRows>] {
        guard deadline.key.kind == MashScreener.screeningDecision, let item = ScreeningItemID(deadline.key.subject),
            let place = desk.place(of: item)
        else { return [] }
        desk.items[place].shown.isOverdue = true
        let context = Context(household: deadline.household, origin: Origin(deadline), now: now)
        return [show(desk.items[place].shown, context)]
    }

    private struct Context {
        let household: HouseholdID
        let origin: Origin
        let now: Instant
    }

    private func queue(_ referral: ReferralFact, _ fact: Fact, _ desk: inout ScreeningDesk, _ context: Context)
        -> [Effect<NoRows>]
    {
        let id = ScreeningItemID(
            household: context.household, referrer: fact.context.agency, referralID: referral.referralID)
        guard desk.place(of: id) == nil else { return [] }
        let rating = rating(of: referral)
        let statutory = policy.due(
            policy.clocks.screeningDecision, from: fact.context.recordedAt, setting: .screeningDecision)
        var clocks = [ScreeningItemUpdated.Clock(MashScreener.screeningDecision, statutory)]
        if let length = policy.clocks.ratings[rating] {
            // Beside the statutory clock, never in its place.
            clocks.append(
                ScreeningItemUpdated.Clock(
                    "rating-" + rating.rawValue,
                    policy.due(length, from: fact.context.recordedAt, setting: .rating(rating))))
        }
        let hub = policy.agencies.hub
        let item = ScreeningItemUpdated(
            itemID: id, state: .queued, isOverdue: false, rating: rating, referralID: referral.referralID,
            referrer: fact.context.agency,
            children: fact.children.map { .init(handle: $0.person, ref: $0.references[hub]) },
            concernKinds: referral.concernKinds, isImmediateRisk: referral.isImmediateRisk,
            receivedAt: fact.context.recordedAt, clocks: clocks, claimedBy: nil)
        let references = fact.children.map { ($0.person, $0.references) }
        desk.items.append(
            ScreeningDesk.Item(shown: item, references: Dictionary(references) { first, _ in first }))
        return [
            show(item, context), .arm(Deadline(key: key(id), household: context.household, due: statutory)),
        ]
    }

    /// Rules raise, they never lower; a person can (P5).
    private func rating(of referral: ReferralFact) -> RiskRating {
        if referral.isImmediateRisk { return .red }
        return policy.clocks.amberConcerns.isDisjoint(with: referral.concernKinds) ? .green : .amber
    }

    private func act(_ screening: ScreeningFact, _ fact: Fact, _ desk: inout ScreeningDesk, _ context: Context)
        -> [Effect<NoRows>]
    {
        guard let place = desk.place(of: screening.itemID) else {
            return [
                verdict(
                    on: fact, .unknownSubject, "/data/itemId",
                    "There is no open item with this identifier. It may have been decided; see the queue.", context)
            ]
        }
        var item = desk.items[place].shown
        switch screening.action {
        case .claimed:
            if let holder = item.claimedBy, holder != screening.by {
                return [
                    verdict(
                        on: fact, .itemClaimed, "/data/itemId",
                        "Somebody else has claimed this item. They can release it.", context)
                ]
            }
            (item.state, item.claimedBy) = (.claimed, screening.by)
        case .released:
            (item.state, item.claimedBy) = (.queued, nil)
        case .decided(let outcome, let reason, let children):
            return decide(screening, outcome, reason, children, fact, place, &desk, context)
        }
        desk.items[place].shown = item
        return [verdict(on: fact, context), show(item, context)]
    }

    private func decide(
        _ screening: ScreeningFact, _ outcome: ScreeningOutcome, _ reason: String,
        _ single: [ScreeningDecided.ChildOutcome], _ fact: Fact, _ place: Int, _ desk: inout ScreeningDesk,
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
            return [verdict(on: fact, reasons: reasons, context)]
        }
        desk.items.remove(at: place)
        item.shown.state = .decided
        item.shown.claimedBy = screening.by
        let children = item.references.sorted { $0.key < $1.key }.map { person, references in
            let own = single.first { $0.handle == person }
            return ReferralOutcome.Child(
                person: person, outcome: own?.outcome ?? outcome, reason: own?.reason ?? reason,
                references: references)
        }
        let result = ReferralOutcome(
            referralID: item.shown.referralID, itemID: screening.itemID, referrer: item.shown.referrer,
            children: children, decidedAt: fact.context.happenedAt, decidedBy: fact.context.agency,
            decidedByRole: screening.by.role,
            respondBy: policy.due(policy.clocks.challengeWindow, from: context.now).due)
        return [
            verdict(on: fact, context), say(result, "outcome", on: topics.screeningOutcomes, context),
            show(item.shown, context), .disarm(key(screening.itemID)),
            // After the decided item, a tombstone: the queue holds what is open and does not grow with its history.
            .publish(
                OutgoingRecord(topic: topics.screeningQueue.name, key: screening.itemID.text, value: nil)),
        ]
    }

    private func verdict(on fact: Fact, reasons: [RefusalReason] = [], _ context: Context) -> Effect<NoRows> {
        say(VerdictGiven(on: fact, reasons: reasons, at: context.now), "verdict", on: topics.screeningOutcomes, context)
    }

    private func verdict(
        on fact: Fact, _ code: RefusalCode, _ path: String, _ message: String, _ context: Context
    ) -> Effect<NoRows> {
        verdict(on: fact, reasons: [RefusalReason(path: path, code: code, message: message)], context)
    }

    private func show(_ item: ScreeningItemUpdated, _ context: Context) -> Effect<NoRows> {
        .publish(
            OutgoingRecord(
                topic: topics.screeningQueue.name, key: item.itemID.text,
                value: item.event(envelope("item", ScreeningItemUpdated.type, context))))
    }

    private func say(_ payload: some EventPayload, _ part: String, on topic: Topics.Topic, _ context: Context)
        -> Effect<NoRows>
    {
        .publish(
            OutgoingRecord(
                topic: topic.name, key: context.household.text,
                value: payload.event(envelope(part, type(of: payload).type, context))))
    }

    private func envelope(_ part: String, _ type: EventType, _ context: Context) -> Envelope {
        Envelope(
            id: part + "-" + SHA256.identifier(part, context.origin.causationID), source: MashScreener.source,
            type: type.text, time: context.now, traceparent: context.origin.traceparent,
            correlationID: context.origin.correlationID, causationID: context.origin.causationID)
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

extension RefusalCode {
    /// Somebody else has the item.
    static let itemClaimed = RefusalCode(rawValue: "item-claimed")
}
