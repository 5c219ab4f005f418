import PostgresClient
import ServiceRuntime

/// What has no hurry: operators' requests, within a second; gauges for the metrics; and rows that have done their service, by age.
struct Maintenance<Procedure: BatchProcedure>: Sendable {
    /// Between two looks at whether the inbox has a generation to turn.
    static var pruneInterval: Duration { .seconds(30) }
    /// Between two looks for records that policy keeps no longer, and before the first: a database that was restored has lost the
    /// legal holds that were set since, and who has to set them again needs time to.
    static var retentionInterval: Duration { .seconds(3600) }
    /// Steps of removing records between two looks at what operators ask for.
    static var pruneSteps: Int { 20 }
    /// Between two looks at what the gauges show.
    static var gaugeInterval: Duration { .seconds(5) }

    let handler: OperatorRequestHandler<Procedure>
    let connection: LoopConnection
    /// How long an event is recognised when it comes again. Longer than any topic keeps it.
    let inboxDays: Int
    /// Removes records that policy keeps no longer.
    let pruner: RecordPruner
    let log: Log
    let health: HealthState
    let metrics: EngineMetrics

    /// Runs until the task is cancelled. Each chore has its turn, whatever becomes of the others.
    func run() async {
        var lastPrune: ContinuousClock.Instant?
        var lastRetention = ContinuousClock.now
        var lastGauges: ContinuousClock.Instant?
        var outages = [Outage](repeating: Outage(), count: 4)
        while !Task.isCancelled {
            var problems: [String?] = []
            problems.append(
                await attempt("operator-requests", &outages[0]) {
                    while try await handler.settleNext(), !Task.isCancelled {}
                })
            if lastPrune.map({ $0.duration(to: .now) >= Self.pruneInterval }) ?? true {
                problems.append(
                    await attempt("pruning", &outages[1]) {
                        while try await turnInbox(), !Task.isCancelled {}
                        lastPrune = .now
                    })
            }
            if lastRetention.duration(to: .now) >= Self.retentionInterval {
                problems.append(
                    await attempt("retention", &outages[2]) {
                        // Requests of operators do not wait until years are removed.
                        if try await pruner.prune(withinSteps: Self.pruneSteps) { lastRetention = .now }
                    })
            }
            if lastGauges.map({ $0.duration(to: .now) >= Self.gaugeInterval }) ?? true {
                problems.append(
                    await attempt("gauges", &outages[3]) {
                        try await readGauges()
                        lastGauges = .now
                    })
            }
            guard !Task.isCancelled else { return }
            report(problems.compactMap(\.self))
            try? await Task.sleep(for: .seconds(1))
        }
    }

    private func attempt(_ what: String, _ outage: inout Outage, _ chore: () async throws -> Void) async -> String? {
        do {
            try await chore()
            log.noteEnd(of: &outage, of: what)
            return nil
        } catch {
            guard !Task.isCancelled else { return nil }
            log.note(error, in: &outage, of: what)
            return "\(what): \(error)"
        }
    }

    private func report(_ problems: [String]) {
        if let problem = problems.first {
            return health.report(.housekeeping, .degraded("Old rows and operators' requests wait: \(problem)"))
        }
        guard let request = handler.attempts.failing.first else { return health.report(.housekeeping, .ok) }
        health.report(
            .housekeeping,
            .attention(
                "Request \(request) of an operator cannot be carried out now and is tried again: see 'keepsight dead-letters "
                    + "requests'; 'keepsight dead-letters withdraw' takes it back."))
    }

    func readGauges() async throws {
        let gauges = try await connection.withConnection { connection in
            var pipeline = Pipeline()
            pipeline.add(SQL.readGauges)
            pipeline.add(SQL.readParkedHouseholds)
            pipeline.add(SQL.readDeadlinesAside)
            let results = try await connection.run(pipeline)
            let gauges = try EngineGauges(row: try results[0].onlyRow())
            metrics.show(gauges)
            health.report(.outbox, gauges.outboxStatus)
            health.report(
                .parked,
                gauges.parkedStatus(first: try results[1].rows.first.map { try EngineGauges.Parked(row: $0) }))
            health.report(
                .lateDeadlines,
                gauges.deadlineStatus(aside: try results[2].rows.first.map { try EngineGauges.Aside(row: $0) }))
            return gauges
        }
        guard gauges.householdsAside > 0 else { return }
        try await connection.withConnection { _ = try await $0.run(SQL.clearSettledDeadlinesAside) }
    }

    /// One step; whether there was one to take. See the migration `inbox-generations`.
    func turnInbox() async throws -> Bool {
        try await connection.withConnection { connection in
            try await connection.run(SQL.turnInbox, [.int4(Int32(clamping: inboxDays))]).onlyRow().bool("is_turned")
        }
    }
}
