import Safeguarding

/// `involvement.opened`: an agency works with children from now on, and is told of every decision about them.
public struct InvolvementOpened: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("involvement.opened")

    /// Which children; described well enough to be recognised, if the agency has not introduced them before.
    public let children: [ChildDescription]
    /// What the agency does for them.
    public let role: String
    /// Since when.
    public let since: CalendarDate
    /// Who works with them.
    public let worker: Person?

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let children = data.requiredChildren(&reasons)
        let role = data.requiredString("role", &reasons)
        let since = data.requiredPastDate("since", &reasons)
        let worker = data.optionalObject("worker", &reasons).flatMap { Person(reading: $0, &reasons) }
        guard let children, let role, let since, reasons.all.count == before else { return nil }
        self.children = children
        self.role = role
        self.since = since
        self.worker = worker
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.array("children", children) { writer, child in
            writer.beginObject()
            child.write(to: &writer)
            writer.endObject()
        }
        writer.field("role", role)
        writer.field("since", since.description)
        if let worker { writer.object("worker") { worker.write(to: &$0) } }
    }
}

/// `involvement.closed`: an agency works with children no longer.
public struct InvolvementClosed: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("involvement.closed")

    /// Which children.
    public let children: [ChildReference]
    /// Until when.
    public let until: CalendarDate
    /// Why it ended.
    public let reason: String

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let children = data.requiredChildReferences(&reasons)
        let until = data.requiredPastDate("until", &reasons)
        let reason = data.requiredText("reason", maximumCharacters: 2000, &reasons)
        guard let children, let until, let reason, reasons.all.count == before else { return nil }
        self.children = children
        self.until = until
        self.reason = reason
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.array("children", children) { writer, child in
            writer.beginObject()
            writer.field("ref", child.ref)
            writer.endObject()
        }
        writer.field("until", until.description)
        writer.field("reason", reason)
    }
}
