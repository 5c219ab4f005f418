import Contracts
import KafkaClient
import PostgresClient
import ServiceRuntime
import TestSupport

@testable import Messaging

/// One service of the way, in this process: its real procedure and its real statements on a real database. What it says is
/// read from its outbox, where it stays for its relay.
struct ServiceHop<Procedure: BatchProcedure> {
    let service: String
    let database: TestDatabase
    private let procedure: Procedure
    private let transaction: BatchTransaction<Procedure>
    private var lastRow: Int64 = 0

    init(_ service: String, _ procedure: Procedure, reading partitions: [TopicPartition], _ database: TestDatabase)
        async throws
    {
        self.service = service
        self.database = database
        self.procedure = procedure
        let configuration = PostgresConfiguration.service(service, url: database.url)
        transaction = BatchTransaction(
            procedure: procedure, connection: LoopConnection(configuration), deadLetterTopic: "dead", guards: .all,
            failpoints: .none)
        let pool = PostgresPool(configuration, maximumConnections: 1)
        let positions = Dictionary(uniqueKeysWithValues: partitions.map { ($0, Int64(0)) })
        try await PositionStore(pool: pool).create(positions, cluster: "c")
        await pool.close()
    }

    /// Brings the messages into effect in full batches, as the engine does; returns what that cost, and what was said.
    mutating func take(_ records: [KafkaMessage]) async throws
        -> (cost: HopCost, said: [OutgoingRecord])
    {
        let messages = InboundMessage.reading(records, ignoring: procedure.ignoredTypes)
        var cost = HopCost()
        try await database.resetWriteAheadLog()
        for start in stride(from: 0, to: messages.count, by: HopCost.batch) {
            let batch = Array(messages[start..<min(start + HopCost.batch, messages.count)])
            let report = try await transaction.run(batch)
            guard report.handled == batch.count else {
                throw Missing("\(service) handled \(report.handled) of \(batch.count) messages: \(report.failures)")
            }
            cost.messages += batch.count
            cost.batches += 1
            cost.database = cost.database + report.cost
        }
        cost.log = try await database.writeAheadLog()
        return (cost, try await said())
    }

    /// What was said since the last time.
    private mutating func said() async throws -> [OutgoingRecord] {
        let connection = try await database.connect(schema: Migrator.schema(of: service))
        let result = try await connection.run(
            SQLStatement(
                name: "said", "SELECT id, topic, key, value FROM outbox_record WHERE id > $1 ORDER BY id, place"),
            [.int8(lastRow)])
        await connection.close()
        if let last = result.rows.last { lastRow = try last.int8("id") }
        return try result.rows.map {
            OutgoingRecord(
                topic: try $0.text("topic"), key: try $0.optionalText("key"), value: try $0.optionalBytes("value"))
        }
    }
}
