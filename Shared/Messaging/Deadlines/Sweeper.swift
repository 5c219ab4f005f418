import PostgresClient
import Safeguarding
import ServiceRuntime

/// Fires the clocks that have fallen due, through the same procedure and under the same locks as messages.
///
/// Any number of sweepers may run: a clock is taken by deleting it under its household's lock, so it fires once. Due
/// means due by the database's clock; the process only decides how soon to look. A household whose clocks cannot be fired is
/// singled out and tried again later; everybody else's fire.
struct Sweeper<Procedure: BatchProcedure>: Sendable {
    /// Households whose clocks fire in one transaction.
    static var batchHouseholds: Int64 { 500 }
    /// Other households that are tried before a refusal of one counts as everybody's.
    static var comparisons: Int { 4 }

    let procedure: Procedure
    let guards: EngineGuards
    let connection: LoopConnection
    let wake: AsyncSignal
    let relayWake: AsyncSignal
    let log: Log
    let health: HealthState
    let failpoints: Failpoints
    let metrics: EngineMetrics
    var copies = OutboxCache()
    /// How long a household is waited for that is refused with nobody who passes.
    var patience = RefusalWait()

    /// What a look has come to.
    struct Sweep: Sendable, Equatable {
        /// Clocks that have fired.
        var fired = 0
        /// Households that were set aside.
        var refused = 0
        /// How long the process may sleep, if nothing was due: until the next clock, at most a second, at least a millisecond.
        var millisecondsToNext = 0
    }

    /// Runs until the task is cancelled.
    func run() async {
        var outage = Outage()
        while !Task.isCancelled {
            do {
                let sweep = try await sweep()
                health.report(.deadlines, .ok)
                log.noteEnd(of: &outage, of: "deadlines")
                if sweep.fired > 0 {
                    metrics.deadlinesFired.increment(by: sweep.fired)
                    relayWake.signal()
                } else if sweep.refused == 0 {
                    await wake.wait(timeoutMilliseconds: sweep.millisecondsToNext)
                }
            } catch {
                guard !Task.isCancelled else { return }
                health.report(.deadlines, .degraded("Deadlines are not firing: \(error)"))
                log.note(error, in: &outage, of: "deadlines")
                await wake.wait(timeoutMilliseconds: 1000)
            }
        }
    }

    /// Fires what is due, up to a batch.
    func sweep() async throws -> Sweep {
        try await connection.withConnection { connection in
            var pipeline = Pipeline()
            pipeline.add(SQL.findDueHouseholds, [.int8(Self.batchHouseholds)])
            pipeline.add(SQL.readNextDue)
            let found = try await connection.run(pipeline)
            let households = try found[0].rows.map { try DueHousehold(row: $0) }
                .sorted { $0.household < $1.household }
            guard households.isEmpty else {
                var search = Search(batch: households)
                try await fire(households[...], &search, on: connection)
                try await setAside(search.refused, on: connection)
                return Sweep(fired: search.fired, refused: search.refused.count + search.putBack)
            }
            guard let microseconds = try found[1].rows.first?.optionalInt8("microseconds") else {
                return Sweep(millisecondsToNext: 1000)
            }
            return Sweep(millisecondsToNext: Int(min(1000, max(1, microseconds / 1000 + 1))))
        }
    }

    /// What is known of a batch while the households whose clocks cannot be fired are looked for in it.
    private struct Search {
        let batch: [DueHousehold]
        var fired = 0
        /// Households whose clocks the procedure would not fire; they have been set aside.
        var putBack = 0
        /// Whether the database has taken what came of any of them.
        var hasPassed = false
        var refused: [DeadlinesAside] = []
    }

    /// Fires them together; if the database refuses that, in halves, down to the households that it refuses. Throws when it
    /// refuses everybody's.
    private func fire(
        _ households: ArraySlice<DueHousehold>, _ search: inout Search, on connection: PostgresConnection
    ) async throws {
        guard let refusal = try await attempt(Array(households), &search, on: connection) else { return }
        guard let household = households.first else { throw refusal }
        guard households.count == 1 else {
            let middle = households.startIndex + households.count / 2
            try await fire(households[..<middle], &search, on: connection)
            return try await fire(households[middle...], &search, on: connection)
        }
        if refusal.fault != .value { try await compare(with: household, refusal, &search, on: connection) }
        let failure = MessageFailure(
            code: "not-storable", reason: "The database refused what comes of its deadlines: \(refusal.description)")
        search.refused.append(DeadlinesAside(household: household, failure: failure))
        log.error(
            "deadlines-aside",
            "What comes of a household's deadlines is refused. They are tried again later; the others fire.",
            .id("household", household.household.text), .error(refusal))
    }

