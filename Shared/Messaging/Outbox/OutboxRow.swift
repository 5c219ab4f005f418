import PostgresClient

/// What one transaction has to say, on its way to the broker.
struct OutboxRow: Sendable {
    let id: Int64
    /// Those that wait, in the order in which they were said.
    let records: [OutboxRecord]
    /// How many records it had when it was written.
    let size: Int
    let createdAtMilliseconds: Int64

    /// A row of `read-outbox.sql`; what it does not say comes from the copies.
    init(row: Row, copies: [Int64: [OutgoingRecord]]) throws(PostgresError) {
        id = try row.int8(0)
        size = Int(try row.int4(1))
        createdAtMilliseconds = try row.timestamp(2) / 1000
        if let copy = copies[id], try row.isNull(3) {
            records = OutboxRow.records(of: copy, id)
        } else {
            records = try OutboxRow.records(of: row, id)
        }
    }

    private static func records(of copy: [OutgoingRecord], _ id: Int64) -> [OutboxRecord] {
        copy.enumerated().map { index, record in
            OutboxRecord(
                name: OutboxRecord.Name(row: id, place: index + 1), topic: record.topic, key: record.key,
                value: record.value, headers: record.headers, reference: record.reference)
        }
    }

    private static func records(of row: Row, _ id: Int64) throws(PostgresError) -> [OutboxRecord] {
        let topics = try row.optionalTextArray(3)
        let keys = try row.optionalTextArray(4)
        let values = try row.optionalBytesArray(5)
        let headers = try row.optionalBytesArray(6)
        let references = try row.optionalTextArray(7)
        let count = [keys.count, values.count, headers.count, references.count].min() ?? 0
        return topics.prefix(count).enumerated().compactMap { index, topic in
            // Without a topic: the broker has it.
            guard let topic else { return nil }
            return OutboxRecord(
                name: OutboxRecord.Name(row: id, place: index + 1), topic: topic, key: keys[index],
                value: values[index], headers: headers[index], reference: references[index])
        }
    }
}
