import FoundationEssentials
import KafkaClient
import PostgresClient
import ServiceRuntime

/// Carries the outbox to the broker: rows leave in id order and their records in the order of saying; a row is deleted when
/// the broker has acknowledged them all.
///
/// One relay leads at a time. Leadership is a lease (`Lease`) that is bound to the very connection that deletes, so losing the
/// connection is losing the lead, and a relay that hangs loses it too. A relay killed between the broker's answer and its delete
/// leaves rows that its successor finds on the topics (`OutboxRecovery`) or, at the worst, publishes twice under the same event
/// id, which every inbox drops.
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
    let wake: AsyncSignal
    let onDelivery: DeliveryRecord
    let log: Log
    let health: HealthState
    let failpoints: Failpoints
    let metrics: EngineMetrics
    var copies = OutboxCache()
    var epochs = DatabaseEpochs()
    var longestPending = Relay.longestPending
    var asideInterval = BlockedRecords.interval
    var timing = Lease.Timing.standard

    /// Runs until the task is cancelled, through outages of the database and the broker.
    public func run() async {
        var backoff = Backoff()
        var isFirst = true
        while !Task.isCancelled {
            do {
                try await failpoints.reach(.databaseConnect)
                let connection = try await PostgresConnection.connect(postgres)
                do {
                    // It may lead to a server that has forgotten what was committed.
                    _ = epochs.join(server: try await connection.serverStart(), afterLoss: !isFirst)
                    isFirst = false
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
        var lease: Lease?
        while guards.leadership, lease == nil {
            try Task.checkCancellation()
            lease = try await Lease.take("relay", on: connection, guards.lease ? timing : .forConnection)
            if lease == nil {
                health.report(.relay, .ok)
                await wake.wait(timeoutMilliseconds: 500)
            }
        }
        onLead()
        log.info("relay-leads", "This process carries the outbox.")
        try await carry(as: Lead(connection: connection, lease: lease))
    }

    /// What makes this relay the one that carries: nobody else has the lease, and all is done on this connection.
    struct Lead {
        let connection: PostgresConnection
        /// Nothing for a guard-off test, which takes no notice of others.
        let lease: Lease?

        /// To be asked before anything is sent: whoever was paused finds out here.
        func check() async throws { try await lease?.renewIfDue(on: connection) }
    }

    private func carry(as lead: Lead) async throws {
        var chain = ContiguousFrontier()
        try await deliverRecovered(&chain, as: lead)
        health.report(.relay, .ok)
        var delivered = DeliveredRecords(longestPending: longestPending)
        var floor = LowWatermark()
        var aside = BlockedRecords(interval: asideInterval)
        /// Records that are still to be carried one by one, to find the one that the broker refuses.
        var single = 0
        var copies: [Int64: OutboxCopy] = [:]
        var epoch = epochs.latest
        /// Whether the table is asked in any case: what others have written, and whether we still lead.
        var mustLook = true
        var counted = lead.connection.statistics
        while !Task.isCancelled {
            try await lead.check()
            if aside.isDue { aside = BlockedRecords(interval: asideInterval) }
            let limit = single > 0 ? 1 : Relay.batchRecords
            if guards.memory, epoch != epochs.latest {
                // What others have lost may have been lost for us as well, and we have not heard of it yet.
                epoch = epochs.latest
                copies = [:]
                chain.interrupt()
                mustLook = true
            }
            copies.merge(self.copies.take(in: epoch)) { $1 }
            let known = mustLook ? nil : await committed(copies, behind: chain, on: lead.connection)
            let rows: [OutboxRow]
            if let known {
                rows = known
            } else {
                rows = try await read(
                    limit, above: &floor, except: delivered.rows, aside, knowing: copies, on: lead.connection)
                mustLook = false
            }
            // What was committed is in the first read after that, or behind what it could hold, or for nobody to carry now.
            // A read that came back full may have been cut short; any other was not.
            let end = rows.reduce(0) { $0 + $1.size } >= limit ? rows.last?.id : nil
            copies = end.map { end in copies.filter { $0.key > end } } ?? [:]
            var records = aside.admit(rows, except: delivered)
            if single > 0 { records = Array(records.prefix(1)) }
            let start = Relay.timeOfDayMilliseconds
            if let failure = try await carry(records, of: rows, &delivered, as: lead) {
                chain.interrupt(seen: rows.last?.id ?? 0)
                let left = records.filter { !delivered.contains($0) }
                if !delivered.isEmpty { try await remove(&delivered, &floor, as: lead) }
                if !failure.isRefusal {
                    await wake.wait(timeoutMilliseconds: 500)
                } else if records.count == 1 {
                    setAside(records[0], &aside, because: failure)
                } else {
                    single = records.count
                }
                // What has failed may stand on its topic all the same.
                try await deliverFound(among: left, of: rows, since: start, as: lead)
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
                try await remove(&delivered, &floor, as: lead)
                mustLook = true
            }
            count(&counted, on: lead.connection)
        }
        if !delivered.isEmpty { try await remove(&delivered, &floor, as: lead) }
    }

    private func count(_ counted: inout ConnectionStatistics, on connection: PostgresConnection) {
        let cost = connection.statistics
        metrics.statements.increment(by: cost.statements - counted.statements)
        metrics.roundTrips.increment(by: cost.roundTrips - counted.roundTrips)
        counted = cost
    }

    /// As the broker stamps records, if it does.
    private static var timeOfDayMilliseconds: Int64 { Int64(Date.now.timeIntervalSince1970 * 1000) }

    private func setAside(_ record: OutboxRecord, _ aside: inout BlockedRecords, because failure: KafkaError) {
        aside.refuse(record, because: failure)
        let sentence =
            "The broker refuses to take record \(record.name.place) of outbox row \(record.name.row) for topic "
            + "\(record.outgoing.topic): \(failure) It waits, with what must "
            + "not overtake it, and is tried again each minute; 'keepsight topics apply' makes topics and their limits."
        health.report(.relay, .degraded(sentence))
        log.error("relay-set-aside", sentence)
    }
}
