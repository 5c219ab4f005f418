import JSON
import Safeguarding

/// On `screening.outcomes`: a named person has lowered the rating of a referral, with a reason (row A6), and the notice of it
/// for its referrer. Who beside the referrer is to be told the same depends on who is party to the children's matters, which
/// the screening desk does not know.
public struct RatingLowered: ServiceEvent {
    /// The screening item.
    public let itemID: ScreeningItemID
    /// What the referrer is told.
    public let notices: NoticeDue

    /// A rating that was lowered.
    public init(itemID: ScreeningItemID, notices: NoticeDue) {
        self.itemID = itemID
        self.notices = notices
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "rating-lowered.recorded", major: 2, "A named person has lowered the rating of a referral, with a reason.",
        from: "mash-screener",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"itemId": "s1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
                 "notices": {
                   "cause": "item/s1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2/rating/1",
                   "children": [{"person": "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", "references": {"csc": "CSC-1"}}],
                   "receivers": [{"agency": "health-visiting", "kind": "threshold-changed", "because": ["referrer"]}],
                   "body": {"subject": {"kind": "referral", "id": "HV-REF-1", "chosenBy": "health-visiting"},
                     "state": "changed", "decidedBy": {"agency": "mash", "role": "screener"},
                     "decidedAt": "2026-11-20T10:00:00Z", "reason": "The appointment was kept after all.",
                     "rating": {"from": "amber", "to": "green"}, "respondBy": "2026-11-27T17:00:00Z"}}}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        RatingLowered.init, required("itemId", \.itemID, .screeningItemID(), "The screening item."),
        required("notices", \.notices, .object(NoticeDue.record), "What the referrer is told."))
}
