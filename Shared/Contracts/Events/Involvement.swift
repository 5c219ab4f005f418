import JSON
import Safeguarding

/// `involvement.opened`: an agency works with children from now on, and is told of every decision about them.
public struct InvolvementOpened: AgencyEvent {
    /// Which children; described well enough to be recognised, if the agency has not introduced them before.
    public let children: [ChildDescription]
    /// What the agency does for them.
    public let role: String
    /// Since when.
    public let since: CalendarDate
    /// Who works with them.
    public let worker: Person?

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "involvement.opened", "An agency works with children from now on, and is told of every decision about them.",
        rows: ["A1", "A7"], publishers: .anyAgency, answeredBy: .referralIntake,
        example: #"""
            {
              "children": [
                {
                  "ref": "HV-1",
                  "nhsNumber": "9990000018",
                  "laChildId": "LA-1",
                  "name": {"given": "Alma", "family": "Testperson"},
                  "dateOfBirth": "2016-04-11",
                  "sex": "F",
                  "address": {"uprn": "100000000001", "lines": ["1 Sample Row"], "postcode": "YO1 0AA"}
                }
              ],
              "role": "health visitor",
              "since": "2026-01-05",
              "worker": {"name": "Tess Example", "role": "health visitor"}
            }
            """#)

    /// Its fields.
    public static let record = Record(
        InvolvementOpened.init,
        required(
            "children", \.children, .children(),
            "Which children; described well enough to be recognised, if the agency has not introduced them before."),
        required("role", \.role, .line(), "What the agency does for them."),
        required("since", \.since, .pastDate(), "Since when."),
        optional("worker", \.worker, .person(), "Who works with them."))

    /// Whom it is about.
    public var subjects: EventSubjects { .described(children) }
}

/// `involvement.closed`: an agency works with children no longer.
public struct InvolvementClosed: AgencyEvent {
    /// Which children.
    public let children: [ChildReference]
    /// Until when.
    public let until: CalendarDate
    /// Why it ended.
    public let reason: String

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "involvement.closed", "An agency works with children no longer.",
        rows: ["A7"], publishers: .anyAgency, answeredBy: .referralIntake,
        example: #"""
            {
              "children": [{"ref": "HV-1"}],
              "until": "2026-11-01",
              "reason": "The family has moved."
            }
            """#)

    /// Its fields.
    public static let record = Record(
        InvolvementClosed.init,
        required("children", \.children, .childReferences(), "Which children."),
        required("until", \.until, .pastDate(), "Until when."),
        required("reason", \.reason, .text(2000), "Why it ended.", reach: .intake))

    /// Whom it is about.
    public var subjects: EventSubjects { .referenced(children) }
}
