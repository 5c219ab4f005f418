import Contracts
import PostgresClient
import Safeguarding
import ServiceRuntime

extension OperatorRequestHandler {
    /// Households whose clocks are looked at in one transaction.
    static var reprojectedHouseholds: Int64 { 200 }

    /// Counts the open clocks of the next households again, moves those that fall due at another time now, and journals
    /// each. A clock that does not move keeps the policy version under which it was set.
    func reproject(_ request: Taken, now: Instant, on connection: PostgresConnection) async throws {
        guard let asked = request.content.flatMap(Reprojection.init(document:)) else {
            return try await end(request, .notUnderstood, [], on: connection)
        }
        guard let projection, projection.terms == asked.terms else {
            return try await end(request, .otherPolicy, [], on: connection)
        }
        let found = try await connection.run(
            SQL.findArmedHouseholds,
            [
                request.progress.map { PostgresValue.uuid($0.uuid) } ?? .null,
                request.household.map { PostgresValue.uuid($0.uuid) } ?? .null, .int8(Self.reprojectedHouseholds),
            ])
        let households = try found.rows.map { HouseholdID(try $0.uuid("household")) }
        guard let last = households.last else {
            let moved = try await connection.run(SQL.countClockMoves, [.int8(request.number)]).onlyRow().int8("moves")
            return try await end(request, .reprojected(clocks: moved), [], on: connection)
        }
        try await move(asked, request, households, upTo: last, by: projection, now: now, on: connection)
    }

    private func move(
        _ asked: Reprojection, _ request: Taken, _ households: [HouseholdID], upTo last: HouseholdID,
        by projection: ClockProjection, now: Instant, on connection: PostgresConnection
    ) async throws {
        var pipeline = Pipeline()
        let reads = procedure.reads(firing: households)
        for read in reads { pipeline.add(read.statement, read.parameters) }
        pipeline.add(
            SQL.readArmedDeadlines,
            [.uuidArray(households.map(\.uuid)), asked.kind.map { PostgresValue.text($0) } ?? .null])
        let results = try await connection.run(pipeline)
        var workspace = try procedure.workspace(reading: results[..<reads.count])
        var book = EffectBatch<Procedure.Row>()
        var moves: [(before: Deadline, after: Deadline)] = []
        for row in results[reads.count].rows {
            guard let before = try ArmedClock(row: row)?.deadline, let due = projection.move(of: before) else {
                continue
            }
            let move = ClockExplanation.Move(request: request.number, dueBefore: before.due)
            let after = Deadline(
                key: before.key, household: before.household, due: due.due,
                explanation: ClockExplanation(due, move: move).document)
            do throws(MessageFailure) {
                book.add(try procedure.moved(after, in: &workspace, now: now))
                book.add([.arm(after)])
                moves.append((before, after))
            } catch {
                log.error(
                    "clock-not-moved", "A clock could not be moved, and stays as it is.",
                    .id("household", before.household.text), .code("failure", error.code))
            }
        }
        let queries =
            procedure.writes(of: &workspace, rows: book.rows) + book.writes()
            + [
                journal(moves, of: request),
                Query(SQL.noteOperatorProgress, [.int8(request.number), .uuid(last.uuid)]),
            ]
        // The request stays open until no household is left.
        try await commit(queries, publishing: book.outgoing, on: connection, failpoints: failpoints)
        procedure.committed(workspace)
        DocumentFinding.report(procedure.findings(in: workspace), log, nil, nil)
        if !moves.isEmpty { relayWake.signal() }
    }

    private func journal(_ moves: [(before: Deadline, after: Deadline)], of request: Taken) -> Query {
        Query(
            SQL.insertClockMoves,
            [
                .int8(request.number), .textArray(moves.map(\.before.key.text)),
                .uuidArray(moves.map(\.before.household.uuid)),
                .timestampArray(moves.map(\.before.due.microsecondsSinceEpoch)),
                .timestampArray(moves.map(\.after.due.microsecondsSinceEpoch)),
                .bytesArray(moves.map(\.before.explanation)),
            ])
    }
}
