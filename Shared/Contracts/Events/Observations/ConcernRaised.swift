import Safeguarding

/// `concern.raised`: somebody who works with children is worried, and does not refer them for it alone. Four small concerns are
/// one picture (row D9).
public struct ConcernRaised: ObservationEvent {
    /// The sender's identifier of the concern.
    public let concernID: String
    /// About which children.
    public let children: [ChildDescription]
    /// When it came up.
    public let at: Instant
    /// Who is worried.
    public let by: Person
    /// Kebab-case, as a referral's concerns have it.
    public let kind: String
    /// What the worry is, in words.
    public let text: String?

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "concern.raised", "Somebody who works with children is worried, and does not refer them for it alone.",
        rows: ["D9", "B6"], publishers: .anyAgency, answeredBy: .referralIntake,
        example: #"""
            {
              "concernId": "CN-1",
              "children": [{"ref": "SCH-1"}],
              "at": "2026-11-20T10:00:00Z",
              "by": {"name": "Teo Example", "role": "class teacher"},
              "kind": "hygiene",
              "text": "The same clothes since Monday."
            }
            """#)

    /// Its fields.
    public static let record = Record(
        ConcernRaised.init,
        required("concernId", \.concernID, .line(), "The sender's identifier of the concern."),
        observedChildren(\.children),
        observedAt(\.at),
        observer(\.by),
        required(
            "kind", \.kind, .line(60),
            "`supervision`, `home-conditions`, `medical`, `dental`, `hygiene`, `school`, `domestic-abuse`, …"),
        observedText(\.text))

    /// Its identifier.
    public var ownIdentifier: OwnIdentifier? {
        OwnIdentifier(
            "concern", concernID, field: "concernId", advice: "Publish the next concern under a new concernId.")
    }

    /// What it says to every service.
    public var observation: Observation { Observation(of: children, at: at) }
}
