import Contracts
import KafkaClient
import PostgresClient
import ServiceRuntime

/// Carries the outbox to the broker: rows leave in id order and their records in the order of saying; a row is deleted when
/// the broker has acknowledged them all.
///
/// One relay leads at a time. Leadership is a session lock of the very connection that deletes, so losing the connection
/// is losing the lead. A relay killed between the broker's answer and its delete leaves rows that its successor finds on
/// the topics (`OutboxRecovery`) or, at the worst, says twice under the same event id, which every inbox drops.
public struct Relay: Sendable {
    /// Statements to run in the transaction that takes records off the outbox.
    public typealias DeliveryRecord = @Sendable (Delivery) -> [Query]

    /// Records carried in one go, and what is left of the last of their rows.
    static let batchRecords = 1000
    /// Records that the broker has and that are not yet off the outbox, at the most; with one batch more, what recovery
    /// looks for.
    static let maximumPendingRecords = 1000
    /// How long a record that the broker has may stay. Deleting is not on the way of an event, so it is done for many
    /// rows at once: at a low rate that halves the transactions.
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
    var copies = OutboxCopies()
    var longestPending = Relay.longestPending

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
        var chain = OutboxChain()
        try await deliverRecovered(&chain, on: connection)
        health.report(.relay, .ok)
        var delivered = DeliveredRecords(longestPending: longestPending)
        var floor = OutboxFloor()
        var aside = RecordsSetAside()
        /// Records that are still to be carried one by one, to find the one that the broker refuses.
        var single = 0
        var copies: [Int64: [OutgoingRecord]] = [:]
        /// Whether the table is asked in any case: what others have written, and whether we still lead.
        var mustLook = true
        var counted = connection.statistics
        while !Task.isCancelled {
            if aside.isDue { aside = RecordsSetAside() }
            let limit = single > 0 ? 1 : Relay.batchRecords
            copies.merge(self.copies.take()) { $1 }
            let known = mustLook ? nil : await committed(copies, behind: chain, on: connection)
            let rows: [OutboxRow]
            if let known {
                rows = known
            } else {
                rows = try await read(
                    limit, above: &floor, except: delivered.rows, aside, knowing: copies, on: connection)
                mustLook = false
            }
            // What was committed is in the first read after that, or behind what it could hold, or for nobody to carry now.
            // A read that came back full may have been cut short; any other was not.
            let end = rows.reduce(0) { $0 + $1.size } >= limit ? rows.last?.id : nil
            copies = end.map { end in copies.filter { $0.key > end } } ?? [:]
            var records = aside.admit(rows, except: delivered)
            if single > 0 { records = Array(records.prefix(1)) }
            if let failure = try await carry(records, of: rows, &delivered, on: connection) {
                chain.interrupt(seen: rows.last?.id ?? 0)
                if !delivered.isEmpty { try await remove(&delivered, &floor, on: connection) }
                if !failure.isRefusal {
                    await wake.wait(timeoutMilliseconds: 500)
                } else if records.count == 1 {
                    setAside(records[0], &aside, because: failure)
                } else {
                    single = records.count
                }
                // What has failed may stand on its topic all the same.
                try await deliverRecovered(&chain, on: connection)
                mustLook = true
                continue
            }
            if aside.isEmpty, single == 0 {
                chain.carried(rows.map(\.id))
                if known == nil {
                    floor.carried(allUpTo: end)
                    chain.reached(floor: floor.id)
                }
            } else {
                chain.interrupt(seen: rows.last?.id ?? 0)
            }
            single = max(0, single - records.count)
            if rows.isEmpty { single = 0 }
            // All that was there is with the broker. What is committed meanwhile has woken us already.
            if end == nil, single == 0 {
                if aside.isEmpty { health.report(.relay, .ok) }
                await wake.wait(timeoutMilliseconds: delivered.isEmpty ? 250 : delivered.millisecondsUntilDue)
            }
            if delivered.isDue {
                try await remove(&delivered, &floor, on: connection)
                mustLook = true
            }
            let cost = connection.statistics
            metrics.statements.increment(by: cost.statements - counted.statements)
            metrics.roundTrips.increment(by: cost.roundTrips - counted.roundTrips)
            counted = cost
        }
        if !delivered.isEmpty { try await remove(&delivered, &floor, on: connection) }
    }

    private func setAside(_ record: OutboxRecord, _ aside: inout RecordsSetAside, because failure: KafkaError) {
        aside.refuse(record, because: failure)
        let sentence =
            "The broker refuses to take record \(record.name.place) of outbox row \(record.name.row) for topic "
            + "\(record.said.topic): \(failure) It waits, with what must "
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
        _ aside: RecordsSetAside = RecordsSetAside(), knowing copies: [Int64: [OutgoingRecord]] = [:],
        on connection: PostgresConnection
    ) async throws -> [OutboxRow] {
        var flight = Flight()
        // First, so that what has ended by then is visible to the read after it.
        flight.add(SQL.readOldestTransaction)
        flight.add(
            SQL.readOutbox,
            [
                .int8(Int64(limit)), .int8Array(delivered + aside.rows), .int8(floor.id),
                .textArray(aside.topics.sorted()), .int8Array(Array(copies.keys)),
            ])
        let results = try await connection.run(flight)
        floor.willRead(oldestTransaction: try results[0].onlyRow().int8(0))
        return try results[1].rows.map { try OutboxRow(row: $0, copies: copies) }
    }

    /// What this process has committed, if nothing can stand before it: then the table need not be asked. Nothing also where the
    /// connection, and with it the lead, is gone as far as this side has heard.
    private func committed(
        _ copies: [Int64: [OutgoingRecord]], behind chain: OutboxChain, on connection: PostgresConnection
    ) async -> [OutboxRow]? {
        let next = chain.following(copies.keys)
        guard !next.isEmpty, next.count == copies.count, await connection.checkWhileIdle() else { return nil }
        var records = 0
        var rows: [OutboxRow] = []
        for id in next {
            guard records < Relay.batchRecords, let said = copies[id] else { break }
            rows.append(OutboxRow(id: id, committed: said))
            records += said.count
        }
        return rows
    }

    /// What stands on its topic already, by a killed predecessor or by a call without an answer, is deleted and not said
    /// again. Page after page, until one holds nothing of that kind.
    private func deliverRecovered(_ chain: inout OutboxChain, on connection: PostgresConnection) async throws {
        guard guards.recovery else { return }
        while true {
            var floor = OutboxFloor()
            let rows = try await read(
                Relay.batchRecords + Relay.maximumPendingRecords, above: &floor, on: connection)
            chain.interrupt(seen: rows.last?.id ?? 0)
            guard !rows.isEmpty else { return }
            let found = try await recovery.alreadyProduced(rows)
            guard !found.isEmpty else { return }
            log.info("relay-recovered", "Records were on their topics already.", .count("records", found.count))
            var delivered = DeliveredRecords()
            delivered.add(found, of: rows)
            try await remove(&delivered, &floor, on: connection)
        }
    }

    /// Produces records of these rows. Returns why the broker did not take them all: a refusal, if there is one among the
    /// reasons. What it did take is a beginning of them in every partition, so nothing overtakes.
    private func carry(
        _ records: [OutboxRecord], of rows: [OutboxRow], _ delivered: inout DeliveredRecords,
        on connection: PostgresConnection
    ) async throws -> KafkaError? {
        guard !records.isEmpty else { return nil }
        let results = try await answers(to: records, on: connection)
        try await failpoints.reach(.relayAfterProduce)
        var taken: [OutboxRecord] = []
        var failures: [KafkaError] = []
        for (record, result) in zip(records, results) {
            switch result {
            case .success: taken.append(record)
            case .failure(let error): failures.append(error)
            }
        }
        delivered.add(taken, of: rows)
        guard let failure = failures.first(where: \.isRefusal) ?? failures.first else {
            health.report(.kafka, .ok)
            return nil
        }
        health.report(.kafka, .degraded("The broker did not take \(failures.count) records: \(failure)"))
        log.warning(
            "relay-refused", "The broker did not take every record; they stay and are tried again.",
            .count("records", failures.count), .error(failure))
        return failure
    }

    /// Waits for the broker as long as we lead and are not told to stop. An outage is waited out here: records that have
    /// been handed to the client once stay in their order and cannot be doubled by it.
    private func answers(
        to records: [OutboxRecord], on connection: PostgresConnection
    ) async throws -> [Result<Int64, KafkaError>] {
        let start = ContinuousClock.now
        let sent = records.map { $0.record(service: service) }
        if let prompt = await producer.begin(sent, answeredWithinMilliseconds: 1000) { return prompt }
        do {
            repeat {
                let seconds = Int(start.duration(to: .now) / .seconds(1))
                health.report(
                    .kafka, .degraded("The broker has not taken \(records.count) records for \(seconds) s."))
                // Fails if the connection, and with it the lead, is gone.
                _ = try await connection.run(SQL.readOldestTransaction)
            } while await !producer.isAnswered(withinMilliseconds: 1000) && !Task.isCancelled
        } catch {
            // Nothing of these may be sent any more: somebody else leads, or will soon.
            _ = await producer.takeAnswers()
            throw error
        }
        return await producer.takeAnswers()
    }

    private func remove(
        _ delivered: inout DeliveredRecords, _ floor: inout OutboxFloor, on connection: PostgresConnection
    ) async throws {
        try await failpoints.reach(.relayBeforeDelete)
        // One flight without BEGIN is one transaction: deleted and noted as delivered together.
        var flight = Flight()
        flight.add(SQL.readLastOutboxID)
        flight.add(SQL.deleteOutbox, [.int8Array(delivered.rows)])
        for (row, part) in delivered.parts.sorted(by: { $0.key < $1.key }) {
            flight.add(SQL.shrinkOutbox, [.int8(row), .int8Array(part.places.sorted().map(Int64.init))])
        }
        for query in onDelivery(delivered.delivery) { flight.add(query.statement, query.parameters) }
        flight.add(SQL.readOwnTransaction)
        let results = try await connection.run(flight)
        floor.note(
            lastID: try results[0].onlyRow().int8(0),
            transaction: try results[results.count - 1].onlyRow().int8(0))
        metrics.relayed.increment(by: delivered.count)
        delivered = DeliveredRecords(longestPending: longestPending)
        try await failpoints.reach(.relayAfterDelete)
    }
}
