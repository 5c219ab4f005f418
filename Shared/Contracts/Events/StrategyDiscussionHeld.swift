import JSON
import Safeguarding

/// `strategy-discussion.held`: agencies met and decided whether a Section 47 enquiry begins (domain.md section 1.4).
public struct StrategyDiscussionHeld: AgencyEvent {
    /// Somebody who was there.
    public struct Attendee: Sendable, Hashable {
        /// For which agency.
        public let agency: AgencyCode
        /// The practitioner's name.
        public let name: String
        /// What the practitioner is.
        public let role: String
        /// What they thought of the change that the discussion is about, if it is about one.
        public let view: ConsultationView?

        static let record = Record(
            Attendee.init,
            required("agency", \.agency, .agency(), "For which agency."),
            required("name", \.name, .line(), "The practitioner's name."),
            required("role", \.role, .line(), "What the practitioner is."),
            optional(
                "view", \.view, .word(),
                "What they thought of the change that the discussion is about; their agency confirms it, or disputes it."
            ))
    }

    /// The sender's identifier of the discussion.
    public let discussionID: String
    /// When it was held.
    public let heldAt: Instant
    /// About which children.
    public let children: [ChildReference]
    /// Who led it.
    public let chair: Person
    /// Who was there: these agencies are party to what is decided about the children from then on.
    public let attendees: [Attendee]
    /// Its only decision.
    public let decision: DiscussionDecision
    /// Why.
    public let reason: String
    /// The decisions that it is about, where it was reconvened for them: as whoever decided names them.
    public let aboutDecisions: [String]
    /// Why somebody who should have been there was not.
    public let quorumException: String?

    /// How many decisions one discussion is about at the most.
    public static let maximumDecisions = 20

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "strategy-discussion.held", major: 2, "Agencies met and decided whether a Section 47 enquiry begins.",
        rows: ["A1", "A2"], publishers: .recordersOfDiscussions, answeredBy: .referralIntake,
        example: #"""
            {
              "discussionId": "SD-1",
              "heldAt": "2026-11-20T10:00:00Z",
              "children": [{"ref": "CSC-1"}],
              "chair": {"name": "Chris Example", "role": "team manager"},
              "attendees": [
                {"agency": "csc", "name": "Chris Example", "role": "team manager"},
                {"agency": "police", "name": "Pat Example", "role": "detective sergeant", "view": "object"}
              ],
              "decision": "section-47",
              "reason": "Reasonable cause to suspect significant harm.",
              "aboutDecisions": ["DEC-1"],
              "quorumException": "Nobody of health could be reached tonight."
            }
            """#)

    /// Its fields.
    public static let record = Record(
        StrategyDiscussionHeld.init,
        required("discussionId", \.discussionID, .line(), "The sender's identifier of the discussion."),
        required("heldAt", \.heldAt, .pastInstant(), "When it was held."),
        required("children", \.children, .childReferences(), "About which children."),
        required("chair", \.chair, .person(), "Who led it."),
        required(
            "attendees", \.attendees, .list(.object(Attendee.record), 1...100),
            "Who was there: these agencies are party to what is decided about the children from then on."),
        required("decision", \.decision, .word(), "Its only decision."),
        required("reason", \.reason, .text(), "Why."),
        optional(
            "aboutDecisions", \.aboutDecisions, .list(.line(), 0...maximumDecisions), or: [],
            "The decisions that it was reconvened for, as whoever decided names them."),
        optional(
            "quorumException", \.quorumException, .text(),
            "Why somebody who should be there was not; without it the policy's quorum is asked for."))

    /// Whom it is about.
    public var subjects: EventSubjects { .referenced(children) }

    /// Its identifier.
    public var ownIdentifier: OwnIdentifier? {
        OwnIdentifier(
            "discussion", discussionID, field: "discussionId",
            advice:
                "A discussion is recorded once. Record the one that came after it, or that puts it right, under a new "
                + "discussionId.")
    }
}
