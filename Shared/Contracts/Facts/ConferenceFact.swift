import JSON
import Safeguarding

/// A conference was asked for, or the request was decided on (row B8).
public struct ConferenceFact: ServiceEvent {
    /// Which of the two.
    public enum Action: Sendable, Hashable {
        /// Asked for; whether a senior manager or designated professional stands behind it.
        case requested(grounds: String, isBacked: Bool)
        /// Decided on.
        case decided(ConferenceDecision, reason: String)
    }

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

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "conference-fact.recorded", "A conference was asked for, or the request was decided on.",
        from: "referral-intake",
        examples: [
            ServiceTerms.Example(
                "requested",
                #"""
                {"action": "requested", "requestId": "CR-1",
                 "by": {"name": "Tess Example", "role": "health visitor"},
                 "grounds": "The harm goes on.", "backed": true}
                """#),
            ServiceTerms.Example(
                "decided",
                #"""
                {"action": "decided", "requestId": "CR-1",
                 "by": {"name": "Tess Example", "role": "health visitor"},
                 "decision": "agreed", "reason": "It will be held."}
                """#),
        ])

    /// Its fields: those of a request, or of what was decided on it.
    public static let record = Record(
        oneOf: "action", "What was done.",
        RecordVariant("requested", Requested.record, { ConferenceFact($0) }, { Requested($0) }),
        RecordVariant("decided", Decided.record, { ConferenceFact($0) }, { Decided($0) }))
}

extension ConferenceFact {
    private struct Requested: Sendable {
        let requestID: String
        let by: Person
        let grounds: String
        let isBacked: Bool

        static let record = Record(
            Requested.init(requestID:by:grounds:isBacked:),
            required("requestId", \.requestID, .line(), "Which request."),
            required("by", \.by, .person(), "Who asks for it."),
            required("grounds", \.grounds, .text(), "Why a conference is needed."),
            required(
                "backed", \.isBacked, .bool(), "Whether a senior manager or designated professional stands behind it."))

        init(requestID: String, by: Person, grounds: String, isBacked: Bool) {
            (self.requestID, self.by, self.grounds, self.isBacked) = (requestID, by, grounds, isBacked)
        }

        init?(_ fact: ConferenceFact) {
            guard case .requested(let grounds, let isBacked) = fact.action else { return nil }
            self.init(requestID: fact.requestID, by: fact.by, grounds: grounds, isBacked: isBacked)
        }
    }

    private struct Decided: Sendable {
        let requestID: String
        let by: Person
        let decision: ConferenceDecision
        let reason: String

        static let record = Record(
            Decided.init(requestID:by:decision:reason:),
            required("requestId", \.requestID, .line(), "Which request."),
            required("by", \.by, .person(), "Who decided."),
            required("decision", \.decision, .word(), "Whether the conference is held."),
            required("reason", \.reason, .text(), "Why."))

        init(requestID: String, by: Person, decision: ConferenceDecision, reason: String) {
            (self.requestID, self.by, self.decision, self.reason) = (requestID, by, decision, reason)
        }

        init?(_ fact: ConferenceFact) {
            guard case .decided(let decision, let reason) = fact.action else { return nil }
            self.init(requestID: fact.requestID, by: fact.by, decision: decision, reason: reason)
        }
    }

    private init(_ request: Requested) {
        self.init(
            requestID: request.requestID, by: request.by,
            action: .requested(grounds: request.grounds, isBacked: request.isBacked))
    }

    private init(_ decided: Decided) {
        self.init(
            requestID: decided.requestID, by: decided.by, action: .decided(decided.decision, reason: decided.reason))
    }
}
