import JSON
import Safeguarding

/// One side of a challenge said something, or closed it. The decision register judges it, and answers.
public struct EscalationFact: EventPayload {
    /// Which of the two.
    public enum Action: Sendable, Equatable {
        /// Said something at a stage.
        case responded(EscalationResponded)
        /// Closed it.
        case closed(EscalationClosed)
    }

    /// The type that this is the data of.
    public static let type = EventType("escalation-fact.recorded")

    /// What was done.
    public let action: Action

    /// Which escalation.
    public var escalationID: EscalationID {
        switch action {
        case .responded(let event): event.escalationID
        case .closed(let event): event.escalationID
        }
    }

    /// One side of a challenge said something, or closed it.
    public init(_ action: Action) {
        self.action = action
    }

    private enum Word: String, CaseIterable {
        case responded, closed
    }

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        guard let word: Word = data.requiredEnum("action", &reasons) else { return nil }
        switch word {
        case .responded:
            guard let event = EscalationResponded(reading: data, &reasons) else { return nil }
            self.init(.responded(event))
        case .closed:
            guard let event = EscalationClosed(reading: data, &reasons) else { return nil }
            self.init(.closed(event))
        }
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        switch action {
        case .responded(let event):
            writer.field("action", Word.responded.rawValue)
            event.write(to: &writer)
        case .closed(let event):
            writer.field("action", Word.closed.rawValue)
            event.write(to: &writer)
        }
    }
}
