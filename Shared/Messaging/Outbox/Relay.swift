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
                try await failpoints.reach(.databaseConnect)
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
        var aside = RowsSetAside()
        /// Rows that are still to be carried one by one, to find the one that the broker refuses.
        var single = 0
        var counted = connection.statistics
        while !Task.isCancelled {
            if aside.isDue { aside = RowsSetAside() }
            let limit = single > 0 ? 1 : Relay.batchRows
            let read = try await read(limit, above: &floor, except: delivered.ids, aside, on: connection)
            let rows = aside.admit(read)
            if let failure = try await carry(rows, &delivered, on: connection) {
                if !delivered.isEmpty { try await remove(&delivered, &floor, on: connection) }
                if !failure.isRefusal {
                    await wake.wait(timeoutMilliseconds: 500)
                } else if rows.count == 1 {
                    setAside(rows[0], &aside, because: failure)
                } else {
                    single = rows.count
                }
                // What has failed may stand on its topic all the same.
                try await deliverRecovered(on: connection)
                continue
            }
            single = max(0, single - read.count)
            // A read that came back full may have been cut short; an empty one was not.
            if aside.isEmpty { floor.carried(allUpTo: read.count < limit ? nil : read.last?.id) }
            if read.isEmpty {
                single = 0
                if aside.isEmpty { health.report(.relay, .ok) }
                await wake.wait(timeoutMilliseconds: delivered.isEmpty ? 250 : delivered.millisecondsUntilDue)
            }
            if delivered.isDue { try await remove(&delivered, &floor, on: connection) }
            let cost = connection.statistics
            metrics.statements.increment(by: cost.statements - counted.statements)
            metrics.roundTrips.increment(by: cost.roundTrips - counted.roundTrips)
            counted = cost
        }
        if !delivered.isEmpty { try await remove(&delivered, &floor, on: connection) }
    }

    private func setAside(_ row: OutboxRow, _ aside: inout RowsSetAside, because failure: KafkaError) {
        aside.refuse(row, because: failure)
        let sentence =
            "The broker refuses to take outbox row \(row.id) for topic \(row.topic): \(failure) It waits, with what must "
            + "not overtake it, and is tried again each minute; 'keepsight topics apply' makes topics and their limits."
        health.report(.relay, .degraded(sentence))
        log.error("relay-set-aside", sentence)
    }

    private func takesLead(on connection: PostgresConnection) async throws -> Bool {
        let result = try await connection.run(SQL.leadRelay, [.text("relay/" + service)])
        return try result.rows.first?.bool(0) ?? false
    }

    private func read(
        _ limit: Int, above floor: inout OutboxFloor, except delivered: [Int64] = [],
        _ aside: RowsSetAside = RowsSetAside(), on connection: PostgresConnection
    ) async throws -> [OutboxRow] {
        var flight = Flight()
        // First, so that what has ended by then is visible to the read after it.
        flight.add(SQL.readOldestTransaction)
        flight.add(
            SQL.readOutbox,
            [
                .int8(Int64(limit)), .int8Array(delivered + aside.ids), .int8(floor.id),
                .textArray(aside.topics.sorted()),
            ])
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
                Relay.batchRows + Relay.maximumPendingRows, above: &floor, on: connection)
            guard !rows.isEmpty else { return }
            let found = try await recovery.alreadyProduced(rows)
            guard !found.isEmpty else { return }
            log.info("relay-recovered", "Rows were on their topics already.", .count("rows", found.count))
            var delivered = DeliveredRows()
            delivered.add(found)
            try await remove(&delivered, &floor, on: connection)
        }
    }

    /// Produces the rows. Returns why the broker did not take them all: a refusal, if there is one among the reasons. What
    /// it did take is a beginning of them in every partition, so nothing overtakes.
    private func carry(
        _ rows: [OutboxRow], _ delivered: inout DeliveredRows, on connection: PostgresConnection
    ) async throws -> KafkaError? {
        guard !rows.isEmpty else { return nil }
        await producer.begin(rows.map { $0.record(service: service) })
        do {
            try await awaitAnswers(rows.count, on: connection)
        } catch {
            // Nothing of these may be sent any more: somebody else leads, or will soon.
            _ = await producer.takeAnswers()
            throw error
        }
        let results = await producer.takeAnswers()
        try await failpoints.reach(.relayAfterProduce)
        var failures: [KafkaError] = []
        for (row, result) in zip(rows, results) {
            switch result {
            case .success: delivered.add([row])
            case .failure(let error): failures.append(error)
            }
        }
        guard let failure = failures.first(where: \.isRefusal) ?? failures.first else {
            health.report(.kafka, .ok)
            return nil
        }
        health.report(.kafka, .degraded("The broker did not take \(failures.count) rows: \(failure)"))
        log.warning(
            "relay-refused", "The broker did not take every row; they stay and are tried again.",
            .count("rows", failures.count), .error(failure))
        return failure
    }

    /// Waits for the broker as long as we lead and are not told to stop. An outage is waited out here: records that have
    /// been handed to the client once stay in their order and cannot be doubled by it.
    private func awaitAnswers(_ count: Int, on connection: PostgresConnection) async throws {
        let start = ContinuousClock.now
        while await !producer.isAnswered(withinMilliseconds: 1000), !Task.isCancelled {
            let seconds = Int(start.duration(to: .now) / .seconds(1))
            health.report(.kafka, .degraded("The broker has not taken \(count) rows for \(seconds) s."))
            // Fails if the connection, and with it the lead, is gone.
            _ = try await connection.run(SQL.readOldestTransaction)
        }
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
