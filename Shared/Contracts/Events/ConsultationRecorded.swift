import JSON
import Safeguarding

/// `consultation.recorded`: an agency was consulted about a decision, and this is its view (contract R5 and R6, domain.md row
/// A2).
public struct ConsultationRecorded: AgencyEvent {
    /// A child that the view is about.
    public struct Child: Sendable, Hashable {
        /// The sender's own reference.
        public let ref: String
        /// The level that the child was to leave, as it was put to the agency.
        public let from: ThresholdLevel?
        /// The level that it was to go to.
        public let to: ThresholdLevel?

        static let record = Record(
            Child.init,
            required("ref", \.ref, .line(100), "The sender's own reference of the child."),
            optional("from", \.from, .word(), "The level that the child was to leave, as it was put to the agency."),
            optional("to", \.to, .word(), "The level that it was to go to; it stands together with `from`."))
    }

    /// Which decision.
    public let decisionID: String
    /// Whose decision it is.
    public let decidedBy: AgencyCode
    /// Which version.
    public let version: Int
    /// Who was consulted.
    public let agency: AgencyCode
    /// Who spoke for it.
    public let consulted: Person
    /// When.
    public let at: Instant
    /// What it said.
    public let view: ConsultationView
    /// About which of the children; all, if none is named.
    public let children: [Child]
    /// More of what it said.
    public let note: String?

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "consultation.recorded", major: 2, "An agency was consulted about a decision, and this is its view.",
        rows: ["A2"], publishers: .anyAgency, answeredBy: .escalationTracker,
        example: #"""
            {
              "decisionId": "DEC-1",
              "decidedBy": "csc",
              "version": 1,
              "agency": "police",
              "consulted": {"name": "Pat Example", "role": "detective sergeant"},
              "at": "2026-11-20T10:00:00Z",
              "view": "support",
              "children": [{"ref": "POL-1", "from": "section-47", "to": "section-17"}],
              "note": "Agreed on the telephone."
            }
            """#)

    /// Its fields.
    public static let record = Record(
        ConsultationRecorded.init,
        required("decisionId", \.decisionID, .line(), "Which decision."),
        required("decidedBy", \.decidedBy, .agency(), "Whose decision it is."),
        required("version", \.version, .integer(1...1_000_000), "Which version of it."),
        required("agency", \.agency, .agency(), "Whose view it is."),
        required("consulted", \.consulted, .person(), "Who spoke for it."),
        required("at", \.at, .pastInstant(), "When."),
        required("view", \.view, .word(), "What it said."),
        optional(
            "children", \.children,
            .list(.object(Child.record), 1...ChildDescription.maximumCount, unique: .children), or: [],
            "About which of the children; all, if none is named. With their levels, if the decision is not made yet: "
                + "the view counts for what was put to the agency."),
        optional("note", \.note, .text(), "More of what it said."))

    /// Whom it is about.
    public var subjects: EventSubjects {
        .aboutDecision(decisionID, of: decidedBy, children: children.map { ChildReference(ref: $0.ref) })
    }
}
