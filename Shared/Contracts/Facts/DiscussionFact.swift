import JSON
import Safeguarding

/// A strategy discussion was held.
public struct DiscussionFact: EventPayload {
    /// An agency that was there.
    public struct Attendee: Sendable, Hashable {
        /// Which agency.
        public let agency: AgencyCode
        /// What its practitioner is.
        public let role: String

        /// An agency that was there.
        public init(agency: AgencyCode, role: String) {
            self.agency = agency
            self.role = role
        }
    }

    /// The type that this is the data of.
    public static let type = EventType("discussion-fact.recorded")

    /// The sender's identifier of the discussion.
    public let discussionID: String
    /// When it was held.
    public let heldAt: Instant
    /// Who was there.
    public let attendees: [Attendee]
    /// Whether an enquiry begins.
    public let decision: DiscussionDecision
    /// Why.
    public let reason: String?

    /// A strategy discussion was held.
    public init(
        discussionID: String, heldAt: Instant, attendees: [Attendee], decision: DiscussionDecision,
        reason: String? = nil
    ) {
        self.discussionID = discussionID
        self.heldAt = heldAt
        self.attendees = attendees
        self.decision = decision
        self.reason = reason
    }

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let id = data.requiredString("discussionId", &reasons)
        let heldAt = data.requiredInstant("heldAt", &reasons)
        let attendees = data.requiredArray("attendees", count: 1...100, &reasons)?.compactMap { entry -> Attendee? in
            let agency = entry.requiredAgency("agency", &reasons)
            let role = entry.requiredString("role", &reasons)
            guard let agency, let role else { return nil }
            return Attendee(agency: agency, role: role)
        }
        let decision: DiscussionDecision? = data.requiredEnum("decision", &reasons)
        let reason = data.optionalText("reason", &reasons)
        guard let id, let heldAt, let attendees, let decision, reasons.all.count == before else { return nil }
        self.init(discussionID: id, heldAt: heldAt, attendees: attendees, decision: decision, reason: reason)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("discussionId", discussionID)
        writer.field("heldAt", heldAt.rfc3339)
        writer.array("attendees", attendees) { writer, attendee in
            writer.beginObject()
            writer.field("agency", attendee.agency.text)
            writer.field("role", attendee.role)
            writer.endObject()
        }
        writer.field("decision", decision.rawValue)
        writer.field("reason", reason)
    }
}
