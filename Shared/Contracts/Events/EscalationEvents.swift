import JSON
import Safeguarding

/// `escalation.responded`: one side of a challenge says something at the stage where it stands (domain.md section 2,
/// row B5). From the side that decided it is the answer; from the side that challenged it says that the answer does not
/// satisfy. Whoever is satisfied closes the escalation.
public struct EscalationResponded: AgencyEvent {
    /// Which escalation.
    public let escalationID: EscalationID
    /// The stage that the sender takes it to stand at, from 1.
    public let stage: Int
    /// Who speaks.
    public let by: Person
    /// What is said.
    public let response: String
    /// The decision that replaces the challenged one, if there is one already.
    public let newDecisionID: String?
    /// The stage to go to at once, because a child is at immediate risk.
    public let escalateTo: Int?
    /// Whether a child is at immediate risk.
    public let isImmediateRisk: Bool
    /// Whether the side that decided changes what it decided.
    public let willChange: Bool
    /// When the meeting is held, at a stage that is one.
    public let meetingAt: Instant?

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "escalation.responded", "One side of a challenge says something at the stage where it stands.",
        rows: ["B5"], publishers: .anyAgency, answeredBy: .escalationTracker,
        example: #"""
            {
              "escalationId": "x1-abababababababababababababababab-cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
              "stage": 1,
              "by": {"name": "Tess Example", "role": "health visitor"},
              "response": "The risk has not gone.",
              "newDecisionId": "D-2",
              "escalateTo": 3,
              "immediateRisk": true,
              "willChange": true,
              "meetingAt": "2026-11-26T14:00:00Z"
            }
            """#)

    /// Its fields.
    public static let record = Record(
        EscalationResponded.init,
        required(
            "escalationId", \.escalationID, .escalationID(),
            "Which escalation: the escalationId as the notice has it."),
        required("stage", \.stage, .integer(1...10), "The stage that the sender takes it to stand at, from 1."),
        required("by", \.by, .person(), "Who speaks."),
        required("response", \.response, .text(), "What is said."),
        optional(
            "newDecisionId", \.newDecisionID, .line(),
            "The decision that replaces the challenged one, if there is one already; that says as much as `willChange`."
        ),
        optional(
            "escalateTo", \.escalateTo, .integer(1...10),
            "The stage to go to at once, because a child is at immediate risk; or the next one, where the side that decided "
                + "takes the matter further and the ladder lets it."),
        optional("immediateRisk", \.isImmediateRisk, .bool(), or: false, "Whether a child is at immediate risk."),
        optional(
            "willChange", \.willChange, .bool(), or: false,
            "From the side that decided: it changes what it decided, and the new version, referral or conference follows. "
                + "Only then can the other side close as `changed`."),
        optional(
            "meetingAt", \.meetingAt, .instant(),
            "When the meeting is held: from the side that decided, at a stage that is a meeting, in the stage's time."))

    /// Whom it is about.
    public var subjects: EventSubjects { .household(escalationID.household) }
}

/// `escalation.closed`: how a challenge ended, and why (domain.md section 2, rows B5 and B7). The side that challenged closes it
/// as `withdrawn`, `compromise`, or `changed` once the other has said that it changes; at the last stage the arbiter of policy
/// does as `upheld`, `changed` or `compromise`. The side that decided closes nothing (R15).
public struct EscalationClosed: AgencyEvent {
    /// Which escalation.
    public let escalationID: EscalationID
    /// Who closes it.
    public let by: Person
    /// How it ended.
    public let outcome: EscalationOutcome
    /// Why. Taking a challenge back needs a reason as well.
    public let reason: String
    /// What the child says of it.
    public let childsView: String?
    /// Whether there is something to be learned from it.
    public let isLesson: Bool

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "escalation.closed", "How a challenge ended, and why.",
        rows: ["B5", "B7"], publishers: .anyAgency, answeredBy: .escalationTracker,
        example: #"""
            {
              "escalationId": "x1-abababababababababababababababab-cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
              "by": {"name": "Tess Example", "role": "health visitor"},
              "outcome": "changed",
              "reason": "The enquiry goes on.",
              "childsView": "She wants somebody to ask her brother too.",
              "lesson": true
            }
            """#)

    /// Its fields.
    public static let record = Record(
        EscalationClosed.init,
        required(
            "escalationId", \.escalationID, .escalationID(),
            "Which escalation: the escalationId as the notice has it."),
        required("by", \.by, .person(), "Who closes it."),
        required(
            "outcome", \.outcome, .word(),
            "How it ended: from the side that challenged `withdrawn`, `compromise`, or `changed` once the other has said so; "
                + "from the arbiter, where the ladder ends, `upheld`, `changed` or `compromise`."),
        required("reason", \.reason, .text(), "Why. Taking a challenge back needs a reason as well."),
        optional("childsView", \.childsView, .text(), "What the child says of it.", reach: .intake),
        optional("lesson", \.isLesson, .bool(), or: false, "Whether there is something to be learned from it."))

    /// Whom it is about.
    public var subjects: EventSubjects { .household(escalationID.household) }
}
