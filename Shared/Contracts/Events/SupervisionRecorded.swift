import Safeguarding

/// `supervision.recorded`: a practitioner and a manager went through what is done for the children (row B6).
public struct SupervisionRecorded: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("supervision.recorded")

    /// The sender's identifier of the supervision.
    public let supervisionID: String
    /// When it was.
    public let heldAt: Instant
    /// About which children.
    public let children: [ChildReference]
    /// Who supervised.
    public let supervisor: Person
    /// What is to be done, by whom and by when.
    public let actions: String

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let id = data.requiredString("supervisionId", &reasons)
        let heldAt = data.requiredPastInstant("heldAt", &reasons)
        let children = data.requiredChildReferences(&reasons)
        let supervisor = data.requiredPerson("supervisor", &reasons)
        let actions = data.requiredText("actions", &reasons)
        guard let id, let heldAt, let children, let supervisor, let actions, reasons.all.count == before else {
            return nil
        }
        supervisionID = id
        self.heldAt = heldAt
        self.children = children
        self.supervisor = supervisor
        self.actions = actions
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("supervisionId", supervisionID)
        writer.field("heldAt", heldAt.rfc3339)
        writer.array("children", children) { writer, child in
            writer.beginObject()
            writer.field("ref", child.ref)
            writer.endObject()
        }
        writer.object("supervisor") { supervisor.write(to: &$0) }
        writer.field("actions", actions)
    }
}
