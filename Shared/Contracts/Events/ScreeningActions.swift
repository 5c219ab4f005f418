import JSON
import Safeguarding

/// `screening.claimed`: a screener takes an item.
public struct ScreeningClaimed: AgencyEvent {
    /// Which item.
    public let itemID: ScreeningItemID
    /// Who takes it.
    public let by: Person

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "screening.claimed", "A screener takes an item.",
        rows: ["B2"], publishers: .hub, answeredBy: .mashScreener,
        example: #"""
            {
              "itemId": "s1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
              "by": {"name": "Sam Example", "role": "screener"}
            }
            """#)

    /// Its fields.
    public static let record = Record(
        ScreeningClaimed.init,
        required("itemId", \.itemID, .screeningItemID(), "Which item: the itemId as the queue has it."),
        required("by", \.by, .person(), "Who takes it."))

    /// Whom it is about.
    public var subjects: EventSubjects { .household(itemID.household) }
}

/// `screening.released`: a screener gives an item back.
public struct ScreeningReleased: AgencyEvent {
    /// Which item.
    public let itemID: ScreeningItemID
    /// Who gives it back.
    public let by: Person

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "screening.released", "A screener gives an item back.",
        rows: ["B2"], publishers: .hub, answeredBy: .mashScreener,
        example: #"""
            {
              "itemId": "s1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
              "by": {"name": "Sam Example", "role": "screener"}
            }
            """#)

    /// Its fields.
    public static let record = Record(
        ScreeningReleased.init,
        required("itemId", \.itemID, .screeningItemID(), "Which item: the itemId as the queue has it."),
        required("by", \.by, .person(), "Who gives it back."))

    /// Whom it is about.
    public var subjects: EventSubjects { .household(itemID.household) }
}

/// `screening.decided`: how the screening of a referral ends.
public struct ScreeningDecided: AgencyEvent {
    /// Another outcome for one of the children.
    public struct ChildOutcome: Sendable, Hashable {
        /// The child as the queue names it.
        public let handle: PersonID
        /// Its outcome.
        public let outcome: ScreeningOutcome
        /// Why.
        public let reason: String

        static let record = Record(
            ChildOutcome.init,
            required("handle", \.handle, .personID(), "The child as the queue names it."),
            required("outcome", \.outcome, .word(), "Its outcome."),
            required("reason", \.reason, .text(), "Why."))
    }

    /// Which item.
    public let itemID: ScreeningItemID
    /// Who decides.
    public let by: Person
    /// The outcome for every child that has none of its own.
    public let outcome: ScreeningOutcome
    /// Why.
    public let reason: String
    /// Outcomes of single children.
    public let children: [ChildOutcome]

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "screening.decided", "How the screening of a referral ends.",
        rows: ["B1"], publishers: .hub, answeredBy: .mashScreener,
        example: #"""
            {
              "itemId": "s1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
              "by": {"name": "Sam Example", "role": "screener"},
              "outcome": "assessment",
              "reason": "Needs are not clear.",
              "children": [
                {
                  "handle": "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
                  "outcome": "early-help",
                  "reason": "Support is enough for this child."
                }
              ]
            }
            """#)

    /// Its fields.
    public static let record = fields(children: "children")

    /// The same in a fact, whose own children stand under the key that they have everywhere.
    static let factRecord = fields(children: "outcomes")

    private static func fields(children key: StaticString) -> Record<ScreeningDecided> {
        Record(
            ScreeningDecided.init,
            required("itemId", \.itemID, .screeningItemID(), "Which item: the itemId as the queue has it."),
            required("by", \.by, .person(), "Who decides."),
            required("outcome", \.outcome, .word(), "The outcome for every child that has none of its own."),
            required("reason", \.reason, .text(), "Why."),
            optional(key, \.children, .childOutcomes(), or: [], "Outcomes of single children."))
    }

    /// Whom it is about.
    public var subjects: EventSubjects { .household(itemID.household) }
}

extension FieldRule where Value == [ScreeningDecided.ChildOutcome] {
    /// Outcomes of single children.
    static func childOutcomes() -> FieldRule {
        .list(.object(ScreeningDecided.ChildOutcome.record), 0...ChildDescription.maximumCount)
    }
}
