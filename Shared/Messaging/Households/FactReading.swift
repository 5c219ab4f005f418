import Contracts
import Safeguarding

/// What a service's own events carry on from the event that brought them about.
public struct Origin: Sendable, Equatable {
    /// The id of the event that is being handled, or the key of the deadline that fired.
    public let causationID: String
    /// What belongs together.
    public let correlationID: String?
    /// W3C trace context.
    public let traceparent: String?

    /// What is carried on from an event.
    public init(_ envelope: Envelope) {
        causationID = envelope.id
        correlationID = envelope.correlationID
        traceparent = envelope.traceparent
    }

    /// An operator has moved a clock; the same clock to the same time is the same cause.
    public init(moved deadline: Deadline) {
        causationID = "moved/" + SHA256.identifier(deadline.key.text, deadline.due.rfc3339)
        correlationID = nil
        traceparent = nil
    }

    /// What a topic has lost is said once more: for each loss by itself.
    public init(again what: String, on lost: LostLog) {
        causationID = "again/" + SHA256.identifier(lost.topic, "\(lost.noticedAtMicroseconds)", what)
        correlationID = nil
        traceparent = nil
    }

    /// A deadline begins something new.
    public init(_ deadline: DueDeadline) {
        causationID = "deadline/" + SHA256.identifier(deadline.key.text, deadline.due.rfc3339)
        correlationID = nil
        traceparent = nil
    }

    /// What an event that it brings about carries on.
    public var lineage: EventLineage {
        EventLineage(traceparent: traceparent, correlationID: correlationID, causationID: causationID)
    }
}

extension Fact {
    /// A fact that intake wrote. One that cannot be read is a fault of ours: it is parked, never skipped.
    public static func reading(_ event: ReceivedEvent) throws(MessageFailure) -> Fact {
        do throws(EventRefusal) {
            return try Fact(reading: event)
        } catch {
            throw MessageFailure(code: "undecodable", reason: error.description)
        }
    }
}

extension EventPayload {
    /// A payload that another service wrote.
    public static func reading(_ event: ReceivedEvent) throws(MessageFailure) -> Self {
        var reasons = RefusalReasons()
        guard let payload = Self(reading: event.data, &reasons) else {
            throw MessageFailure(code: "undecodable", reason: EventRefusal(reasons).description)
        }
        return payload
    }
}
