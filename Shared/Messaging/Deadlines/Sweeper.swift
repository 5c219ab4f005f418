import PostgresClient
import Safeguarding
import ServiceRuntime

/// Fires the clocks that have fallen due, through the same procedure and under the same locks as messages.
///
/// Any number of sweepers may run: a clock is taken by deleting it under its household's lock, so it fires once. Due
/// means due by the database's clock; the process only decides how soon to look.
struct Sweeper<Procedure: BatchProcedure>: Sendable {
    /// Households whose clocks fire in one transaction.
    static var batchHouseholds: Int64 { 500 }

    let procedure: Procedure
    let guards: EngineGuards
    let connection: LoopConnection
    let wake: Wake
    let relayWake: Wake
    let log: Log
    let health: HealthState
    let failpoints: Failpoints
    let metrics: EngineMetrics
    var copies = OutboxCopies()

    /// Runs until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do {
                let sweep = try await sweep()
                health.report(.deadlines, .ok)
                if sweep.fired > 0 {
                    metrics.deadlinesFired.increment(by: sweep.fired)
                    relayWake.signal()
                } else {
                    await wake.wait(timeoutMilliseconds: sweep.millisecondsToNext)
                }
            } catch {
                guard !Task.isCancelled else { return }
                health.report(.deadlines, .degraded("Deadlines are not firing: \(error)"))
                log.warning("sweep-failed", "Due deadlines could not be fired; trying again.", .error(error))
                await wake.wait(timeoutMilliseconds: 1000)
            }
        }
    }

    /// Fires what is due, up to a batch; how many clocks that were, and how long the process may sleep if there were none:
    /// until the next clock, at most a second, at least a millisecond.
    func sweep() async throws -> (fired: Int, millisecondsToNext: Int) {
        try await connection.withConnection { connection in
            var flight = Flight()
            flight.add(SQL.findDueHouseholds, [.int8(Self.batchHouseholds)])
            flight.add(SQL.readNextDue)
            let found = try await connection.run(flight)
            let households = try found[0].rows.map { HouseholdID(try $0.uuid(0)) }.sorted()
            guard households.isEmpty else { return (try await fire(households, on: connection), 0) }
            guard let microseconds = try found[1].rows.first?.optionalInt8(0) else { return (0, 1000) }
            return (0, Int(min(1000, max(1, microseconds / 1000 + 1))))
        }
    }

    private func fire(_ households: [HouseholdID], on connection: PostgresConnection) async throws -> Int {
        var flight = Flight()
        flight.simple("BEGIN")
        flight.add(SQL.readClock)
        let reads = procedure.reads(firing: households)
        for read in reads { flight.add(read.statement, read.parameters) }
        flight.add(
            guards.deadlineState ? SQL.takeDueDeadlines : SQL.peekDueDeadlines, [.uuidArray(households.map(\.uuid))])
        let results = try await connection.run(flight)
        let now = try results[1].instant()
        var workspace = try procedure.workspace(reading: results[2..<(2 + reads.count)])
        let due = try results[2 + reads.count].rows.compactMap(DueDeadline.init(row:)).sorted {
            ($0.due, $0.key.text) < ($1.due, $1.key.text)
        }
        var book = EffectBook<Procedure.Row>()
        for deadline in due {
            do throws(MessageFailure) {
                book.add(try procedure.fire(deadline, in: &workspace, now: now))
            } catch {
                log.error(
                    "deadline-failed", "A deadline could not be fired; it is set again for a quarter of an hour later.",
                    .id("household", deadline.household.text), .code("failure", error.code))
                book.add([
                    .arm(
                        Deadline(
                            key: deadline.key, household: deadline.household, due: now.adding(seconds: 900),
                            explanation: Array(#"{"rule":"set again after it could not be fired"}"#.utf8)))
                ])
            }
        }
        try await failpoints.reach(.sweeperBeforeCommit)
        try await commit(
            procedure.writes(of: &workspace, rows: book.rows) + book.writes(), saying: book.outgoing, copies: copies,
            on: connection, failpoints: failpoints)
        procedure.committed(workspace)
        metrics.count(book.tallies, book.measurements)
        return due.count
    }
}

extension DueDeadline {
    init?(row: Row) throws(PostgresError) {
        guard let key = DeadlineKey(text: try row.text(0)) else { return nil }
        let household = HouseholdID(try row.uuid(1))
        self.init(key: key, household: household, due: Instant(microsecondsSinceEpoch: try row.timestamp(2)))
    }
}
