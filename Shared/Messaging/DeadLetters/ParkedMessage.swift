import KafkaClient
import PostgresClient
import Safeguarding

/// A message of a parked household: the one that could not be handled, or one that waits behind it.
struct ParkedMessage: Sendable {
    let household: HouseholdID
    let record: KafkaMessage
    /// Whether it is the one that could not be handled.
    var isFailed = false

    static func insert(_ messages: [ParkedMessage]) -> Query {
        Query(
            SQL.parkMessages,
            [
                .uuidArray(messages.map(\.household.uuid)), .textArray(messages.map(\.record.topic)),
                .int4Array(messages.map(\.record.partition)), .int8Array(messages.map(\.record.offset)),
                .optionalBytesArray(messages.map(\.record.key)), .optionalBytesArray(messages.map(\.record.value)),
                .bytesArray(messages.map { RecordHeaders.encoded($0.record) }), .boolArray(messages.map(\.isFailed)),
            ])
    }
}
