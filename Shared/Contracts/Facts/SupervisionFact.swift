import JSON
import Safeguarding

/// What is done for the children was gone through in supervision (row B6).
public struct SupervisionFact: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("supervision-fact.recorded")

    /// The sender's identifier of the supervision.
    public let supervisionID: String
    /// When it was.
    public let heldAt: Instant
    /// What the person who supervised is.
    public let supervisorRole: String

    /// What is done for the children was gone through in supervision.
    public init(supervisionID: String, heldAt: Instant, supervisorRole: String) {
        self.supervisionID = supervisionID
        self.heldAt = heldAt
        self.supervisorRole = supervisorRole
    }

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let id = data.requiredString("supervisionId", &reasons)
        let heldAt = data.requiredInstant("heldAt", &reasons)
        let role = data.requiredString("supervisorRole", &reasons)
        guard let id, let heldAt, let role, reasons.all.count == before else { return nil }
        self.init(supervisionID: id, heldAt: heldAt, supervisorRole: role)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("supervisionId", supervisionID)
        writer.field("heldAt", heldAt.rfc3339)
        writer.field("supervisorRole", supervisorRole)
    }
}
