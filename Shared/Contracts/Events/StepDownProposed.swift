import JSON
import Safeguarding

/// `step-down.proposed`: a plan is to end, as a review meeting proposes (domain.md T18, row B4). The views of those who
/// were there count as their consultation; whoever is involved and was not there is asked.
public struct StepDownProposed: AgencyEvent {
    /// Somebody who was at the review, and what they said.
    public struct Attendee: Sendable, Hashable {
        /// For which agency.
        public let agency: AgencyCode
        /// The practitioner's name.
        public let name: String
        /// What the practitioner is.
        public let role: String
        /// What they said.
        public let view: ConsultationView

        static let record = Record(
            Attendee.init,
            required("agency", \.agency, .agency(), "For which agency."),
            required("name", \.name, .line(), "The practitioner's name."),
            required("role", \.role, .line(), "What the practitioner is."),
            required("view", \.view, .word(), "What they said."))
    }

    /// The decision's identifier, unique within the agency (I1).
    public let decisionID: String
    /// 1, 2, … in order.
    public let version: Int
    /// What is proposed for each child.
    public let children: [DecisionChanged.ChildChange]
    /// The review at which it was proposed.
    public let reviewID: String
    /// When the review was held.
    public let heldAt: Instant
    /// Who was there.
    public let attendees: [Attendee]
    /// The manager who answers for it.
    public let authoriser: Person
    /// Why, for all of them.
    public let reason: String

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "step-down.proposed", "A plan is to end, as a review meeting proposes.",
        rows: ["B4"], publishers: .socialCare, answeredBy: .escalationTracker,
        example: #"""
            {
              "decisionId": "D-9",
              "version": 1,
              "children": [
                {
                  "ref": "CSC-1",
                  "from": "section-17",
                  "to": "early-help",
                  "rationale": "The plan's aims are met."
                }
              ],
              "reviewId": "RV-1",
              "heldAt": "2026-11-20T10:00:00Z",
              "attendees": [
                {
                  "agency": "health-visiting",
                  "name": "Tess Example",
                  "role": "health visitor",
                  "view": "object"
                }
              ],
              "authoriser": {"name": "Chris Example", "role": "team manager"},
              "reason": "The plan's aims are met."
            }
            """#)

    /// Its fields.
    public static let record = Record(
        StepDownProposed.init,
        required("decisionId", \.decisionID, .line(), "The decision's identifier, unique within the agency."),
        required("version", \.version, .integer(1...1_000_000), "1, 2, … in order."),
        required("children", \.children, .childChanges(), "What is proposed for each child."),
        required("reviewId", \.reviewID, .line(), "The review at which it was proposed."),
        required("heldAt", \.heldAt, .pastInstant(), "When the review was held."),
        required("attendees", \.attendees, .list(.object(Attendee.record), 1...100), "Who was there."),
        required("authoriser", \.authoriser, .person(), "The manager who answers for it."),
        required(
            "reason", \.reason, .text(),
            "Why, for all of them. It counts, with the rationales, towards how much can be open (below)."),
        checks: [.lowersLevels])

    /// Whom it is about.
    public var subjects: EventSubjects { .decision(decisionID, children: children.map { ChildReference(ref: $0.ref) }) }

    /// Its identifier, which all its versions have.
    public var ownIdentifier: OwnIdentifier? { .decision(decisionID) }
}

extension RecordCheck {
    fileprivate static let lowersLevels = RecordCheck("each child goes to a lower level") { data, reasons in
        for child in data["children"]?.elements ?? [] {
            guard let from = child["from"]?.string.flatMap(ThresholdLevel.init(rawValue:)),
                let to = child["to"]?.string.flatMap(ThresholdLevel.init(rawValue:)), !from.isLowered(to: to)
            else { continue }
            reasons.add(
                .notAllowed, at: child.pointer + "/to",
                from == to
                    ? "Nothing changes: from and to are the same level."
                    : "A step-down goes to a lower level. Publish decision.changed for anything else.")
        }
    }
}
