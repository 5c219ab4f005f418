import JSON
import Safeguarding

/// One side of a challenge said something, or closed it. The decision register judges it, and answers.
public struct EscalationFact: ServiceEvent {
    /// Which of the two.
    public enum Action: Sendable, Equatable {
        /// Said something at a stage.
        case responded(EscalationResponded)
        /// Closed it.
        case closed(EscalationClosed)
    }

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

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "escalation-fact.recorded",
        "One side of a challenge said something, or closed it; the decision register judges it, and answers.",
        from: "referral-intake",
        examples: [
            ServiceTerms.Example(
                "responded",
                #"""
                {"action": "responded",
                 "escalationId": "x1-abababababababababababababababab-cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
                 "stage": 1, "by": {"name": "Tess Example", "role": "health visitor"},
                 "response": "The risk has not gone.", "newDecisionId": "D-2", "escalateTo": 3, "immediateRisk": true,
                 "willChange": true}
                """#),
            ServiceTerms.Example(
                "closed",
                #"""
                {"action": "closed",
                 "escalationId": "x1-abababababababababababababababab-cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
                 "by": {"name": "Tess Example", "role": "health visitor"}, "outcome": "changed",
                 "reason": "The enquiry goes on.", "childsView": "She wants somebody to ask her brother too.",
                 "lesson": true}
                """#),
        ])

    /// Its fields: those of the event that it comes from.
    public static let record = Record(
        oneOf: "action", "What was done.",
        RecordVariant("responded", EscalationResponded.record, { EscalationFact(.responded($0)) }) { fact in
            if case .responded(let event) = fact.action { event } else { nil }
        },
        RecordVariant("closed", EscalationClosed.record, { EscalationFact(.closed($0)) }) { fact in
            if case .closed(let event) = fact.action { event } else { nil }
        })
}
