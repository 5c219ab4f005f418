import JSON
import Safeguarding

/// `supervision.recorded`: a practitioner and a manager went through what is done for the children (row B6).
public struct SupervisionRecorded: AgencyEvent {
    /// The sender's identifier of the supervision.
    public let supervisionID: String
    /// When it was.
    public let heldAt: Instant
    /// About which children.
    public let children: [ChildReference]
    /// Who supervised.
    public let supervisor: Person
    /// What is to be done, by whom and by when.
    public let actions: String

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "supervision.recorded", "A practitioner and a manager went through what is done for the children.",
        rows: ["B6"], publishers: .anyAgency, answeredBy: .referralIntake,
        example: #"""
            {
              "supervisionId": "SV-1",
              "heldAt": "2026-11-20T10:00:00Z",
              "children": [{"ref": "HV-1"}],
              "supervisor": {"name": "Max Example", "role": "named nurse", "contact": "01900 000000"},
              "actions": "Visit by Friday, and see the bedrooms."
            }
            """#)

    /// Its fields.
    public static let record = Record(
        SupervisionRecorded.init,
        required("supervisionId", \.supervisionID, .line(), "The sender's identifier of the supervision."),
        required("heldAt", \.heldAt, .pastInstant(), "When it was."),
        required("children", \.children, .childReferences(), "About which children."),
        required("supervisor", \.supervisor, .person(), "Who supervised."),
        required("actions", \.actions, .text(), "What is to be done, by whom and by when.", reach: .intake))

    /// Whom it is about.
    public var subjects: EventSubjects { .referenced(children) }

    /// Its identifier.
    public var ownIdentifier: OwnIdentifier? {
        OwnIdentifier(
            "supervision", supervisionID, field: "supervisionId",
            advice: "Record the next supervision under a new supervisionId.")
    }
}
