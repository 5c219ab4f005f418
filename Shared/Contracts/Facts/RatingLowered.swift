import Safeguarding

/// On `screening.outcomes`: a named person has lowered the rating of a referral, with a reason (row A6), and the notice of it
/// for its referrer. Who beside the referrer is to be told the same depends on who is party to the children's matters, which
/// the screening desk does not know.
public struct RatingLowered: ScreeningResult {
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
            example(
                cause: "/rating/1", kind: .thresholdChanged,
                body: #"""
                    "state": "changed", "reason": "The appointment was kept after all.",
                    "rating": {"from": "amber", "to": "green"}
                    """#)
        ])

    /// Its fields.
    public static let record = fields()
}
