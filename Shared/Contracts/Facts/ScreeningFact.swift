import JSON
import Safeguarding

/// A screener took an item, gave it back, decided it, or rated it anew.
public struct ScreeningFact: ServiceEvent {
    /// Which of the four.
    public enum Action: Sendable, Hashable {
        /// Took it.
        case claimed
        /// Gave it back.
        case released
        /// Decided it: the outcome, why, and outcomes of single children.
        case decided(ScreeningOutcome, reason: String, children: [ScreeningDecided.ChildOutcome])
        /// Rated it anew, and why.
        case rated(RiskRating, reason: String)
    }

    /// Which item.
    public let itemID: ScreeningItemID
    /// Who.
    public let by: Person
    /// What was done.
    public let action: Action

    /// A screener did something.
    public init(itemID: ScreeningItemID, by: Person, action: Action) {
        self.itemID = itemID
        self.by = by
        self.action = action
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "screening-fact.recorded", "A screener took an item, gave it back, decided it, or rated it anew.",
        from: "referral-intake",
        examples: [
            ServiceTerms.Example(
                "claimed",
                #"""
                {"action": "claimed",
                 "itemId": "s1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
                 "by": {"name": "Sam Example", "role": "screener"}}
                """#),
            ServiceTerms.Example(
                "released",
                #"""
                {"action": "released",
                 "itemId": "s1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
                 "by": {"name": "Sam Example", "role": "screener"}}
                """#),
            ServiceTerms.Example(
                "decided",
                #"""
                {"action": "decided",
                 "itemId": "s1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
                 "by": {"name": "Sam Example", "role": "screener"},
                 "outcome": "assessment", "reason": "Needs are not clear.",
                 "outcomes": [{"handle": "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", "outcome": "early-help",
                   "reason": "Support is enough for this child."}]}
                """#),
            ServiceTerms.Example(
                "rated",
                #"""
                {"action": "rated",
                 "itemId": "s1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
                 "by": {"name": "Sam Example", "role": "screener"},
                 "rating": "amber", "reason": "The appointment was kept after all."}
                """#),
        ])

    /// Its fields: those of the event that it comes from. The children of the fact itself stand under the key that they have
    /// everywhere, so outcomes of children have one of their own.
    public static let record: Record<ScreeningFact> = Record(
        oneOf: "action", "What was done.", claimed, released, decided, rated)

    private static let claimed = RecordVariant<ScreeningFact>("claimed", ScreeningClaimed.record) { event in
        ScreeningFact(itemID: event.itemID, by: event.by, action: .claimed)
    } _: { fact in
        fact.action == .claimed ? ScreeningClaimed(itemID: fact.itemID, by: fact.by) : nil
    }

    private static let released = RecordVariant<ScreeningFact>("released", ScreeningReleased.record) { event in
        ScreeningFact(itemID: event.itemID, by: event.by, action: .released)
    } _: { fact in
        fact.action == .released ? ScreeningReleased(itemID: fact.itemID, by: fact.by) : nil
    }

    private static let decided = RecordVariant<ScreeningFact>("decided", ScreeningDecided.factRecord) { event in
        ScreeningFact(event)
    } _: { fact in
        guard case .decided(let outcome, let reason, let children) = fact.action else { return nil }
        return ScreeningDecided(
            itemID: fact.itemID, by: fact.by, outcome: outcome, reason: reason, children: children)
    }

    private static let rated = RecordVariant<ScreeningFact>("rated", ScreeningRated.record) { event in
        ScreeningFact(event)
    } _: { fact in
        guard case .rated(let rating, let reason) = fact.action else { return nil }
        return ScreeningRated(itemID: fact.itemID, by: fact.by, rating: rating, reason: reason)
    }

    private init(_ event: ScreeningDecided) {
        self.init(
            itemID: event.itemID, by: event.by,
            action: .decided(event.outcome, reason: event.reason, children: event.children))
    }

    private init(_ event: ScreeningRated) {
        self.init(itemID: event.itemID, by: event.by, action: .rated(event.rating, reason: event.reason))
    }
}
