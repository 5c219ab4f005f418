import Safeguarding

/// `strategy-discussion.held`: agencies met and decided whether a Section 47 enquiry begins (domain.md section 1.4).
public struct StrategyDiscussionHeld: EventPayload {
    /// Somebody who was there.
    public struct Attendee: Sendable, Hashable {
        /// For which agency.
        public let agency: AgencyCode
        /// The practitioner's name.
        public let name: String
        /// What the practitioner is.
        public let role: String
    }

    /// The type that this is the data of.
    public static let type = EventType("strategy-discussion.held")

    /// The sender's identifier of the discussion.
    public let discussionID: String
    /// When it was held.
    public let heldAt: Instant
    /// About which children.
    public let children: [ChildReference]
    /// Who led it.
    public let chair: Person
    /// Who was there: these agencies are party to what is decided about the children from then on.
    public let attendees: [Attendee]
    /// Its only decision.
    public let decision: DiscussionDecision
    /// Why.
    public let reason: String?

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let id = data.requiredString("discussionId", &reasons)
        let heldAt = data.requiredPastInstant("heldAt", &reasons)
        let children = data.requiredChildReferences(&reasons)
        let chair = data.requiredPerson("chair", &reasons)
        let attendees = data.requiredArray("attendees", count: 1...100, &reasons)?.compactMap { entry -> Attendee? in
            guard let object = entry.object(&reasons) else { return nil }
            let agency = object.requiredAgency("agency", &reasons)
            let name = object.requiredString("name", &reasons)
            let role = object.requiredString("role", &reasons)
            guard let agency, let name, let role else { return nil }
            return Attendee(agency: agency, name: name, role: role)
        }
        let decision: DiscussionDecision? = data.requiredEnum("decision", &reasons)
        let reason = data.optionalText("reason", &reasons)
        guard let id, let heldAt, let children, let chair, let attendees, let decision, reasons.all.count == before
        else { return nil }
        discussionID = id
        self.heldAt = heldAt
        self.children = children
        self.chair = chair
        self.attendees = attendees
        self.decision = decision
        self.reason = reason
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("discussionId", discussionID)
        writer.field("heldAt", heldAt.rfc3339)
        writer.array("children", children) { writer, child in
            writer.beginObject()
            writer.field("ref", child.ref)
            writer.endObject()
        }
        writer.object("chair") { chair.write(to: &$0) }
        writer.array("attendees", attendees) { writer, attendee in
            writer.beginObject()
            writer.field("agency", attendee.agency.text)
            writer.field("name", attendee.name)
            writer.field("role", attendee.role)
            writer.endObject()
        }
        writer.field("decision", decision.rawValue)
        writer.field("reason", reason)
    }
}
