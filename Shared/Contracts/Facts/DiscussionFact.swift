import JSON
import Safeguarding

/// A strategy discussion was held.
public struct DiscussionFact: ServiceEvent {
    /// An agency that was there.
    public struct Attendee: Sendable, Hashable {
        /// Which agency.
        public let agency: AgencyCode
        /// What its practitioner is.
        public let role: String
        /// What the record says that they thought of the change that the discussion is about.
        public let view: ConsultationView?

        /// An agency that was there.
        public init(agency: AgencyCode, role: String, view: ConsultationView? = nil) {
            self.agency = agency
            self.role = role
            self.view = view
        }

        static let record = Record(
            Attendee.init(agency:role:view:), required("agency", \.agency, .agency(), "Which agency."),
            required("role", \.role, .line(), "What its practitioner is."),
            optional("view", \.view, .word(), "What they are on record as having thought of the change."))
    }

    /// The sender's identifier of the discussion.
    public let discussionID: String
    /// When it was held.
    public let heldAt: Instant
    /// Who was there.
    public let attendees: [Attendee]
    /// Whether an enquiry begins.
    public let decision: DiscussionDecision
    /// Why.
    public let reason: String?
    /// The decisions that it is about, as whoever decided names them.
    public let aboutDecisions: [String]
    /// Whether the record says why somebody who should have been there was not.
    public let hasQuorumException: Bool

    /// A strategy discussion was held.
    public init(
        discussionID: String, heldAt: Instant, attendees: [Attendee], decision: DiscussionDecision,
        reason: String? = nil, aboutDecisions: [String] = [], hasQuorumException: Bool = false
    ) {
        self.discussionID = discussionID
        self.heldAt = heldAt
        self.attendees = attendees
        self.decision = decision
        self.reason = reason
        self.aboutDecisions = aboutDecisions
        self.hasQuorumException = hasQuorumException
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "discussion-fact.recorded", major: 2, "A strategy discussion was held.",
        from: "referral-intake",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"discussionId": "SD-1", "heldAt": "2026-11-20T10:00:00Z",
                 "attendees": [{"agency": "csc", "role": "team manager", "view": "support"}],
                 "decision": "section-47", "reason": "The harm goes on.", "aboutDecisions": ["DEC-1"],
                 "quorumException": true}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        DiscussionFact.init(discussionID:heldAt:attendees:decision:reason:aboutDecisions:hasQuorumException:),
        required("discussionId", \.discussionID, .line(), "The sender's identifier of the discussion."),
        required("heldAt", \.heldAt, .instant(), "When it was held."),
        required("attendees", \.attendees, .list(.object(Attendee.record), 1...100), "Who was there."),
        required("decision", \.decision, .word(), "Whether a Section 47 enquiry begins."),
        optional("reason", \.reason, .text(), "Why."),
        optional(
            "aboutDecisions", \.aboutDecisions, .list(.line(), 0...StrategyDiscussionHeld.maximumDecisions), or: [],
            "The decisions that it was reconvened for, as whoever decided names them."),
        optional(
            "quorumException", \.hasQuorumException, .bool(), or: false,
            "Whether the record says why somebody who should have been there was not."))
}
