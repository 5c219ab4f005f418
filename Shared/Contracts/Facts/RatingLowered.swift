import JSON
import Safeguarding

/// On `screening.outcomes`: a named person has lowered the rating of a referral, with a reason (row A6, section 3.1). Who
/// beside the referrer is to be told depends on who is party to the children's matters, which the screening desk does not
/// know.
public struct RatingLowered: ServiceEvent {
    /// The referrer's own identifier of the referral.
    public let referralID: String
    /// The screening item.
    public let itemID: ScreeningItemID
    /// What makes it distinct among the changes of the item: it may be lowered, raised and lowered again.
    public let cause: String
    /// Who referred.
    public let referrer: AgencyCode
    /// The children.
    public let children: [NoticeDue.Child]
    /// The rating that it had.
    public let from: RiskRating
    /// The rating that it has now.
    public let to: RiskRating
    /// When it was lowered.
    public let decidedAt: Instant
    /// Which agency lowered it.
    public let decidedBy: AgencyCode
    /// What the person who did is.
    public let decidedByRole: String
    /// Why.
    public let reason: String
    /// Until when an answer is expected.
    public let respondBy: Instant

    /// A rating that was lowered.
    public init(
        referralID: String, itemID: ScreeningItemID, cause: String, referrer: AgencyCode, children: [NoticeDue.Child],
        from: RiskRating, to: RiskRating, decidedAt: Instant, decidedBy: AgencyCode, decidedByRole: String,
        reason: String, respondBy: Instant
    ) {
        self.referralID = referralID
        self.itemID = itemID
        self.cause = cause
        self.referrer = referrer
        self.children = children
        self.from = from
        self.to = to
        self.decidedAt = decidedAt
        self.decidedBy = decidedBy
        self.decidedByRole = decidedByRole
        self.reason = reason
        self.respondBy = respondBy
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "rating-lowered.recorded", "A named person has lowered the rating of a referral, with a reason.",
        from: "mash-screener",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"referralId": "HV-REF-1",
                 "itemId": "s1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
                 "cause": "rating/1", "referrer": "health-visiting",
                 "children": [{"person": "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", "references": {"csc": "CSC-1"}}],
                 "from": "amber", "to": "green", "decidedAt": "2026-11-20T10:00:00Z", "decidedBy": "mash",
                 "decidedByRole": "screener", "reason": "The appointment was kept after all.",
                 "respondBy": "2026-11-27T17:00:00Z"}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        RatingLowered.init,
        required("referralId", \.referralID, .line(), "The referrer's own identifier of the referral."),
        required("itemId", \.itemID, .screeningItemID(), "The screening item."),
        required("cause", \.cause, .line(500), "What makes it distinct among the changes of the item."),
        required("referrer", \.referrer, .agency(), "Who referred."),
        required(
            "children", \.children, .list(.object(NoticeDue.Child.record), 1...ChildDescription.maximumCount),
            "The children of the referral."),
        required("from", \.from, .word(), "The rating that it had."),
        required("to", \.to, .word(), "The rating that it has now."),
        required("decidedAt", \.decidedAt, .instant(), "When it was lowered."),
        required("decidedBy", \.decidedBy, .agency(), "Which agency lowered it."),
        required("decidedByRole", \.decidedByRole, .line(), "What the person who lowered it is."),
        required("reason", \.reason, .text(), "Why it was lowered."),
        required("respondBy", \.respondBy, .instant(), "Until when an answer is expected."))
}
