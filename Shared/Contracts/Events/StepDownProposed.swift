import Safeguarding

/// `step-down.proposed`: a plan is to end, as a review meeting proposes (domain.md T18, row B4). The views of those who
/// were there count as their consultation; whoever is involved and was not there is asked.
public struct StepDownProposed: EventPayload {
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
    }

    /// The type that this is the data of.
    public static let type = EventType("step-down.proposed")

    /// The decision's identifier, unique in the partnership.
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

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let id = data.requiredString("decisionId", &reasons)
        let version = data.requiredInteger("version", in: 1...1_000_000, &reasons)
        let children = DecisionChanged.readChildren(of: data, &reasons)
        for (place, child) in (children ?? []).enumerated() where !child.from.isLowered(to: child.to) {
            reasons.add(
                .notAllowed, at: "\(data.pointer)/children/\(place)/to",
                "A step-down goes to a lower level. Publish decision.changed for anything else.")
        }
        let review = data.requiredString("reviewId", &reasons)
        let heldAt = data.requiredPastInstant("heldAt", &reasons)
        let attendees = data.requiredArray("attendees", count: 1...100, &reasons)?.compactMap {
            Attendee(reading: $0, &reasons)
        }
        let authoriser = data.requiredPerson("authoriser", &reasons)
        let reason = data.requiredText("reason", &reasons)
        guard let id, let version, let children, let review, let heldAt, let attendees, let authoriser, let reason,
            reasons.all.count == before
        else { return nil }
        decisionID = id
        self.version = version
        self.children = children
        reviewID = review
        self.heldAt = heldAt
        self.attendees = attendees
        self.authoriser = authoriser
        self.reason = reason
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("decisionId", decisionID)
        writer.field("version", version)
        writer.array("children", children) { $1.write(to: &$0) }
        writer.field("reviewId", reviewID)
        writer.field("heldAt", heldAt.rfc3339)
        writer.array("attendees", attendees) { writer, attendee in
            writer.beginObject()
            writer.field("agency", attendee.agency.text)
            writer.field("name", attendee.name)
            writer.field("role", attendee.role)
            writer.field("view", attendee.view.rawValue)
            writer.endObject()
        }
        writer.object("authoriser") { authoriser.write(to: &$0) }
        writer.field("reason", reason)
    }
}

extension StepDownProposed.Attendee {
    fileprivate init?(reading value: JSONValue, _ reasons: inout RefusalReasons) {
        guard let object = value.object(&reasons) else { return nil }
        let agency = object.requiredAgency("agency", &reasons)
        let name = object.requiredString("name", &reasons)
        let role = object.requiredString("role", &reasons)
        let view: ConsultationView? = object.requiredEnum("view", &reasons)
        guard let agency, let name, let role, let view else { return nil }
        self.init(agency: agency, name: name, role: role, view: view)
    }
}
