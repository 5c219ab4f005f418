import JSON
import Safeguarding

/// A conference was asked for, or the request was decided on (row B8).
public struct ConferenceFact: EventPayload {
    /// Which of the two.
    public enum Action: Sendable, Hashable {
        /// Asked for; whether a senior manager or designated professional stands behind it.
        case requested(grounds: String, isBacked: Bool)
        /// Decided on.
        case decided(ConferenceDecision, reason: String)
    }

    /// The type that this is the data of.
    public static let type = EventType("conference-fact.recorded")

    /// Which request.
    public let requestID: String
    /// Who.
    public let by: Person
    /// What was done.
    public let action: Action

    /// A conference was asked for, or the request was decided on.
    public init(requestID: String, by: Person, action: Action) {
        self.requestID = requestID
        self.by = by
        self.action = action
    }

    private enum Word: String, CaseIterable {
        case requested, decided
    }

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let id = data.requiredString("requestId", &reasons)
        let by = data.requiredPerson("by", &reasons)
        let action: Action?
        switch data.requiredEnum("action", &reasons) as Word? {
        case .requested:
            let grounds = data.requiredText("grounds", &reasons)
            let isBacked = data.requiredBool("backed", &reasons)
            action = grounds.flatMap { grounds in isBacked.map { .requested(grounds: grounds, isBacked: $0) } }
        case .decided:
            let decision: ConferenceDecision? = data.requiredEnum("decision", &reasons)
            let reason = data.requiredText("reason", &reasons)
            action = decision.flatMap { decision in reason.map { .decided(decision, reason: $0) } }
        case nil: action = nil
        }
        guard let id, let by, let action, reasons.all.count == before else { return nil }
        self.init(requestID: id, by: by, action: action)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("requestId", requestID)
        writer.object("by") { by.write(to: &$0) }
        switch action {
        case .requested(let grounds, let isBacked):
            writer.field("action", Word.requested.rawValue)
            writer.field("grounds", grounds)
            writer.field("backed", isBacked)
        case .decided(let decision, let reason):
            writer.field("action", Word.decided.rawValue)
            writer.field("decision", decision.rawValue)
            writer.field("reason", reason)
        }
    }
}
