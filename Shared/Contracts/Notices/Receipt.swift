import Safeguarding

/// `receipt.accepted`: the event is in effect.
public struct ReceiptAccepted: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("receipt.accepted")

    /// The id of the agency's event.
    public let eventID: String
    /// The type of the agency's event.
    public let eventType: String
    /// Since when it is in effect.
    public let recordedAt: Instant

    /// The event is in effect.
    public init(eventID: String, eventType: String, recordedAt: Instant) {
        self.eventID = eventID
        self.eventType = eventType
        self.recordedAt = recordedAt
    }

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let id = data.requiredString("eventId", &reasons)
        let type = data.requiredString("eventType", &reasons)
        let at = data.requiredInstant("recordedAt", &reasons)
        guard let id, let type, let at else { return nil }
        self.init(eventID: id, eventType: type, recordedAt: at)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("eventId", eventID)
        writer.field("eventType", eventType)
        writer.field("recordedAt", recordedAt.rfc3339)
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

    /// The event has no effect.
    public init(eventID: String?, eventType: String?, reasons: [RefusalReason]) {
        self.eventID = eventID
        self.eventType = eventType
        self.reasons = reasons
    }

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let id = data.optionalString("eventId", &reasons)
        let type = data.optionalString("eventType", &reasons)
        let found = data.requiredArray("reasons", count: 1...RefusalReasons.maximum, &reasons)?
            .compactMap { RefusalReason(reading: $0, &reasons) }
        guard let found, reasons.all.count == before else { return nil }
        self.init(eventID: id, eventType: type, reasons: found)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("eventId", eventID)
        writer.field("eventType", eventType)
        writer.array("reasons", reasons) { writer, reason in reason.write(to: &writer) }
    }
}
