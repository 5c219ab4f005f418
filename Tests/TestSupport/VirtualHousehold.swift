import Contracts
import KafkaClient
import Messaging
import Policy
import Safeguarding

/// One household in virtual time, for tests that drive services' pure cores: facts go in, deadlines fall due in order while time
/// is moved on, and what is published is kept with the moment at which it was. No database, no broker, no sleeping.
public struct VirtualHousehold: Sendable {
    /// What was published.
    public struct Published: Sendable {
        /// When.
        public let at: Instant
        /// The record as it goes to its topic.
        public let record: OutgoingRecord
        /// The event in it; none in a tombstone or a dead letter.
        public let event: ReceivedEvent?
    }

    /// A text that is not what it should be.
    public struct Unfit: Error, CustomStringConvertible {
        /// What it should be, and the text.
        public let description: String
    }

    /// Which household.
    public let id: HouseholdID
    /// The time, as services are told it.
    public var now: Instant
    /// Deadlines that are set.
    public private(set) var deadlines: [DeadlineKey: Deadline] = [:]
    /// Everything that was published, the first first.
    public private(set) var published: [Published] = []
    /// Everything that was measured, the first first.
    public private(set) var measured: [Messaging.Measurement] = []
    private var facts = 0

    /// A household of which nothing is known, at a moment.
    public init(_ id: HouseholdID, at now: Instant) {
        self.id = id
        self.now = now
    }

    /// The policy of the sample partnership.
    public static func samplePolicy() throws -> Policy {
        try Policy.load(directory: TestEnvironment.project + "/deploy/policy")
    }

    /// A moment by its text, such as `2026-11-02T10:00:00Z`.
    public static func instant(_ text: String) throws -> Instant {
        guard let instant = Instant(rfc3339: text) else { throw Unfit(description: "no moment: \(text)") }
        return instant
    }

    /// An agency by its code.
    public static func agency(_ text: String) throws -> AgencyCode {
        guard let code = AgencyCode(text) else { throw Unfit(description: "no agency's code: \(text)") }
        return code
    }

    /// Something that an agency says now, as intake publishes it. The agency's event is `e1`, `e2`, …, the fact `fact-e1`, ….
    /// `happenedAt` is when it was said, if it is typed in late.
    public mutating func fact(
        _ body: FactBody, as agency: AgencyCode, children: [Fact.Child] = [], happenedAt said: Instant? = nil
    ) throws
        -> (eventID: String, event: ReceivedEvent, bytes: [UInt8])
    {
        facts += 1
        let eventID = "e\(facts)"
        let fact = Fact(
            context: Fact.Context(
                agency: agency, eventID: eventID, eventType: body.type.text, household: id, happenedAt: said ?? now,
                recordedAt: now), children: children, body: body)
        let envelope = Envelope(
            id: "fact-" + eventID, source: .service("referral-intake"), type: body.type.text, time: now)
        let bytes = EnvelopeWriter.write(envelope) { fact.write(to: &$0) }
        return (eventID, try read(bytes), bytes)
    }

    /// Something that a service says now.
    public func event(_ payload: some EventPayload, id: String, from service: String) throws -> ReceivedEvent {
        try read(bytes(payload, id: id, from: service))
    }

    /// The same as it stands on a topic.
    public func bytes(_ payload: some EventPayload, id: String, from service: String, causationID: String? = nil)
        -> [UInt8]
    {
        payload.event(
            Envelope(
                id: id, source: .service(service), type: type(of: payload).type.text, time: now,
                causationID: causationID))
    }

    /// An event's bytes as the engine hands them to a service that reads the topic by household.
    public func message(_ value: [UInt8], on topic: String = "facts") -> InboundMessage {
        InboundMessage(
            KafkaMessage(
                topic: topic, partition: 0, offset: 0, timestampMilliseconds: 0, key: Array(id.text.utf8), value: value,
                headers: []))
    }

    /// Carries out what a service has decided: deadlines are set and lifted, what is published is read and kept. Returns what
    /// was published by it, and the rows that it writes.
    @discardableResult
    public mutating func carryOut<Row>(_ effects: [Effect<Row>]) throws -> (published: [Published], rows: [Row]) {
        let before = published.count
        var rows: [Row] = []
        for effect in effects {
            switch effect {
            case .arm(let deadline): arm(deadline)
            case .disarm(let key): deadlines[key] = nil
            case .measure(let measurement): measured.append(measurement)
            case .record(let row): rows.append(row)
            case .publish(let record):
                let isEvent = record.value != nil && !record.topic.hasPrefix("dead-letters.")
                published.append(
                    Published(at: now, record: record, event: isEvent ? try read(record.value ?? []) : nil))
            }
        }
        return (Array(published[before...]), rows)
    }

    /// Sets a deadline.
    public mutating func arm(_ deadline: Deadline) { deadlines[deadline.key] = deadline }

    /// The deadline that falls due next until that moment, of equal ones the first by name, with the time moved on to it. None if
    /// no other does; the time is that moment then.
    public mutating func nextDue(until end: Instant) -> DueDeadline? {
        let open = deadlines.values.filter { $0.due <= end }
        guard let next = open.min(by: { ($0.due, $0.key.text) < ($1.due, $1.key.text) }) else {
            now = max(now, end)
            return nil
        }
        deadlines[next.key] = nil
        now = max(now, next.due)
        return DueDeadline(key: next.key, household: next.household, due: next.due)
    }

    /// Everything of a type that was published, with when.
    public func all<Payload: EventPayload>(_ type: Payload.Type) -> [(at: Instant, payload: Payload)] {
        var reasons = RefusalReasons()
        return published.compactMap { entry in
            guard let event = entry.event, event.envelope.type == Payload.type.text else { return nil }
            return Payload(reading: event.data, &reasons).map { (entry.at, $0) }
        }
    }

    private func read(_ bytes: [UInt8]) throws -> ReceivedEvent {
        // Moments are not held against a clock: what services say was accepted before.
        try EnvelopeReader.read(value: bytes, headers: [], now: Instant(microsecondsSinceEpoch: .max))
    }
}
