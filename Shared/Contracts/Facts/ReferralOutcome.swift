import JSON
import Safeguarding

/// On `screening.outcomes`: how the screening of a referral ended, with the notice of it for its referrer.
public struct ReferralOutcome: ServiceEvent {
    /// The screening item.
    public let itemID: ScreeningItemID
    /// What the referrer is told.
    public let notices: NoticeDue

    /// How the screening of a referral ended.
    public init(itemID: ScreeningItemID, notices: NoticeDue) {
        self.itemID = itemID
        self.notices = notices
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "referral-outcome.published", major: 2, "How the screening of a referral ended, for its referrer.",
        from: "mash-screener",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"itemId": "s1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
                 "notices": {
                   "cause": "item/s1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
                   "children": [{"person": "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", "references": {"csc": "CSC-1"},
                     "outcome": "assessment"}],
                   "receivers": [{"agency": "health-visiting", "kind": "outcome-of-referral",
                     "because": ["referrer"]}],
                   "body": {"subject": {"kind": "referral", "id": "HV-REF-1", "chosenBy": "health-visiting"},
                     "decidedBy": {"agency": "mash", "role": "screener"}, "decidedAt": "2026-11-20T10:00:00Z",
                     "reason": "Needs are not clear.", "respondBy": "2026-11-27T17:00:00Z"}}}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        ReferralOutcome.init, required("itemId", \.itemID, .screeningItemID(), "The screening item."),
        required("notices", \.notices, .object(NoticeDue.record), "What the referrer is told."))
}
