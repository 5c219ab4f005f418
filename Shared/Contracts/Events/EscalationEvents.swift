import Safeguarding

/// `escalation.responded`: one side of a challenge says something at the stage where it stands (domain.md section 2,
/// row B5). From the side that decided it is the answer; from the side that challenged it says that the answer does not
/// satisfy. Whoever is satisfied closes the escalation.
public struct EscalationResponded: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("escalation.responded")

    /// Which escalation.
    public let escalationID: EscalationID
    /// The stage that the sender takes it to stand at, from 1.
    public let stage: Int
    /// Who speaks.
    public let by: Person
    /// What is said.
    public let response: String
    /// The decision that replaces the challenged one, if there is one already.
    public let newDecisionID: String?
    /// The stage to go to at once, because a child is at immediate risk.
    public let escalateTo: Int?
    /// Whether a child is at immediate risk.
    public let isImmediateRisk: Bool

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let id = data.requiredEscalationID(&reasons)
        let stage = data.requiredInteger("stage", in: 1...9, &reasons)
        let by = data.requiredPerson("by", &reasons)
        let response = data.requiredText("response", &reasons)
        let decision = data.optionalString("newDecisionId", &reasons)
        let target = data.present("escalateTo") == nil ? nil : data.requiredInteger("escalateTo", in: 1...9, &reasons)
        let isRisk = data.optionalBool("immediateRisk", &reasons) ?? false
        guard let id, let stage, let by, let response, reasons.all.count == before else { return nil }
        escalationID = id
        self.stage = stage
        self.by = by
        self.response = response
        newDecisionID = decision
        escalateTo = target
        isImmediateRisk = isRisk
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("escalationId", escalationID.text)
        writer.field("stage", stage)
        writer.object("by") { by.write(to: &$0) }
        writer.field("response", response)
        writer.field("newDecisionId", newDecisionID)
        writer.field("escalateTo", escalateTo)
        writer.field("immediateRisk", isImmediateRisk)
    }
}

/// `escalation.closed`: how a challenge ended, and why (domain.md section 2, rows B5 and B7).
public struct EscalationClosed: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("escalation.closed")

    /// Which escalation.
    public let escalationID: EscalationID
    /// Who closes it.
    public let by: Person
    /// How it ended.
    public let outcome: EscalationOutcome
    /// Why. Taking a challenge back needs a reason as well.
    public let reason: String
    /// What the child says of it.
    public let childsView: String?
    /// Whether there is something to be learned from it.
    public let isLesson: Bool

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let id = data.requiredEscalationID(&reasons)
        let by = data.requiredPerson("by", &reasons)
        let outcome: EscalationOutcome? = data.requiredEnum("outcome", &reasons)
        let reason = data.requiredText("reason", &reasons)
        let view = data.optionalText("childsView", &reasons)
        let isLesson = data.optionalBool("lesson", &reasons) ?? false
        guard let id, let by, let outcome, let reason, reasons.all.count == before else { return nil }
        escalationID = id
        self.by = by
        self.outcome = outcome
        self.reason = reason
        childsView = view
        self.isLesson = isLesson
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("escalationId", escalationID.text)
        writer.object("by") { by.write(to: &$0) }
        writer.field("outcome", outcome.rawValue)
        writer.field("reason", reason)
        writer.field("childsView", childsView)
        writer.field("lesson", isLesson)
    }
}
