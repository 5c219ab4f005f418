import Safeguarding

/// `contact.made`: information about children whose case is open. It is counted in patterns and is no referral (row C7).
public struct ContactMade: ObservationEvent {
    /// The sender's identifier of the contact.
    public let contactID: String
    /// Who gives the information.
    public let contactor: Person
    /// About which children.
    public let children: [ChildDescription]
    /// What the information is.
    public let summary: String

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "contact.made", "Information about children whose case is open; it is counted in patterns and is no referral.",
        rows: ["C7", "B6"], publishers: .anyAgency, answeredBy: .referralIntake,
        example: #"""
            {
              "contactId": "CT-1",
              "contactor": {"name": "Tess Example", "role": "health visitor"},
              "children": [{"ref": "HV-1"}],
              "summary": "The family has been without heating since Monday."
            }
            """#)

    /// Its fields.
    public static let record = Record(
        ContactMade.init,
        required("contactId", \.contactID, .line(), "The sender's identifier of the contact."),
        required("contactor", \.contactor, .person(), "Who gives the information.", reach: .intake),
        observedChildren(\.children),
        required("summary", \.summary, .text(), "What the information is.", reach: .intake))

    /// Its identifier.
    public var ownIdentifier: OwnIdentifier? {
        OwnIdentifier(
            "contact", contactID, field: "contactId", advice: "Publish the next contact under a new contactId.")
    }

    /// What it says to every service; the event's time says when the contact was.
    public var observation: Observation { Observation(of: children) }
}
