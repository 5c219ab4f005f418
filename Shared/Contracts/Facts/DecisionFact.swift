import JSON
import Safeguarding

/// A decision is to be changed. Whether it can be, the decision register says, and answers.
public struct DecisionFact: ServiceEvent {
    /// What is decided for one child.
    public struct Change: Sendable, Hashable {
        /// The child.
        public let person: PersonID
        /// The level that it leaves.
        public let from: ThresholdLevel
        /// The level that it goes to.
        public let to: ThresholdLevel
        /// Why, for this child.
        public let rationale: String

        /// What is decided for one child.
        public init(person: PersonID, from: ThresholdLevel, to: ThresholdLevel, rationale: String) {
            self.person = person
            self.from = from
            self.to = to
            self.rationale = rationale
        }

        static let record = Record(
            Change.init, required("person", \.person, .personID(), "The child."),
            required("from", \.from, .word(), "The recorded level that the child leaves."),
            required("to", \.to, .word(), "The level that the child goes to."),
            required("rationale", \.rationale, .text(), "Why, for this child."))
    }

    /// The review meeting that proposed a step-down, and what was said there (T18, row B4).
    public struct Review: Sendable, Hashable {
        /// What one agency said.
        public struct View: Sendable, Hashable {
            /// Which agency.
            public let agency: AgencyCode
            /// What it said.
            public let view: ConsultationView

            /// What one agency said.
            public init(agency: AgencyCode, view: ConsultationView) {
                self.agency = agency
                self.view = view
            }

            static let record = Record(
                View.init, required("agency", \.agency, .agency(), "Which agency."),
                required("view", \.view, .word(), "What its practitioner said."))
        }

        /// The sender's identifier of the review.
        public let id: String
        /// When it was held.
        public let heldAt: Instant
        /// What was said; several practitioners of one agency may have several views.
        public let views: [View]

        /// A review meeting.
        public init(id: String, heldAt: Instant, views: [View]) {
            self.id = id
            self.heldAt = heldAt
            self.views = views
        }

        static let record = Record(
            Review.init, required("id", \.id, .line(), "The sender's identifier of the review."),
            required("heldAt", \.heldAt, .instant(), "When it was held."),
            required(
                "views", \.views, .list(.object(View.record), 0...100),
                "What was said; several practitioners of one agency may have several views."))
    }

    /// The decision's identifier.
    public let decisionID: String
    /// 1, 2, … in order.
    public let version: Int
    /// What is decided for each child, in the event's order.
    public let changes: [Change]
    /// When it was decided.
    public let decidedAt: Instant
    /// What the person who answers for it is.
    public let authoriserRole: String
    /// Why.
    public let reason: String
    /// The strategy discussion whose decision is changed.
    public let discussionID: String?
    /// Whether it takes effect before everybody has been consulted.
    public let isUrgent: Bool
    /// Why it cannot wait.
    public let urgentReason: String?
    /// The review that proposes it, for a step-down.
    public let review: Review?

    /// A decision is to be changed.
    public init(
        decisionID: String, version: Int, changes: [Change], decidedAt: Instant, authoriserRole: String,
        reason: String, discussionID: String?, isUrgent: Bool, urgentReason: String?,
        review: Review? = nil
    ) {
        self.decisionID = decisionID
        self.version = version
        self.changes = changes
        self.decidedAt = decidedAt
        self.authoriserRole = authoriserRole
        self.reason = reason
        self.discussionID = discussionID
        self.isUrgent = isUrgent
        self.urgentReason = urgentReason
        self.review = review
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "decision-fact.recorded",
        "A decision is to be changed; whether it can be, the decision register says, and answers.",
        from: "referral-intake",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"decisionId": "DEC-1", "version": 1,
                 "changes": [{"person": "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", "from": "section-47",
                   "to": "section-17", "rationale": "The parent accepts support."}],
                 "decidedAt": "2026-11-20T10:00:00Z", "authoriserRole": "team manager",
                 "reason": "Support is thought to be enough.", "discussionId": "SD-1",
                 "urgent": true, "urgentReason": "The placement starts tonight.",
                 "review": {"id": "RV-1", "heldAt": "2026-11-19T10:00:00Z",
                   "views": [{"agency": "police", "view": "support"}]}}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        DecisionFact.init,
        required("decisionId", \.decisionID, .line(), "The decision, as the agency that decides names it."),
        required("version", \.version, .integer(1...1_000_000), "1, 2, … in order."),
        required(
            "changes", \.changes, .list(.object(Change.record), 1...ChildDescription.maximumCount),
            "What is decided for each child, in the event's order."),
        required("decidedAt", \.decidedAt, .instant(), "When it was decided."),
        required("authoriserRole", \.authoriserRole, .line(), "What the person who answers for it is."),
        required("reason", \.reason, .text(), "Why, for all the children."),
        optional("discussionId", \.discussionID, .line(), "The strategy discussion whose decision is changed."),
        required("urgent", \.isUrgent, .bool(), "Whether it takes effect before everybody has been consulted."),
        optional("urgentReason", \.urgentReason, .text(), "Why it cannot wait."),
        optional("review", \.review, .object(Review.record), "The review that proposes it, for a step-down."))
}
