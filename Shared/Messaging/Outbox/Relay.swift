import Contracts
import KafkaClient
import PostgresClient
import ServiceRuntime

/// Carries the outbox to the broker: rows leave in id order, and are deleted when the broker has acknowledged them.
///
/// One relay leads at a time. Leadership is a session lock of the very connection that deletes, so losing the connection
/// is losing the lead. A relay killed between the broker's answer and its delete leaves rows that its successor finds on
/// the topics (`OutboxRecovery`) or, at the worst, says twice under the same event id, which every inbox drops.
public struct Relay: Sendable {
    /// Statements to run in the transaction that deletes rows, given the references of the rows delivered.
    public typealias DeliveryRecord = @Sendable (_ references: [String]) -> [Query]

    /// Rows carried in one go.
    static let batchRows = 1000
    /// Rows that the broker has and that are not yet deleted, at the most; with one batch more, what recovery looks for.
    static let maximumPendingRows = 1000
    /// How long a row that the broker has may stay. Deleting is not on the way of an event, so it is done for many rows
    /// at once: at a low rate that halves the transactions.
    static let longestPending = Duration.milliseconds(40)

    let service: String
    let postgres: PostgresConfiguration
    let producer: KafkaProducer
    /// Absent only in a broken twin of the tests.
    let recovery: OutboxRecovery?
    let wake: Wake
    let onDelivery: DeliveryRecord
    let log: Log
    let health: HealthState
    let failpoints: Failpoints
    let metrics: EngineMetrics

    /// Runs until the task is cancelled, through outages of the database and the broker.
    public func run() async {
        var backoff = Backoff()
        while !Task.isCancelled {
            do {
                let connection = try await PostgresConnection.connect(postgres)
                do {
                    try await withTaskExecutorPreference(connection.taskExecutor) {
                        try await lead(on: connection) { backoff.reset() }
                    }
                } catch {
                    await connection.close()
                    throw error
                }
                await connection.close()
            } catch is CancellationError {
                return
            } catch {
                health.report(.relay, .degraded("The relay is reconnecting: \(error)"))
                log.warning("relay-interrupted", "The relay lost its connection and will try again.", .error(error))
                try? await Task.sleep(for: .milliseconds(backoff.nextDelayMilliseconds()))
            }
        }
    }

    /// Waits for the lead, then carries rows until something fails.
    private func lead(on connection: PostgresConnection, onLead: () -> Void) async throws {
        while try await !takesLead(on: connection) {
            try Task.checkCancellation()
            health.report(.relay, .ok)
            await wake.wait(timeoutMilliseconds: 500)
        }
        onLead()
        log.info("relay-leads", "This process carries the outbox.")
        try await deliverRecovered(on: connection)
        health.report(.relay, .ok)
        var delivered = DeliveredRows()
        while !Task.isCancelled {
            let rows = try await read(Relay.batchRows, except: delivered, on: connection)
            if rows.isEmpty {
                await wake.wait(timeoutMilliseconds: delivered.isEmpty ? 250 : delivered.millisecondsUntilDue)
            } else {
                try await carry(rows, &delivered)
            }
            if delivered.isDue { try await remove(&delivered, on: connection) }
        }
        if !delivered.isEmpty { try await remove(&delivered, on: connection) }
    }

    private func takesLead(on connection: PostgresConnection) async throws -> Bool {
        let result = try await connection.run(SQL.leadRelay, [.text("relay/" + service)])
        return try result.rows.first?.bool(0) ?? false
    }

    private func read(_ limit: Int, except delivered: DeliveredRows, on connection: PostgresConnection) async throws
        -> [OutboxRow]
    {
        let result = try await connection.run(SQL.readOutbox, [.int8(Int64(limit)), .int8Array(delivered.ids)])
        return try result.rows.map(OutboxRow.init(row:))
    }

    /// What a killed predecessor has produced already is only deleted, not said again.
    private func deliverRecovered(on connection: PostgresConnection) async throws {
        guard let recovery else { return }
        let rows = try await read(
            Relay.batchRows + Relay.maximumPendingRows, except: DeliveredRows(), on: connection)
        guard !rows.isEmpty else { return }
        let found = try await recovery.alreadyProduced(rows)
        guard !found.isEmpty else { return }
        log.info("relay-recovered", "Rows were on their topics already.", .count("rows", found.count))
        var delivered = DeliveredRows()
        delivered.add(found)
        try await remove(&delivered, on: connection)
    }

    private func carry(_ rows: [OutboxRow], _ delivered: inout DeliveredRows) async throws {
        let results = await producer.produce(rows.map { $0.record(service: service) })
        try await failpoints.reach(.relayAfterProduce)
        var failure: KafkaError?
        var failed = 0
        for (row, result) in zip(rows, results) {
            switch result {
            case .success: delivered.add([row])
            case .failure(let error):
                failure = failure ?? error
                failed += 1
            }
        }
        guard let failure else { return health.report(.kafka, .ok) }
        health.report(.kafka, .degraded("The broker did not take \(failed) rows: \(failure)"))
        log.warning(
            "relay-refused", "The broker did not take every row; they stay and are tried again.", .error(failure))
        await wake.wait(timeoutMilliseconds: 500)
    }

    private func remove(_ delivered: inout DeliveredRows, on connection: PostgresConnection) async throws {
        try await failpoints.reach(.relayBeforeDelete)
        // One flight without BEGIN is one transaction: deleted and noted as delivered together.
        var flight = Flight()
        flight.add(SQL.deleteOutbox, [.int8Array(delivered.ids)])
        if !delivered.references.isEmpty {
            for query in onDelivery(delivered.references) { flight.add(query.statement, query.parameters) }
        }
        _ = try await connection.run(flight)
        metrics.relayed.increment(by: delivered.ids.count)
        delivered = DeliveredRows()
        try await failpoints.reach(.relayAfterDelete)
    }
}
