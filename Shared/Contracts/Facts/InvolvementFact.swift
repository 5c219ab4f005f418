import JSON
import Safeguarding

/// An agency's involvement with children began or ended.
public struct InvolvementFact: ServiceEvent {
    /// Which of the two.
    public enum State: String, CaseIterable, Sendable {
        /// It began.
        case opened
        /// It ended.
        case closed
    }

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

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "involvement-fact.recorded", "An agency's involvement with children began or ended.",
        from: "referral-intake",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"state": "opened", "role": "health visitor", "on": "2026-01-05"}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        InvolvementFact.init,
        required("state", \.state, .word(), "Whether it began or ended."),
        optional("role", \.role, .line(), "What the agency does for the children."),
        required("on", \.on, .date(), "Since when, or until when."))
}
