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
    let recovery: OutboxRecovery
    let guards: EngineGuards
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
        while guards.leadership, try await !takesLead(on: connection) {
            try Task.checkCancellation()
            health.report(.relay, .ok)
            await wake.wait(timeoutMilliseconds: 500)
        }
        onLead()
        log.info("relay-leads", "This process carries the outbox.")
        try await deliverRecovered(on: connection)
        health.report(.relay, .ok)
        var delivered = DeliveredRows()
        var floor = OutboxFloor()
        while !Task.isCancelled {
            let rows = try await read(Relay.batchRows, above: &floor, except: delivered, on: connection)
            if try await carry(rows, &delivered) {
                // A read that came back full may have been cut short; an empty one was not.
                floor.carried(allUpTo: rows.count < Relay.batchRows ? nil : rows.last?.id)
            } else {
                // What has failed by its time or by a fatal error may stand on its topic all the same.
                if !delivered.isEmpty { try await remove(&delivered, &floor, on: connection) }
                await wake.wait(timeoutMilliseconds: 500)
                try await deliverRecovered(on: connection)
            }
            if rows.isEmpty {
                await wake.wait(timeoutMilliseconds: delivered.isEmpty ? 250 : delivered.millisecondsUntilDue)
            }
            if delivered.isDue { try await remove(&delivered, &floor, on: connection) }
        }
        if !delivered.isEmpty { try await remove(&delivered, &floor, on: connection) }
    }

    private func takesLead(on connection: PostgresConnection) async throws -> Bool {
        let result = try await connection.run(SQL.leadRelay, [.text("relay/" + service)])
        return try result.rows.first?.bool(0) ?? false
    }

    private func read(
        _ limit: Int, above floor: inout OutboxFloor, except delivered: DeliveredRows,
        on connection: PostgresConnection
    ) async throws -> [OutboxRow] {
        var flight = Flight()
        // First, so that what has ended by then is visible to the read after it.
        flight.add(SQL.readOldestTransaction)
        flight.add(SQL.readOutbox, [.int8(Int64(limit)), .int8Array(delivered.ids), .int8(floor.id)])
        let results = try await connection.run(flight)
        floor.willRead(oldestTransaction: try results[0].onlyRow().int8(0))
        return try results[1].rows.map(OutboxRow.init(row:))
    }

    /// What stands on its topic already, by a killed predecessor or by a call without an answer, is deleted and not said
    /// again. Page after page, until one holds nothing of that kind.
    private func deliverRecovered(on connection: PostgresConnection) async throws {
        guard guards.recovery else { return }
        while true {
            var floor = OutboxFloor()
            let rows = try await read(
                Relay.batchRows + Relay.maximumPendingRows, above: &floor, except: DeliveredRows(), on: connection)
            guard !rows.isEmpty else { return }
            let found = try await recovery.alreadyProduced(rows)
            guard !found.isEmpty else { return }
            log.info("relay-recovered", "Rows were on their topics already.", .count("rows", found.count))
            var delivered = DeliveredRows()
            delivered.add(found)
            try await remove(&delivered, &floor, on: connection)
        }
    }

    /// Produces the rows; whether the broker took them all.
    private func carry(_ rows: [OutboxRow], _ delivered: inout DeliveredRows) async throws -> Bool {
        guard !rows.isEmpty else { return true }
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
        guard let failure else {
            health.report(.kafka, .ok)
            return true
        }
        health.report(.kafka, .degraded("The broker did not take \(failed) rows: \(failure)"))
        log.warning(
            "relay-refused", "The broker did not take every row; they stay and are tried again.", .error(failure))
        return false
    }

    private func remove(
        _ delivered: inout DeliveredRows, _ floor: inout OutboxFloor, on connection: PostgresConnection
    ) async throws {
        try await failpoints.reach(.relayBeforeDelete)
        // One flight without BEGIN is one transaction: deleted and noted as delivered together.
        var flight = Flight()
        flight.add(SQL.readLastOutboxID)
        flight.add(SQL.deleteOutbox, [.int8Array(delivered.ids)])
        if !delivered.references.isEmpty {
            for query in onDelivery(delivered.references) { flight.add(query.statement, query.parameters) }
        }
        flight.add(SQL.readOwnTransaction)
        let results = try await connection.run(flight)
        floor.note(
            lastID: try results[0].onlyRow().int8(0),
            transaction: try results[results.count - 1].onlyRow().int8(0))
        metrics.relayed.increment(by: delivered.ids.count)
        delivered = DeliveredRows()
        try await failpoints.reach(.relayAfterDelete)
    }
}
