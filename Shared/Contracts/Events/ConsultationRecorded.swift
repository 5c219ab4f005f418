import JSON
import Safeguarding

/// `consultation.recorded`: an agency was consulted about a decision, and this is its view (domain.md row A2).
public struct ConsultationRecorded: AgencyEvent {
    /// Which decision.
    public let decisionID: String
    /// Who was consulted.
    public let agency: AgencyCode
    /// Who spoke for it.
    public let consulted: Person
    /// When.
    public let at: Instant
    /// What it said.
    public let view: ConsultationView
    /// More of what it said.
    public let note: String?

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "consultation.recorded", "An agency was consulted about a decision, and this is its view.",
        rows: ["A2"], publishers: .anyAgency, answeredBy: .escalationTracker,
        example: #"""
            {
              "decisionId": "DEC-1",
              "agency": "police",
              "consulted": {"name": "Pat Example", "role": "detective sergeant"},
              "at": "2026-11-20T10:00:00Z",
              "view": "support",
              "note": "Agreed on the telephone."
            }
            """#)

    /// Its fields.
    public static let record = Record(
        ConsultationRecorded.init,
        required("decisionId", \.decisionID, .line(), "Which decision."),
        required("agency", \.agency, .agency(), "Whose view it is."),
        required("consulted", \.consulted, .person(), "Who spoke for it."),
        required("at", \.at, .pastInstant(), "When."),
        required("view", \.view, .word(), "What it said."),
        optional("note", \.note, .text(), "More of what it said."))

    /// Whom it is about.
    public var subjects: EventSubjects { .aboutDecision(decisionID) }
}
