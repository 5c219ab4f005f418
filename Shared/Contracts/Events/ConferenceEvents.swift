import JSON
import Safeguarding

/// `conference.requested`: an agency asks for a child protection conference where children's social care holds none
/// (domain.md section 1.5, row B8).
public struct ConferenceRequested: AgencyEvent {
    /// The request's identifier, unique within the agency (I1).
    public let requestID: String
    /// About which children.
    public let children: [ChildReference]
    /// Who asks.
    public let by: Person
    /// What the serious concerns are.
    public let grounds: String
    /// The senior manager or designated professional who stands behind it; then it is normally agreed to.
    public let backedBy: Person?

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "conference.requested",
        "An agency asks for a child protection conference where children's social care holds none.",
        rows: ["B8"], publishers: .anyAgency, answeredBy: .escalationTracker,
        example: #"""
            {
              "requestId": "CR-1",
              "children": [{"ref": "HV-1"}],
              "by": {"name": "Tess Example", "role": "health visitor"},
              "grounds": "The harm goes on.",
              "backedBy": {"name": "Max Example", "role": "named nurse", "contact": "01900 000000"}
            }
            """#)

    /// Its fields.
    public static let record = Record(
        ConferenceRequested.init,
        required("requestId", \.requestID, .line(), "The request's identifier, unique within the agency."),
        required("children", \.children, .childReferences(), "About which children, of one household."),
        required("by", \.by, .person(), "Who asks."),
        required("grounds", \.grounds, .text(), "What the serious concerns are."),
        optional(
            "backedBy", \.backedBy, .person(),
            "The senior manager or designated professional who stands behind it; then it is normally agreed to."))

    /// Whom it is about.
    public var subjects: EventSubjects { .conference(requestID, children: children) }

    /// Its identifier.
    public var ownIdentifier: OwnIdentifier? {
        OwnIdentifier(
            "conference", requestID, field: "requestId",
            advice: "Ask again, or for other children, under a new requestId.")
    }
}

/// `conference.decided`: children's social care agrees to hold the conference, or declines, and says why (row B8).
public struct ConferenceDecided: AgencyEvent {
    /// Which request.
    public let requestID: String
    /// Who answers for it.
    public let by: Person
    /// What was decided.
    public let decision: ConferenceDecision
    /// Why.
    public let reason: String

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "conference.decided", "Children's social care agrees to hold the conference, or declines, and says why.",
        rows: ["B8"], publishers: .socialCare, answeredBy: .escalationTracker,
        example: #"""
            {
              "requestId": "CR-1",
              "by": {"name": "Chris Example", "role": "service manager"},
              "decision": "declined",
              "reason": "The plan is working."
            }
            """#)

    /// Its fields.
    public static let record = Record(
        ConferenceDecided.init,
        required("requestId", \.requestID, .line(), "Which request: the requestId as the notice has it."),
        required("by", \.by, .person(), "Who answers for it."),
        required("decision", \.decision, .word(), "What was decided."),
        required("reason", \.reason, .text(), "Why."))

    /// Whom it is about.
    public var subjects: EventSubjects { .conference(requestID, children: []) }
}
