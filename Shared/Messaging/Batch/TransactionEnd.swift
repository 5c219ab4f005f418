import Contracts
import PostgresClient
import Safeguarding
import ServiceRuntime

/// Runs the writes of a transaction and undoes them.
func takeBack(
    _ queries: [Query], publishing records: [OutgoingRecord], on connection: PostgresConnection
) async throws {
    var pipeline = Pipeline()
    let published = records.isEmpty ? [] : [OutgoingRecord.insert(records)]
    for query in published + queries { pipeline.add(query.statement, query.parameters) }
    // What would be checked at the commit is checked now.
    pipeline.simple("SET CONSTRAINTS ALL IMMEDIATE")
    pipeline.simple("ROLLBACK")
    _ = try await connection.run(pipeline)
}

/// Runs the writes of a transaction and commits it, in one round trip. What is published is written first, so that rows of the
/// service's own can name the outbox row that they went with.
func commit(
    _ queries: [Query], publishing records: [OutgoingRecord] = [], copies: OutboxCache? = nil,
    on connection: PostgresConnection, failpoints: Failpoints
) async throws {
    try await failpoints.reach(.batchBeforeCommit)
    var pipeline = Pipeline()
    let name = PostgresUUID.random()
    let published = records.isEmpty ? [] : [OutgoingRecord.insert(records, named: name)]
    for query in published + queries { pipeline.add(query.statement, query.parameters) }
    pipeline.simple("COMMIT")
    let results = try await connection.run(pipeline)
    if let copies, !records.isEmpty, let row = try results.first?.onlyRow().int8("id") {
        copies.keep(records, named: name, of: row)
    }
    try await failpoints.reach(.batchAfterCommit)
}

extension QueryResult {
    /// The one timestamp that the statement returned.
    func instant() throws -> Instant {
        guard rowCount > 0 else { throw EngineError.noClock }
        let row = self[0]
        return Instant(microsecondsSinceEpoch: try row.timestamp("now"))
    }
}