    /// Returns if the refusal is that household's alone: somebody else's clocks have fired, now or when it was singled out. With
    /// nobody to compare with only a constraint is taken for its own at once; anything else, and a constraint that refuses others
    /// too, when it has been waited for long enough. What refuses everybody who is due, and is no constraint, is waited for by
    /// readiness alone: there is nobody whom setting aside would help.
    private func compare(
        with household: DueHousehold, _ refusal: PostgresError, _ search: inout Search,
        on connection: PostgresConnection
    ) async throws {
        guard !search.hasPassed, household.attempts == 0 else { return }
        let others = search.batch.filter { $0 != household }
        let count = min(Self.comparisons, others.count)
        for number in 0..<count {
            // Spread over them all, so that a few that are refused do not stand for everybody.
            let other = others[(others.count - 1) * (number + 1) / count]
            if try await attempt([other], &search, on: connection) == nil, search.hasPassed { return }
        }
        guard count > 0 || refusal.fault == .surroundings else { return }
        guard count == 0 || refusal.fault == .row, patience.isWornOut(by: refusal) else { throw refusal }
        log.error(
            "refusal-singled-out",
            "Nobody's deadlines pass. After so many attempts one household is set aside for what may be everybody's: look at "
                + "what was changed in the database.", .id("household", household.household.text), .error(refusal))
    }

    /// One transaction. Returns what the server refused of it; throws what is over by itself. A lock that was not free may be one
    /// that somebody has forgotten on a single row, for which the others are not to wait.
    private func attempt(
        _ households: [DueHousehold], _ search: inout Search, on connection: PostgresConnection
    ) async throws -> PostgresError? {
        do {
            let (fired, refused) = try await fire(households, on: connection)
            search.fired += fired
            search.putBack += refused
            if fired + refused > 0 {
                search.hasPassed = true
                patience.notePassing()
            }
            return nil
        } catch let error as PostgresError where error.code == .server && (!error.isTransient || error.isLockTimeout) {
            var pipeline = Pipeline()
            pipeline.simple("ROLLBACK")
            _ = try await connection.run(pipeline)
            return error
        }
    }

    private func fire(_ households: [DueHousehold], on connection: PostgresConnection) async throws
        -> (fired: Int, refused: Int)
    {
        let identifiers = households.map(\.household)
        var pipeline = Pipeline()
        pipeline.simple("BEGIN")
        pipeline.add(SQL.readClock)
        let reads = procedure.reads(firing: identifiers)
        for read in reads { pipeline.add(read.statement, read.parameters) }
        pipeline.add(
            guards.deadlineState ? SQL.takeDueDeadlines : SQL.peekDueDeadlines, [.uuidArray(identifiers.map(\.uuid))])
        let results = try await connection.run(pipeline)
        let now = try results[1].instant()
        var workspace = try procedure.workspace(reading: results[2..<(2 + reads.count)])
        let due = try results[2 + reads.count].rows.compactMap { try TakenDeadline(row: $0) }
            .sorted { $0.deadline < $1.deadline }
        var book = EffectBatch<Procedure.Row>()
        var refused: [HouseholdID: MessageFailure] = [:]
        var fired = 0
        for taken in due {
            do throws(MessageFailure) {
                book.add(try procedure.fire(taken.deadline, in: &workspace, now: now))
                fired += 1
            } catch {
                refused[taken.deadline.household] = error
                book.putBack(taken.asItWas)
                log.error(
                    "deadline-failed", "A deadline could not be fired. It stays set and is tried again later.",
                    .id("household", taken.deadline.household.text), .code("failure", error.code))
            }
        }
        try await failpoints.reach(.sweeperBeforeCommit)
        try await commit(
            procedure.writes(of: &workspace, rows: book.rows) + book.writes() + settle(households, refused),
            publishing: book.outgoing, copies: copies, on: connection, failpoints: failpoints)
        procedure.committed(workspace)
        DocumentFinding.report(procedure.findings(in: workspace), log, health, metrics)
        metrics.count(book.publishedByKind, book.measurements)
        return (fired, refused.count)
    }

    /// Notes whose deadlines wait for another attempt now, and whose do so no longer.
    private func settle(_ households: [DueHousehold], _ refused: [HouseholdID: MessageFailure]) -> [Query] {
        let again = households.compactMap { household in
            refused[household.household].map { DeadlinesAside(household: household, failure: $0) }
        }
        let mended = households.filter { $0.attempts > 0 && refused[$0.household] == nil }
        var queries = again.isEmpty ? [] : [DeadlinesAside.insert(again)]
        if !mended.isEmpty {
            queries.append(Query(SQL.clearDeadlinesAside, [.uuidArray(mended.map(\.household.uuid))]))
        }
        return queries
    }

    private func setAside(_ refused: [DeadlinesAside], on connection: PostgresConnection) async throws {
        guard !refused.isEmpty else { return }
        let query = DeadlinesAside.insert(refused)
        _ = try await connection.run(query.statement, query.parameters)
    }
}

/// A clock that was taken off, with what it takes to set it again as it was.
private struct TakenDeadline {
    let deadline: DueDeadline
    let explanation: [UInt8]

    init?(row: Row) throws(PostgresError) {
        guard let key = DeadlineKey(text: try row.text("key")) else { return nil }
        let household = HouseholdID(try row.uuid("household"))
        deadline = DueDeadline(
            key: key, household: household, due: Instant(microsecondsSinceEpoch: try row.timestamp("due_at")))
        explanation = try row.bytes("explanation")
    }

    var asItWas: Deadline {
        Deadline(key: deadline.key, household: deadline.household, due: deadline.due, explanation: explanation)
    }
}
