import JSON
import Safeguarding

/// What a service says to an event that only it can judge, on `events.judged`. Intake keeps it with the event and delivers it
/// as a receipt. The event's `causationid` is the id of the fact that was judged, so that a ruling on an event that was
/// refused is never taken for one on the event that came under the same id afterwards.
///
/// Or nothing yet, since the family is parked: then `isDelayed` says so, and the ruling itself comes later.
public struct EventRuling: ServiceEvent {
    /// Whose event it is.
    public let agency: AgencyCode
    /// The id of the agency's event.
    public let eventID: String
    /// The type of the agency's event.
    public let eventType: String
    /// Everything that stands against it; nothing if it is accepted.
    public let reasons: [RefusalReason]
    /// When it was judged.
    public let recordedAt: Instant
    /// Whether it is no ruling yet: the event waits for an operator. On the wire `waitsForOperator`.
    public let isDelayed: Bool
    /// The referral that is decided by the event, as the queue named it: its agency has room for another from now on.
    public let settles: ScreeningItemID?

    /// What a service says to an event.
    public init(
        agency: AgencyCode, eventID: String, eventType: String, reasons: [RefusalReason], recordedAt: Instant,
        isDelayed: Bool = false, settles: ScreeningItemID? = nil
    ) {
        self.agency = agency
        self.eventID = eventID
        self.eventType = eventType
        self.reasons = reasons
        self.recordedAt = recordedAt
        self.isDelayed = isDelayed
        self.settles = settles
    }

    /// The ruling on the event that a fact came from.
    public init(
        on fact: Fact, reasons: [RefusalReason], at recordedAt: Instant, settles: ScreeningItemID? = nil
    ) {
        self.init(
            agency: fact.context.agency, eventID: fact.context.eventID, eventType: fact.context.eventType,
            reasons: reasons, recordedAt: recordedAt, settles: settles)
    }

    /// The event that a fact came from waits for an operator, since that moment.
    public init(delaying fact: Fact, at moment: Instant) {
        self.init(
            agency: fact.context.agency, eventID: fact.context.eventID, eventType: fact.context.eventType,
            reasons: [], recordedAt: moment, isDelayed: true)
    }

    /// The event that a fact came from will not be handled: an operator has taken it out.
    public init(discarding fact: Fact, at moment: Instant) {
        self.init(
            on: fact,
            reasons: [
                RefusalReason(
                    path: "", code: .discardedByOperator,
                    message:
                        "A service could not handle this event, and an operator has taken it out. Count on none of its "
                        + "effects, whatever you were told before. Ask the operators what was wrong with it, by its id; once "
                        + "that is mended send it again, under the same id or another.")
            ], at: moment)
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "verdict.given", "What a service says to an event that only it can judge; intake delivers it as a receipt.",
        from: "escalation-tracker",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"agency": "csc", "eventId": "e1", "eventType": "keepsight.decision.changed.v1",
                 "reasons": [{"path": "/data/children/0/from", "code": "stale-decision",
                   "message": "The child's recorded level is section-17."}],
                 "recordedAt": "2026-11-20T10:00:00Z", "waitsForOperator": false}
                """#),
            ServiceTerms.Example(
                "delayed",
                #"""
                {"agency": "csc", "eventId": "e1", "eventType": "keepsight.decision.changed.v1",
                 "recordedAt": "2026-11-20T10:00:00Z", "waitsForOperator": true}
                """#),
            ServiceTerms.Example(
                "settles",
                #"""
                {"agency": "mash", "eventId": "e2", "eventType": "keepsight.screening.decided.v1",
                 "recordedAt": "2026-11-20T10:00:00Z",
                 "settles": "s1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2"}
                """#),
        ])

    /// Its fields.
    public static let record = Record(
        EventRuling.init(agency:eventID:eventType:reasons:recordedAt:isDelayed:settles:),
        required("agency", \.agency, .agency(), "Whose event it is."),
        required("eventId", \.eventID, .line(), "The id of the agency's event."),
        required("eventType", \.eventType, .line(), "The type of the agency's event."),
        optional(
            "reasons", \.reasons, .list(.reason(), 0...RefusalReasons.maximum), or: [],
            "Everything that stands against it; nothing if it is accepted."),
        required("recordedAt", \.recordedAt, .instant(), "When it was judged."),
        optional(
            "waitsForOperator", \.isDelayed, .bool(), or: false,
            "Whether it is no ruling yet: the event waits for an operator."),
        optional(
            "settles", \.settles, .screeningItemID(),
            "The referral that is decided by the event, as the queue named it."))
}
