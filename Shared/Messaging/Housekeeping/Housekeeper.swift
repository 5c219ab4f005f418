import PostgresClient
import ServiceRuntime

/// What has no hurry: operators' requests, within a second; gauges for the metrics; and rows that have done their service, by age.
struct Housekeeper<Procedure: BatchProcedure>: Sendable {
    /// Between two looks at whether the inbox has a generation to turn.
    static var pruneInterval: Duration { .seconds(30) }
    /// Between two looks for records that policy keeps no longer.
    static var retentionInterval: Duration { .seconds(3600) }
    /// Steps of removing records between two looks at what operators ask for.
    static var pruneSteps: Int { 20 }
    /// Between two looks at what the gauges show.
    static var gaugeInterval: Duration { .seconds(5) }

    let desk: OperatorDesk<Procedure>
    let connection: LoopConnection
    /// How long an event is recognised when it comes again. Longer than any topic keeps it.
    let inboxDays: Int
    /// Removes records that policy keeps no longer.
    let pruner: RecordPruner
    let log: Log
    let health: HealthState
    let metrics: EngineMetrics

    /// Runs until the task is cancelled.
    func run() async {
        var lastPrune: ContinuousClock.Instant?
        var lastRetention: ContinuousClock.Instant?
        var lastGauges: ContinuousClock.Instant?
        while !Task.isCancelled {
            do {
                while try await desk.settleNext(), !Task.isCancelled {}
                if lastPrune.map({ $0.duration(to: .now) >= Self.pruneInterval }) ?? true {
                    while try await turnInbox(), !Task.isCancelled {}
                    lastPrune = .now
                }
                if lastRetention.map({ $0.duration(to: .now) >= Self.retentionInterval }) ?? true {
                    // Requests of operators do not wait until years are removed.
                    if try await pruner.prune(withinSteps: Self.pruneSteps) { lastRetention = .now }
                }
                if lastGauges.map({ $0.duration(to: .now) >= Self.gaugeInterval }) ?? true {
                    try await readGauges()
                    lastGauges = .now
                }
                health.report(.housekeeping, .ok)
            } catch {
                guard !Task.isCancelled else { return }
                health.report(.housekeeping, .degraded("Old rows and operators' requests wait: \(error)"))
                log.warning("housekeeping-failed", "Housekeeping failed and is tried again.", .error(error))
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    private func readGauges() async throws {
        let row = try await connection.withConnection { try await $0.run(SQL.readGauges).onlyRow() }
        metrics.outboxAge.set(try row.double(0))
        metrics.deadlinesArmed.set(try row.double(1))
        metrics.deadlineLateness.set(try row.double(2))
        metrics.parkedHouseholds.set(try row.double(3))
        metrics.waitingMessages.set(try row.double(4))
    }

    /// One step; whether there was one to take. See the migration `inbox-generations`.
    func turnInbox() async throws -> Bool {
        try await connection.withConnection { connection in
            try await connection.run(SQL.turnInbox, [.int4(Int32(clamping: inboxDays))]).onlyRow().bool(0)
        }
    }
}
