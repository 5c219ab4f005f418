import Safeguarding

/// `conference.requested`: an agency asks for a child protection conference where children's social care holds none
/// (domain.md section 1.5, row B8).
public struct ConferenceRequested: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("conference.requested")

    /// The request's identifier, unique in the partnership.
    public let requestID: String
    /// About which children.
    public let children: [ChildReference]
    /// Who asks.
    public let by: Person
    /// What the serious concerns are.
    public let grounds: String
    /// The senior manager or designated professional who stands behind it; then it is normally agreed to.
    public let backedBy: Person?

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let id = data.requiredString("requestId", &reasons)
        let children = data.requiredChildReferences(&reasons)
        let by = data.requiredPerson("by", &reasons)
        let grounds = data.requiredText("grounds", &reasons)
        let backer = data.present("backedBy") == nil ? nil : data.requiredPerson("backedBy", &reasons)
        guard let id, let children, let by, let grounds, reasons.all.count == before else { return nil }
        requestID = id
        self.children = children
        self.by = by
        self.grounds = grounds
        backedBy = backer
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("requestId", requestID)
        writer.array("children", children) { writer, child in
            writer.beginObject()
            writer.field("ref", child.ref)
            writer.endObject()
        }
        writer.object("by") { by.write(to: &$0) }
        writer.field("grounds", grounds)
        if let backedBy { writer.object("backedBy") { backedBy.write(to: &$0) } }
    }
}

/// `conference.decided`: children's social care agrees to hold the conference, or declines, and says why (row B8).
public struct ConferenceDecided: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("conference.decided")

    /// Which request.
    public let requestID: String
    /// Who answers for it.
    public let by: Person
    /// What was decided.
    public let decision: ConferenceDecision
    /// Why.
    public let reason: String

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let id = data.requiredString("requestId", &reasons)
        let by = data.requiredPerson("by", &reasons)
        let decision: ConferenceDecision? = data.requiredEnum("decision", &reasons)
        let reason = data.requiredText("reason", &reasons)
        guard let id, let by, let decision, let reason, reasons.all.count == before else { return nil }
        requestID = id
        self.by = by
        self.decision = decision
        self.reason = reason
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("requestId", requestID)
        writer.object("by") { by.write(to: &$0) }
        writer.field("decision", decision.rawValue)
        writer.field("reason", reason)
    }
}
