import Contracts
import Safeguarding

/// What an event of ours carries on from the one that brought it about (contract.md section 1).
public struct EventLineage: Sendable, Equatable {
    /// W3C trace context, carried through.
    public var traceparent: String?
    /// What belongs together.
    public var correlationID: String?
    /// The event or the deadline that brought it about.
    public var causationID: String?

    /// Attributes that are `nil` are left out of the event.
    public init(traceparent: String? = nil, correlationID: String? = nil, causationID: String? = nil) {
        self.traceparent = traceparent
        self.correlationID = correlationID
        self.causationID = causationID
    }
}

/// Builds the records of everything that one service publishes: the only place behind intake where an envelope is made, so that
/// no service forgets an attribute that another sets.
public struct EventPublisher: Sendable {
    /// `/services/<name>`
    public let source: EventSource

    /// A publisher of that service, by the name in its `ServiceSpec`.
    public init(service: String) { source = .service(service) }

    /// The record of an event.
    ///
    /// - Parameters:
    ///   - id: The same for the same event, however often it is built: with the service it is the event's identity.
    ///   - key: What the topic is ordered or compacted by: a household, a screening item, a receipt.
    ///   - time: When it happened: the database's time for what a service does, the sender's for a fact.
    ///   - reference: What the service is told when the broker has the record.
    ///   - tally: Under what the metrics count it.
    public func record(
        _ payload: some EventPayload, id: String, on topic: Topics.Topic, key: String, from lineage: EventLineage,
        at time: Instant, reference: String? = nil, tally: String? = nil
    ) -> OutgoingRecord {
        let envelope = envelope(id, type(of: payload).type, lineage, time)
        return OutgoingRecord(
            topic: topic.name, key: key, value: payload.event(envelope), reference: reference, tally: tally)
    }

    /// The record of a fact, whose type is that of its body.
    public func record(
        _ fact: Fact, id: String, on topic: Topics.Topic, from lineage: EventLineage, at time: Instant
    ) -> OutgoingRecord {
        let envelope = envelope(id, fact.body.type, lineage, time)
        return OutgoingRecord(
            topic: topic.name, key: fact.context.household.text,
            value: EnvelopeWriter.write(envelope) { fact.write(to: &$0) })
    }

    private func envelope(_ id: String, _ type: EventType, _ lineage: EventLineage, _ time: Instant) -> Envelope {
        Envelope(
            id: id, source: source, type: type.text, time: time, traceparent: lineage.traceparent,
            correlationID: lineage.correlationID, causationID: lineage.causationID)
    }
}
