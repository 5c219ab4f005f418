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

        /// An agency that was there.
        public init(agency: AgencyCode, role: String) {
            self.agency = agency
            self.role = role
        }

        static let record = Record(
            Attendee.init, required("agency", \.agency, .agency(), "Which agency."),
            required("role", \.role, .line(), "What its practitioner is."))
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

    /// A strategy discussion was held.
    public init(
        discussionID: String, heldAt: Instant, attendees: [Attendee], decision: DiscussionDecision,
        reason: String? = nil
    ) {
        self.discussionID = discussionID
        self.heldAt = heldAt
        self.attendees = attendees
        self.decision = decision
        self.reason = reason
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "discussion-fact.recorded", "A strategy discussion was held.",
        from: "referral-intake",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"discussionId": "SD-1", "heldAt": "2026-11-20T10:00:00Z",
                 "attendees": [{"agency": "csc", "role": "team manager"}], "decision": "section-47",
                 "reason": "The harm goes on."}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        DiscussionFact.init,
        required("discussionId", \.discussionID, .line(), "The sender's identifier of the discussion."),
        required("heldAt", \.heldAt, .instant(), "When it was held."),
        required("attendees", \.attendees, .list(.object(Attendee.record), 1...100), "Who was there."),
        required("decision", \.decision, .word(), "Whether a Section 47 enquiry begins."),
        optional("reason", \.reason, .text(), "Why."))
}
