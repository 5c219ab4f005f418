import JSON
import Safeguarding

/// On `screening.outcomes`: how the screening of a referral ended, for its referrer.
public struct ReferralOutcome: ServiceEvent {
    /// The outcome for one child.
    public struct Child: Sendable, Equatable {
        /// The child.
        public let person: PersonID
        /// Its outcome.
        public let outcome: ScreeningOutcome
        /// Why.
        public let reason: String
        /// Each agency's own reference.
        public let references: [AgencyCode: String]

        /// The outcome for one child.
        public init(person: PersonID, outcome: ScreeningOutcome, reason: String, references: [AgencyCode: String]) {
            self.person = person
            self.outcome = outcome
            self.reason = reason
            self.references = references
        }

        static let record = Record(
            Child.init, required("person", \.person, .personID(), "The child."),
            required("outcome", \.outcome, .word(), "Its outcome."),
            required("reason", \.reason, .text(), "Why."),
            optional(
                "references", \.references, .references(), or: [:], "Each agency's own reference of the child."))
    }

    /// The referrer's own identifier of the referral.
    public let referralID: String
    /// The screening item.
    public let itemID: ScreeningItemID
    /// Who referred.
    public let referrer: AgencyCode
    /// Each child's outcome.
    public let children: [Child]
    /// When it was decided.
    public let decidedAt: Instant
    /// Who decided.
    public let decidedBy: AgencyCode
    /// What the screener is.
    public let decidedByRole: String
    /// Until when an answer is expected.
    public let respondBy: Instant

    /// How the screening of a referral ended.
    public init(
        referralID: String, itemID: ScreeningItemID, referrer: AgencyCode, children: [Child], decidedAt: Instant,
        decidedBy: AgencyCode, decidedByRole: String, respondBy: Instant
    ) {
        self.referralID = referralID
        self.itemID = itemID
        self.referrer = referrer
        self.children = children
        self.decidedAt = decidedAt
        self.decidedBy = decidedBy
        self.decidedByRole = decidedByRole
        self.respondBy = respondBy
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "referral-outcome.published", "How the screening of a referral ended, for its referrer.",
        from: "mash-screener",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"referralId": "HV-REF-1",
                 "itemId": "s1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
                 "referrer": "health-visiting",
                 "children": [{"person": "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", "outcome": "assessment",
                   "reason": "Needs are not clear.", "references": {"csc": "CSC-1"}}],
                 "decidedAt": "2026-11-20T10:00:00Z", "decidedBy": "mash", "decidedByRole": "screener",
                 "respondBy": "2026-11-27T17:00:00Z"}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        ReferralOutcome.init,
        required("referralId", \.referralID, .line(), "The referrer's own identifier of the referral."),
        required("itemId", \.itemID, .screeningItemID(), "The screening item."),
        required("referrer", \.referrer, .agency(), "Who referred."),
        required(
            "children", \.children, .list(.object(Child.record), 1...ChildDescription.maximumCount),
            "Each child's outcome."),
        required("decidedAt", \.decidedAt, .instant(), "When it was decided."),
        required("decidedBy", \.decidedBy, .agency(), "Which agency decided."),
        required("decidedByRole", \.decidedByRole, .line(), "What the screener is."),
        required("respondBy", \.respondBy, .instant(), "Until when an answer is expected."))
}
