import PostgresClient

/// What one transaction has to say, on its way to the broker.
struct OutboxRow: Sendable {
    let id: Int64
    /// Those that wait, in the order in which they were said.
    let records: [OutboxRecord]
    /// How many records it had when it was written.
    let size: Int
    let createdAtMilliseconds: Int64

    init(row: Row) throws(PostgresError) {
        let id = try row.int8(0)
        let topics = try row.optionalTextArray(1)
        let keys = try row.optionalTextArray(2)
        let values = try row.optionalBytesArray(3)
        let headers = try row.optionalBytesArray(4)
        let references = try row.optionalTextArray(5)
        let count = [keys.count, values.count, headers.count, references.count].min() ?? 0
        records = topics.prefix(count).enumerated().compactMap { index, topic in
            // Without a topic: the broker has it.
            guard let topic else { return nil }
            return OutboxRecord(
                name: OutboxRecord.Name(row: id, place: index + 1), topic: topic, key: keys[index],
                value: values[index], headers: headers[index], reference: references[index])
        }
        self.id = id
        size = Int(try row.int4(6))
        createdAtMilliseconds = try row.timestamp(7) / 1000
    }
}
