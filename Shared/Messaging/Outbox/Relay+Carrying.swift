import KafkaClient
import PostgresClient
import ServiceRuntime

// The single steps: reading, producing, removing.
extension Relay {
    func read(
        _ limit: Int, above floor: inout LowWatermark, except delivered: [Int64] = [],
        _ aside: BlockedRecords = BlockedRecords(), knowing copies: [Int64: OutboxCopy] = [:],
        on connection: PostgresConnection
    ) async throws -> [OutboxRow] {
        var pipeline = Pipeline()
        // First, so that what has ended by then is visible to the read after it.
        pipeline.add(SQL.readOldestTransaction)
        pipeline.add(
            SQL.readOutbox,
            [
                .int8(Int64(limit)), .int8Array(delivered + aside.rows), .int8(floor.id),
                .textArray(aside.topics.sorted()), .uuidArray(copies.values.map(\.name)),
            ])
        let results = try await connection.run(pipeline)
        floor.willRead(oldestTransaction: try results[0].onlyRow().int8("oldest_transaction"))
        return try results[1].rows.map { try OutboxRow(row: $0, copies: copies) }
    }

    /// What this process has committed, if nothing can stand before it: then the table need not be asked. Nothing also where the
    /// connection, and with it the lead, is gone as far as this side has heard.
    func committed(
        _ copies: [Int64: OutboxCopy], behind chain: ContiguousFrontier, on connection: PostgresConnection
    ) async -> [OutboxRow]? {
        let next = chain.following(copies.keys)
        guard !next.isEmpty, next.count == copies.count, await connection.checkWhileIdle() else { return nil }
        var records = 0
        var rows: [OutboxRow] = []
        for id in next {
            guard records < Relay.batchRecords, let copy = copies[id] else { break }
            rows.append(OutboxRow(id: id, committed: copy))
            records += copy.records.count
        }
        return rows
    }

    /// What stands on its topic already, by a killed predecessor, is deleted and not published again. Page after page, until
    /// one holds nothing of that kind.
    func deliverRecovered(_ chain: inout ContiguousFrontier, as lead: Lead) async throws {
        guard guards.recovery else { return }
        while true {
            var floor = LowWatermark()
            let rows = try await read(
                Relay.batchRecords + Relay.maximumPendingRecords, above: &floor, on: lead.connection)
            chain.interrupt(seen: rows.last?.id ?? 0)
            let found = try await find(rows.map { ($0.records, $0.createdAtMilliseconds ?? 0) }, as: lead)
            guard !found.isEmpty else { return }
            try await deliver(found, of: rows, as: lead)
        }
    }

    /// The same after a call that has failed: of these records alone, which were not sent before it.
    func deliverFound(among records: [OutboxRecord], of rows: [OutboxRow], since start: Int64, as lead: Lead)
        async throws
    {
        guard guards.recovery else { return }
        let found = try await find([(records, start)], as: lead)
        if !found.isEmpty { try await deliver(found, of: rows, as: lead) }
    }

    private func find(
        _ sought: [(records: [OutboxRecord], sinceMilliseconds: Int64)], as lead: Lead
    ) async throws -> [OutboxRecord] {
        guard sought.contains(where: { !$0.records.isEmpty }) else { return [] }
        guard let lease = lead.lease else { return try await recovery.alreadyProduced(sought, name(of:)) }
        // Reading the ends of topics takes its time.
        return try await lease.renewing(on: lead.connection) { try await recovery.alreadyProduced(sought, name(of:)) }
    }

    private func deliver(_ found: [OutboxRecord], of rows: [OutboxRow], as lead: Lead) async throws {
        log.info("relay-recovered", "Records were on their topics already.", .count("records", found.count))
        var delivered = DeliveredRecords()
        var floor = LowWatermark()
        delivered.add(found, of: rows)
        try await remove(&delivered, &floor, as: lead)
    }

    @Sendable private func name(of record: OutboxRecord) -> String {
        record.name.text(service: service, recurs: !guards.recordNames)
    }

    /// Produces records of these rows. Returns why the broker did not take them all: a refusal, if there is one among the
    /// reasons. What it did take is a beginning of them in every partition, so nothing overtakes.
    func carry(
        _ records: [OutboxRecord], of rows: [OutboxRow], _ delivered: inout DeliveredRecords, as lead: Lead
    ) async throws -> KafkaError? {
        guard !records.isEmpty else { return nil }
        let results = try await answers(to: records, as: lead)
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
            return nil
        }
        health.report(.relay, .degraded("The broker did not take \(counted(failures.count, "record")): \(failure)"))
        log.warning(
            "relay-refused", "The broker did not take every record; they stay and are tried again.",
            .count("records", failures.count), .error(failure))
        return failure
    }

    /// Waits for the broker as long as we lead and are not told to stop. An outage is waited out here: records that have
    /// been handed to the client once stay in their order and cannot be doubled by it.
    func answers(
        to records: [OutboxRecord], as lead: Lead
    ) async throws -> [Result<Int64, KafkaError>] {
        let start = ContinuousClock.now
        let sent = records.map { $0.record(named: name(of: $0)) }
        try await lead.check()
        if let prompt = await producer.begin(sent, answeredWithinMilliseconds: 1000) { return prompt }
        do {
            repeat {
                let seconds = Int(start.duration(to: .now) / .seconds(1))
                health.report(
                    .relay, .degraded("The broker has not taken \(counted(records.count, "record")) for \(seconds) s."))
                // Fails if the connection, and with it the lead, is gone, or if another leads.
                if let lease = lead.lease { try await lease.renew(on: lead.connection) }
            } while await !producer.isAnswered(withinMilliseconds: 1000) && !Task.isCancelled
        } catch {
            // Nothing of these may be sent any more: somebody else leads, or will soon.
            _ = await producer.takeAnswers()
            throw error
        }
        return await producer.takeAnswers()
    }

    func remove(
        _ delivered: inout DeliveredRecords, _ floor: inout LowWatermark, as lead: Lead
    ) async throws {
        try await failpoints.reach(.relayBeforeDelete)
        // One pipeline without BEGIN is one transaction: deleted and noted as delivered together.
        var pipeline = Pipeline()
        if let lease = lead.lease {
            pipeline.add(SQL.beginRemoval, [.text(lease.name), .uuid(lease.holder)])
        } else {
            pipeline.add(SQL.readLastOutboxID)
        }
        pipeline.add(SQL.deleteOutbox, [.int8Array(delivered.rows)])
        for (row, part) in delivered.parts.sorted(by: { $0.key < $1.key }) {
            pipeline.add(SQL.shrinkOutbox, [.int8(row), .int8Array(part.places.sorted().map(Int64.init))])
        }
        for query in onDelivery(delivered.delivery) { pipeline.add(query.statement, query.parameters) }
        pipeline.add(SQL.readOwnTransaction)
        let results = try await lead.connection.run(pipeline)
        floor.note(
            lastID: try results[0].onlyRow().int8("last_value"),
            transaction: try results[results.count - 1].onlyRow().int8("own_transaction"))
        metrics.relayed.increment(by: delivered.count)
        delivered = DeliveredRecords(longestPending: longestPending)
        try await failpoints.reach(.relayAfterDelete)
    }
}
