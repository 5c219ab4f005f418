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
    init(id: Int64, committed copy: OutboxCopy) {
        self.id = id
        size = copy.records.count
        createdAtMilliseconds = nil
        records = OutboxRow.named(copy.records, in: id, copy.name)
    }

    /// A row of `read-outbox.sql`; what it does not say comes from the copies.
    init(row: Row, copies: [Int64: OutboxCopy]) throws(PostgresError) {
        let id = try row.int8("id")
        let name = try row.uuid("name")
        self.id = id
        size = Int(try row.int4("size"))
        createdAtMilliseconds = try row.timestamp("created_at") / 1000
        let outgoing: [OutgoingRecord?] =
            if let copy = copies[id], copy.name == name, try row.isNull("topic") { copy.records } else {
                try OutboxRow.outgoing(in: row)
            }
        records = OutboxRow.named(outgoing, in: id, name)
    }

    private static func named(_ outgoing: [OutgoingRecord?], in id: Int64, _ name: PostgresUUID) -> [OutboxRecord] {
        outgoing.enumerated().compactMap { index, record in
            record.map {
                OutboxRecord(name: OutboxRecord.Name(row: id, rowName: name, place: index + 1), outgoing: $0)
            }
        }
    }

    /// Nothing in the place of what the broker has.
    private static func outgoing(in row: Row) throws(PostgresError) -> [OutgoingRecord?] {
        let topics = try row.optionalTextArray("topic")
        let keys = try row.optionalTextArray("key")
        let values = try row.optionalBytesArray("value")
        let headers = try row.optionalBytesArray("headers")
        let references = try row.optionalTextArray("reference")
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
