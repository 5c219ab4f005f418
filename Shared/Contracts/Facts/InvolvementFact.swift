import JSON
import Safeguarding

/// An agency's involvement with children began or ended.
public struct InvolvementFact: EventPayload {
    /// Which of the two.
    public enum State: String, CaseIterable, Sendable {
        /// It began.
        case opened
        /// It ended.
        case closed
    }

    /// The type that this is the data of.
    public static let type = EventType("involvement-fact.recorded")

    /// Whether it began or ended.
    public let state: State
    /// What the agency does for them.
    public let role: String?
    /// Since or until when.
    public let on: CalendarDate

    /// An agency's involvement began or ended.
    public init(state: State, role: String?, on: CalendarDate) {
        self.state = state
        self.role = role
        self.on = on
    }

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let state: State? = data.requiredEnum("state", &reasons)
        let role = data.optionalString("role", &reasons)
        let on = data.requiredDate("on", &reasons)
        guard let state, let on, reasons.all.count == before else { return nil }
        self.init(state: state, role: role, on: on)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("state", state.rawValue)
        writer.field("role", role)
        writer.field("on", on.description)
    }
}
