import Safeguarding

/// On `screening.outcomes`: how the screening of a referral ended, with the notice of it for its referrer.
public struct ReferralOutcome: ScreeningResult {
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
            example(
                kind: .outcomeOfReferral, child: #", "outcome": "assessment""#,
                body: #""reason": "Needs are not clear.""#)
        ])

    /// Its fields.
    public static let record = fields()
}
