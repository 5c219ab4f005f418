import Safeguarding

/// `immunisation.overdue`: children have not had a vaccine that was due (row D1).
public struct ImmunisationOverdue: ObservationEvent {
    /// The sender's identifier of the immunisation.
    public let immunisationID: String
    /// Which children have not had it.
    public let children: [ChildDescription]
    /// When that was seen.
    public let at: Instant
    /// Who has seen it.
    public let by: Person
    /// Which vaccine.
    public let vaccine: String
    /// The day on which it was due.
    public let dueOn: CalendarDate
    /// More about it.
    public let text: String?

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "immunisation.overdue", "Children have not had a vaccine that was due.",
        rows: ["D1", "B6"], publishers: .anyAgency, answeredBy: .referralIntake,
        example: #"""
            {
              "immunisationId": "IM-1",
              "children": [{"ref": "GP-1"}],
              "at": "2026-11-20T10:00:00Z",
              "by": {"name": "Gil Example", "role": "practice nurse"},
              "vaccine": "MMR, second dose",
              "dueOn": "2026-05-11",
              "text": "Invited three times."
            }
            """#)

    /// Its fields.
    public static let record = Record(
        ImmunisationOverdue.init,
        required("immunisationId", \.immunisationID, .line(), "The sender's identifier of the immunisation."),
        observedChildren(\.children),
        observedAt(\.at),
        observer(\.by),
        required("vaccine", \.vaccine, .line(), "Which vaccine."),
        required("dueOn", \.dueOn, .pastDate(), "The day on which it was due."),
        observedText(\.text))

    /// Its identifier.
    public var ownIdentifier: OwnIdentifier? {
        OwnIdentifier(
            "immunisation", immunisationID, field: "immunisationId",
            advice: "Publish the next overdue immunisation under a new immunisationId.")
    }

    /// What it says to every service.
    public var observation: Observation { Observation(of: children, at: at) }
}
