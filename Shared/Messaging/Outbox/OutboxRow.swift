import PostgresClient

/// What one transaction has to say, on its way to the broker.
struct OutboxRow: Sendable {
    let id: Int64
    /// Those that wait, in the order in which they were said.
    let records: [OutboxRecord]
    /// How many records it had when it was written.
    let size: Int
    /// Nothing where nobody has asked the database.
    let createdAtMilliseconds: Int64?

    /// A row that this process has just committed.
    init(id: Int64, committed records: [OutgoingRecord]) {
        self.id = id
        size = records.count
        createdAtMilliseconds = nil
        self.records = OutboxRow.named(records, in: id)
    }

    /// A row of `read-outbox.sql`; what it does not say comes from the copies.
    init(row: Row, copies: [Int64: [OutgoingRecord]]) throws(PostgresError) {
        let id = try row.int8(0)
        self.id = id
        size = Int(try row.int4(1))
        createdAtMilliseconds = try row.timestamp(2) / 1000
        let said: [OutgoingRecord?] =
            if let copy = copies[id], try row.isNull(3) { copy } else { try OutboxRow.said(in: row) }
        records = OutboxRow.named(said, in: id)
    }

    private static func named(_ said: [OutgoingRecord?], in id: Int64) -> [OutboxRecord] {
        said.enumerated().compactMap { index, record in
            record.map { OutboxRecord(name: OutboxRecord.Name(row: id, place: index + 1), said: $0) }
        }
    }

    /// Nothing in the place of what the broker has.
    private static func said(in row: Row) throws(PostgresError) -> [OutgoingRecord?] {
        let topics = try row.optionalTextArray(3)
        let keys = try row.optionalTextArray(4)
        let values = try row.optionalBytesArray(5)
        let headers = try row.optionalBytesArray(6)
        let references = try row.optionalTextArray(7)
        let count = [keys.count, values.count, headers.count, references.count].min() ?? 0
        return topics.prefix(count).enumerated().map { index, topic in
            topic.map {
                OutgoingRecord(
                    topic: $0, key: keys[index], value: values[index], headers: headers[index],
                    reference: references[index])
            }
        }
    }
}
