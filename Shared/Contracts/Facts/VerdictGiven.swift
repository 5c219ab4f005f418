import JSON
import Safeguarding

/// What a service says to an event that only it can judge, on `events.judged`. Intake keeps it with the event and delivers it
/// as a receipt. The event's `causationid` is the id of the fact that was judged, so that a verdict on an event that was
/// refused is never taken for one on the event that came under the same id afterwards.
///
/// Or nothing yet, since the family is parked: then `isDelayed` says so, and the verdict itself comes later.
public struct VerdictGiven: EventPayload, Equatable {
    /// The type that this is the data of.
    public static let type = EventType("verdict.given")

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
    /// Whether it is no verdict yet: the event waits for an operator. On the wire `waitsForOperator`.
    public let isDelayed: Bool

    /// What a service says to an event.
    public init(
        agency: AgencyCode, eventID: String, eventType: String, reasons: [RefusalReason], recordedAt: Instant,
        isDelayed: Bool = false
    ) {
        self.agency = agency
        self.eventID = eventID
        self.eventType = eventType
        self.reasons = reasons
        self.recordedAt = recordedAt
        self.isDelayed = isDelayed
    }

    /// The verdict on the event that a fact came from.
    public init(on fact: Fact, reasons: [RefusalReason], at recordedAt: Instant) {
        self.init(
            agency: fact.context.agency, eventID: fact.context.eventID, eventType: fact.context.eventType,
            reasons: reasons, recordedAt: recordedAt)
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

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let agency = data.requiredAgency("agency", &reasons)
        let id = data.requiredString("eventId", &reasons)
        let type = data.requiredString("eventType", &reasons)
        let found = data.optionalArray("reasons", count: 0...RefusalReasons.maximum, &reasons)
            .compactMap { RefusalReason(reading: $0, &reasons) }
        let at = data.requiredInstant("recordedAt", &reasons)
        let isDelayed = data.optionalBool("waitsForOperator", &reasons) ?? false
        guard let agency, let id, let type, let at, reasons.all.count == before else { return nil }
        self.init(
            agency: agency, eventID: id, eventType: type, reasons: found, recordedAt: at, isDelayed: isDelayed)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("agency", agency.text)
        writer.field("eventId", eventID)
        writer.field("eventType", eventType)
        writer.array("reasons", reasons) { writer, reason in reason.write(to: &writer) }
        writer.field("recordedAt", recordedAt.rfc3339)
        if isDelayed { writer.field("waitsForOperator", true) }
    }
}

extension RefusalReason {
    /// Reads what `write` wrote; `nil` exactly when reasons were added.
    public init?(reading value: JSONValue, _ reasons: inout RefusalReasons) {
        guard let path = value["path"]?.string else {
            reasons.add(.missingField, at: value.pointer + "/path", "Add the field path.")
            return nil
        }
        let code = value.requiredString("code", &reasons)
        let message = value.requiredText("message", maximumCharacters: 2000, &reasons)
        guard let code, let message else { return nil }
        self.init(path: path, code: RefusalCode(rawValue: code), message: message)
    }

    /// Writes an object.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("path", path)
        writer.field("code", code.rawValue)
        writer.field("message", message)
        writer.endObject()
    }
}
