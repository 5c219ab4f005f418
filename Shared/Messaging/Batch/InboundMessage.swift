import Contracts
import JSON
import KafkaClient
import Safeguarding
import Synchronization

/// A message as a service takes it from a topic: the record, and what can be read of it by anybody.
public final class InboundMessage: Sendable {
    /// The record as it came, for the dead letters.
    public let record: KafkaMessage
    /// The event in it, or why there is none.
    public let reading: Result<ReceivedEvent, EventRefusal>
    /// What makes two records the same event.
    public let identity: EventIdentity
    /// The household that the record's key names; inside Keepsight every key does.
    public let household: HouseholdID?
    private let content = Mutex<(any Sendable)?>(nil)

    /// Decodes the envelope; pure, so it happens before the transaction begins. No clock is asked: whether an event's moments
    /// have happened is for the database's to say, which is known in the transaction (E4).
    public init(_ record: KafkaMessage) {
        self.record = record
        household = record.key.flatMap { HouseholdID(String(decoding: $0, as: UTF8.self)) }
        let headers = record.headers.map { (name: $0.name, value: $0.value) }
        do throws(EventRefusal) {
            guard !record.isCut else {
                throw EnvelopeReader.refusal(RefusalReasons.tooLongToHold, record.value ?? [], headers)
            }
            let event = try EnvelopeReader.read(
                value: record.value ?? [], key: record.key, headers: headers, now: nil, limits: .event)
            reading = .success(event)
            identity = EventIdentity(
                topic: record.topic, source: event.envelope.source, id: event.envelope.id)
        } catch {
            reading = .failure(error)
            identity = EventIdentity(topic: record.topic, partition: record.partition, offset: record.offset)
        }
    }

    /// Stands for a record of a batch that cannot be unpacked: its sender is answered and it becomes a dead letter, as for a
    /// record whose bytes are no event.
    init(_ unreadable: UnreadableRecord) {
        let (batch, partition) = (unreadable.batch, unreadable.batch.place.partition)
        record = KafkaMessage(
            topic: partition.topic, partition: partition.partition, offset: unreadable.offset,
            timestampMilliseconds: -1, key: nil, value: nil,
            headers: [
                KafkaHeader(name: "first-offset", value: Array("\(batch.place.offset)".utf8)),
                KafkaHeader(name: "last-offset", value: Array("\(batch.last)".utf8)),
                KafkaHeader(name: "error", value: Array(batch.place.error.utf8)),
            ])
        household = nil
        reading = .failure(EventRefusal(unreadable))
        identity = EventIdentity(
            topic: partition.topic, partition: partition.partition, offset: unreadable.offset)
    }

    /// Whether the event is of a type that the service leaves to others, as far as that can be told at a glance.
    static func isForOthers(_ value: UnsafeRawBufferPointer, _ types: Set<String>) -> Bool {
        guard !types.isEmpty, let type = EnvelopeReader.typeAhead(value) else { return false }
        return types.contains(type)
    }

    /// The messages among these that are not of a type that the service leaves to others.
    static func reading(_ records: [KafkaMessage], ignoring types: Set<String>) -> [InboundMessage] {
        records.compactMap { record in
            let message = InboundMessage(record)
            if case .success(let event) = message.reading, types.contains(event.envelope.type) { return nil }
            return message
        }
    }

    /// What a procedure makes of the event by itself, made once however often it is asked for: the state to be read may
    /// depend on it, and what is done depends on it.
    public func content<Content: Sendable>(_ make: () -> Content) -> Content {
        if let known = content.withLock({ $0 as? Content }) { return known }
        let made = make()
        content.withLock { $0 = made }
        return made
    }

    /// The event and whose it is. Inside Keepsight a record without both is a fault of ours.
    public func addressed() throws(MessageFailure) -> (event: ReceivedEvent, household: HouseholdID) {
        if record.value == nil, case .failure(let refusal) = reading, refusal.isUnpackable {
            throw MessageFailure(code: RefusalCode.unreadableRecord.rawValue, reason: refusal.sentences)
        }
        guard let household else {
            throw MessageFailure(code: "no-household", reason: "The record's key is not a household.")
        }
        switch reading {
        case .success(let event): return (event, household)
        case .failure(let refusal): throw MessageFailure(code: "undecodable", reason: refusal.description)
        }
    }

    /// How far its partition is in effect with this message.
    var position: Position { Position(after: record) }

    /// Where the record stands.
    public var topicPartition: TopicPartition { record.topicPartition }
}

extension KafkaMessage {
    /// Where the record stands.
    var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }
}

extension Position {
    /// How far its partition is read with this record.
    init(after record: KafkaMessage) {
        self.init(after: record.offset, timestampMilliseconds: record.timestampMilliseconds)
    }

    /// How far its partition is read with the record at that offset.
    init(after offset: Int64, timestampMilliseconds: Int64) {
        self.init(
            nextOffset: offset + 1, recordMilliseconds: timestampMilliseconds < 0 ? nil : timestampMilliseconds)
    }
}
