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
}

/// `receipt.accepted`: the event is in effect, or on record and waiting.
public struct ReceiptAccepted: EventPayload {
    /// What an accepted event waits for before it has an effect, or the whole of it.
    ///
    /// - `decision`: the decision that it is about. `id` is the decision's, as the event named it; if it has not come by
    ///   `until`, the event is handed back by a refusal.
    /// - `operator`: a service cannot go on with the family before an operator has mended something. `id` is the waiting
    ///   event's own, for asking with; there is no `until`. What it waits behind has no name here: two agencies that wait
    ///   behind the same thing could compare it, and would know the same family (N4). An event that is judged elsewhere gets
    ///   its own receipt once that is mended; one that had its receipt before is told that it has not reached everybody yet.
    public struct WaitingFor: Sendable, Hashable {
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
    }

    /// The type that this is the data of.
    public static let type = EventType("receipt.accepted")

    /// The id of the agency's event.
    public let eventID: String
    /// The type of the agency's event.
    public let eventType: String
    /// Since when it is in effect, or on record while it waits: of an event that came again, since it came first.
    public let recordedAt: Instant
    /// The record that is answered.
    public let record: RecordPlace
    /// JSON Pointers from the event's root of what its type does not have: it was kept and ignored. At most
    /// `UnknownKeys.maximum`.
    public let ignored: [String]
    /// What it waits for, if it does.
    public let waitingFor: WaitingFor?

    /// Whether it only says what is waited for; the receipt proper has been given, or is to come.
    public var isInterim: Bool { waitsForOperator }

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

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let id = data.requiredString("eventId", &reasons)
        let type = data.requiredString("eventType", &reasons)
        let at = data.requiredInstant("recordedAt", &reasons)
        let record = RecordPlace(of: data, &reasons)
        let waitingFor = data.optionalObject("waitingFor", &reasons).flatMap { WaitingFor(reading: $0, &reasons) }
        let ignored = data.optionalArray("ignored", count: 0...UnknownKeys.maximum, &reasons)
            .compactMap { $0.text(RefusalReasons.maximumPathBytes, &reasons) }
        guard let id, let type, let at, let record, reasons.all.count == before else { return nil }
        self.init(
            eventID: id, eventType: type, recordedAt: at, record: record, ignored: ignored, waitingFor: waitingFor)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("eventId", eventID)
        writer.field("eventType", eventType)
        writer.field("recordedAt", recordedAt.rfc3339)
        writer.object("record") { record.write(to: &$0) }
        if !ignored.isEmpty { writer.array("ignored", ignored) { $0.string($1) } }
        if let waitingFor { writer.object("waitingFor") { waitingFor.write(to: &$0) } }
    }
}

/// `receipt.refused`: the event has no effect at all, and this is why.
public struct ReceiptRefused: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("receipt.refused")

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

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let id = data.optionalString("eventId", &reasons)
        let type = data.optionalString("eventType", &reasons)
        let found = data.requiredArray("reasons", count: 1...RefusalReasons.maximum, &reasons)?
            .compactMap { RefusalReason(reading: $0, &reasons) }
        let record = RecordPlace(of: data, &reasons)
        guard let found, let record, reasons.all.count == before else { return nil }
        self.init(eventID: id, eventType: type, reasons: found, record: record)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("eventId", eventID)
        writer.field("eventType", eventType)
        writer.array("reasons", reasons) { writer, reason in reason.write(to: &writer) }
        writer.object("record") { record.write(to: &$0) }
    }
}

extension RecordPlace {
    fileprivate init?(of data: JSONValue, _ reasons: inout RefusalReasons) {
        guard let object = data.requiredObject("record", &reasons) else { return nil }
        let partition = object.requiredInteger("partition", in: 0...1_000_000, &reasons)
        let offset = object.requiredInteger("offset", in: 0...Int.max, &reasons)
        guard let partition, let offset else { return nil }
        self.init(partition: partition, offset: Int64(offset))
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.field("partition", partition)
        writer.field("offset", Int(clamping: offset))
    }
}

extension ReceiptAccepted.WaitingFor {
    fileprivate init?(reading object: JSONValue, _ reasons: inout RefusalReasons) {
        let kind = object.requiredString("kind", &reasons)
        let id = object.requiredString("id", &reasons)
        let before = reasons.all.count
        let until = object.optionalInstant("until", &reasons)
        guard let kind, let id, reasons.all.count == before else { return nil }
        self.init(kind: kind, id: id, until: until)
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.field("kind", kind)
        writer.field("id", id)
        writer.field("until", until?.rfc3339)
    }
}
