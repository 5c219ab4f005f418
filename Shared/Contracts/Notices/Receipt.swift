import JSON
import Safeguarding

/// Where a record stands on its sender's events topic: how a sender finds what a receipt answers, even where no id could be
/// read.
public struct RecordPlace: Sendable, Hashable {
    /// The partition, from 0.
    public let partition: Int
    /// The offset within the partition, from 0.
    public let offset: Int64

    /// The place of a record.
    public init(partition: Int, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }

    /// Its fields.
    public static let record = Record(
        RecordPlace.init,
        required("partition", \.partition, .integer(0...1_000_000), "The partition, from 0."),
        required("offset", \.offset, .offset(), "The offset within the partition, from 0."), named: "recordPlace")
}

/// `receipt.accepted`: the event is in effect, or on record and waiting.
public struct ReceiptAccepted: ServiceEvent {
    /// What an event that is on record waits for before it has an effect. The receipt proper comes after it, and may be a
    /// refusal: nothing that waits is in effect yet.
    ///
    /// - `decision`: the decision that it is about. `id` is the decision's, as the event named it. Every view waits so, whether
    ///   there is such a decision or not, so that nobody finds out by it what others decide on (N4): one that counts gets its
    ///   receipt proper in a moment; one that could be joined to nothing by `until` is handed back by a refusal.
    /// - `operator`: a service cannot go on with the family before an operator has mended something. `id` is the waiting
    ///   event's own, for asking with; there is no `until`. What it waits behind has no name here: two agencies that wait
    ///   behind the same thing could compare it, and would know the same family (N4). An event that is judged elsewhere gets
    ///   its own receipt once that is mended; one that had its receipt before is told that it has not reached everybody yet.
    ///   A view says nothing of it, since it waits for its decision.
    public struct WaitingFor: Sendable, Hashable {
        /// The kind of a decision that a view is about.
        public static let decisionKind = "decision"
        /// The kind of what an operator must mend.
        public static let operatorKind = "operator"

        /// What it is: `decision` or `operator`.
        public let kind: String
        /// Its identifier, as the sender knows it.
        public let id: String
        /// Until when it waits at the most; `nil` where there is no deadline.
        public let until: Instant?

        /// What an accepted event waits for.
        public init(kind: String, id: String, until: Instant?) {
            self.kind = kind
            self.id = id
            self.until = until
        }

        static let record = Record(
            WaitingFor.init,
            required("kind", \.kind, .line(), "What it is: `decision` or `operator`."),
            required("id", \.id, .line(), "Its identifier, as you know it."),
            optional("until", \.until, .instant(), "Until when it waits at the most, where there is a deadline."))
    }

    /// The id of the agency's event.
    public let eventID: String
    /// The type of the agency's event.
    public let eventType: String
    /// Since when it is in effect, or on record while it waits: of an event that came again, since it came first.
    public let recordedAt: Instant
    /// The record that is answered.
    public let record: RecordPlace
    /// JSON Pointers from the event's root of what neither its type nor the envelope has: it was kept and ignored. At most
    /// `UnknownKeys.maximum`.
    public let ignored: [String]
    /// What it waits for, if it does.
    public let waitingFor: WaitingFor?

    /// Whether it only says what is waited for; the receipt proper has been given, or is to come.
    public var isInterim: Bool { waitingFor != nil }

    /// Whether the event waits for an operator.
    public var waitsForOperator: Bool { waitingFor?.kind == WaitingFor.operatorKind }

    /// The event is in effect.
    public init(
        eventID: String, eventType: String, recordedAt: Instant, record: RecordPlace, ignored: [String] = [],
        waitingFor: WaitingFor? = nil
    ) {
        self.eventID = eventID
        self.eventType = eventType
        self.recordedAt = recordedAt
        self.record = record
        self.ignored = ignored
        self.waitingFor = waitingFor
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "receipt.accepted", "The event is in effect, or on record and waiting.",
        from: "referral-intake",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"eventId": "e1", "eventType": "keepsight.consultation.recorded.v2",
                 "recordedAt": "2026-11-20T10:00:00Z", "record": {"partition": 0, "offset": 41},
                 "ignored": ["/data/comment", "/data/consulted/age"],
                 "waitingFor": {"kind": "decision", "id": "D-77", "until": "2026-12-04T17:00:00Z"}}
                """#),
            ServiceTerms.Example(
                "operator",
                #"""
                {"eventId": "e1", "eventType": "keepsight.decision.changed.v1",
                 "recordedAt": "2026-11-20T10:00:00Z", "record": {"partition": 0, "offset": 41},
                 "waitingFor": {"kind": "operator", "id": "e1"}}
                """#),
        ])

    /// Its fields.
    public static let record: Record<ReceiptAccepted> = Record(
        ReceiptAccepted.init(eventID:eventType:recordedAt:record:ignored:waitingFor:),
        required("eventId", \.eventID, .line(), "The id of your event."),
        required("eventType", \.eventType, .line(), "The type of your event."),
        required(
            "recordedAt", \.recordedAt, .instant(),
            "Since when it is in effect, or on record while it waits: of an event that came again, since it came first."
        ),
        required("record", \.record, .object(RecordPlace.record), "The record that is answered."),
        optional(
            "ignored", \.ignored, .list(.line(RefusalReasons.maximumPathBytes), 0...UnknownKeys.maximum), or: [],
            "JSON Pointers from the event's root of what neither its type nor the envelope has: kept, and ignored."),
        optional("waitingFor", \.waitingFor, .object(WaitingFor.record), "What it waits for, if it does."))
}

/// `receipt.refused`: the event has no effect at all, and this is why.
public struct ReceiptRefused: ServiceEvent {
    /// The id of the agency's event, if it could be read.
    public let eventID: String?
    /// The type of the agency's event, if it could be read.
    public let eventType: String?
    /// Everything that stands against it.
    public let reasons: [RefusalReason]
    /// The record that is answered.
    public let record: RecordPlace

    /// The event has no effect.
    public init(eventID: String?, eventType: String?, reasons: [RefusalReason], record: RecordPlace) {
        self.eventID = eventID
        self.eventType = eventType
        self.reasons = reasons
        self.record = record
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "receipt.refused", "The event has no effect at all, and this is why.",
        from: "referral-intake",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"eventId": "e1", "eventType": "keepsight.referral.made.v1",
                 "reasons": [{"path": "/data/referralId", "code": "missing-field",
                   "message": "Add the field referralId."}],
                 "record": {"partition": 0, "offset": 41}}
                """#),
            ServiceTerms.Example(
                "discarded",
                #"""
                {"eventId": "e1", "eventType": "keepsight.decision.changed.v1",
                 "reasons": [{"path": "", "code": "discarded-by-operator",
                   "message": "An operator has taken it out. Ask them what was wrong with it."}],
                 "record": {"partition": 0, "offset": 41}}
                """#),
        ])

    /// Its fields.
    public static let record: Record<ReceiptRefused> = Record(
        ReceiptRefused.init(eventID:eventType:reasons:record:),
        optional("eventId", \.eventID, .line(), "The id of your event, if it could be read."),
        optional("eventType", \.eventType, .line(), "The type of your event, if it could be read."),
        required(
            "reasons", \.reasons, .list(.reason(), 1...RefusalReasons.maximum), "Everything that stands against it."),
        required("record", \.record, .object(RecordPlace.record), "The record that is answered."))
}
