import Contracts
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
                .bytesArray(messages.map { encodedHeaders($0.record) }), .boolArray(messages.map(\.isFailed)),
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

private let maximumHeaders = 32
private let maximumHeaderBytes = 4096

/// A record's headers as a JSON object. A value that is not UTF-8 is kept with its bad bytes replaced.
func encodedHeaders(_ record: KafkaMessage, adding extra: [(name: String, value: String)] = []) -> [UInt8] {
    var writer = JSONWriter(reserving: 256)
    writer.beginObject()
    var names: Set<String> = []
    // Whoever wrote the record may have written anything; what is beyond these limits stays where it came from.
    let own = record.headers.prefix(maximumHeaders).map {
        (name: $0.name, value: String(decoding: $0.value.prefix(maximumHeaderBytes), as: UTF8.self))
    }
    for header in extra + own where names.insert(header.name).inserted {
        writer.key(header.name)
        writer.string(header.value)
    }
    writer.endObject()
    return writer.bytes
}
