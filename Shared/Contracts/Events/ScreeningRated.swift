import JSON
import Safeguarding

/// `screening.rated`: a named person rates a referral anew. Rules raise a rating; only somebody who says why lowers one
/// (domain.md section 3.1).
public struct ScreeningRated: AgencyEvent {
    /// Which item.
    public let itemID: ScreeningItemID
    /// Who rates it.
    public let by: Person
    /// How soon it needs looking at.
    public let rating: RiskRating
    /// Why.
    public let reason: String

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "screening.rated", "A named person rates a referral anew.",
        rows: ["A6"], publishers: .hub, answeredBy: .mashScreener,
        example: #"""
            {
              "itemId": "s1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
              "by": {"name": "Sam Example", "role": "screener"},
              "rating": "green",
              "reason": "The appointment was kept after all."
            }
            """#)

    /// Its fields.
    public static let record = Record(
        ScreeningRated.init,
        required("itemId", \.itemID, .screeningItemID(), "Which item: the itemId as the queue has it."),
        required("by", \.by, .person(), "Who rates it."),
        required("rating", \.rating, .word(), "How soon it needs looking at."),
        required("reason", \.reason, .text(), "Why."))

    /// Whom it is about.
    public var subjects: EventSubjects { .household(itemID.household) }
}
