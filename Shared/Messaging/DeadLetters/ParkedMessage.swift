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

/// A household that waits from now on, behind which record, and why.
struct ParkedHousehold: Sendable {
    let household: HouseholdID
    let record: KafkaMessage
    let failure: MessageFailure

    static func insert(_ households: [ParkedHousehold]) -> Query {
        Query(
            SQL.parkHouseholds,
            [
                .uuidArray(households.map(\.household.uuid)), .textArray(households.map(\.failure.code)),
                .textArray(households.map(\.failure.reason)), .textArray(households.map(\.record.topic)),
                .int4Array(households.map(\.record.partition)), .int8Array(households.map(\.record.offset)),
            ])
    }
}
