import CommandRuntime
import Contracts
import EscalationTrackerSpec
import Messaging
import PostgresClient
import Safeguarding
import ServiceRuntime

/// Many open challenges, whose clocks all fall due when a day passes at once.
struct EscalationFigures: Sendable {
    let open: Int
    /// From the step of the clock until the last of them has moved up.
    let secondsUntilMovedUp: Double
    /// From the step of the clock until everybody has been told.
    let secondsUntilTold: Double
    let notices: Int
    /// Looks at which some clock had fired before one that was due earlier; none, if they fire in order.
    let looksOutOfOrder: Int

    /// The wait of the last one for each thousand that were due.
    var secondsForEachThousand: Double { secondsUntilMovedUp * 1000 / Double(open) }
}

extension Bench {
    private static let copiesAtOnce = 10_000
    private static let limitSeconds = 900.0

    /// Opens one challenge as an agency does, copies its household, and lets a day pass.
    func measureEscalations(_ count: Int) async throws -> EscalationFigures {
        try await deployment.withDatabase { try await measureEscalations(count, on: $0) }
    }

    private func measureEscalations(_ count: Int, on connection: PostgresConnection) async throws -> EscalationFigures {
        let household = try await openChallenge(on: connection)
        Output.note("opening \(count) challenges")
        let now = try await connection.run(SQLStatement(name: "app_now", "SELECT app.now()")).onlyRow().timestamp("now")
        // In the midst of the day that is going to pass.
        let first = now + 12 * 3_600_000_000
        for place in stride(from: 1, through: count, by: Bench.copiesAtOnce) {
            _ = try await connection.run(
                SQLStatement(name: "open_escalations", bytes: PackageResources.bench_open_escalations_sql),
                [
                    .int8(Int64(place)), .int8(Int64(min(count, place + Bench.copiesAtOnce - 1))), household,
                    .timestamp(microsecondsSinceUnixEpoch: first),
                ])
        }
        try await connection.runScript(
            "ANALYZE escalation_tracker.deadline; ANALYZE escalation_tracker.household_state; CHECKPOINT")
        let before = try await said(on: connection).notices
        Output.note("letting a day pass")
        try await connection.moveClock(byDays: 1)
        let start = ContinuousClock.now
        let looks = try await awaitMoves(count, first: first, since: start, on: connection)
        let moved = start.duration(to: .now) / .seconds(1)
        let (notices, told) = try await awaitTold(since: start, on: connection)
        guard notices - before >= count else {
            throw CommandFailure(.failed, "\(count) challenges moved up and \(notices - before) notices say so.")
        }
        return EscalationFigures(
            open: count, secondsUntilMovedUp: moved, secondsUntilTold: told, notices: notices - before,
            looksOutOfOrder: looks)
    }

    /// One decision that an agency challenges; the household that it is about.
    private func openChallenge(on connection: PostgresConnection) async throws -> PostgresValue {
        let number = number(of: .challenged)
        try await introduce(number..<number + 1)
        let told = deployment.topics.notices(of: police).name
        guard let notice = try await publishAndNote(1, household: number).first(where: { $0.topic == told })
        else { throw CommandFailure(.failed, "The police were not told of the decision that they are to challenge.") }
        try await challenge(notice.id, id: "\(run)-challenge")
        let anyStage = TrackerClock.escalationStage.key("%").text
        let opened = SQLStatement(
            name: "opened", "SELECT household FROM escalation_tracker.deadline WHERE key LIKE '\(anyStage)'")
        let end = ContinuousClock.now.advanced(by: .seconds(30))
        while ContinuousClock.now < end {
            if let row = try await connection.run(opened).rows.first { return .uuid(try row.uuid("household")) }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CommandFailure(.failed, "No challenge was opened in 30 s; see the log of escalation-tracker.")
    }

    /// Until no clock of the copies is due: how often one had fired out of its order.
    private func awaitMoves(
        _ count: Int, first: Int64, since start: ContinuousClock.Instant, on connection: PostgresConnection
    ) async throws -> Int {
        let last = first + Int64(count) * 1000
        let left = SQLStatement(name: "escalations_left", bytes: PackageResources.bench_escalations_left_sql)
        var looksOutOfOrder = 0
        while start.duration(to: .now) < .seconds(Bench.limitSeconds) {
            let row = try await connection.run(
                left, [.timestamp(microsecondsSinceUnixEpoch: first), .timestamp(microsecondsSinceUnixEpoch: last)]
            ).onlyRow()
            let number = try row.int8("waiting")
            if number == 0 { return looksOutOfOrder }
            // The clocks are a millisecond apart, so those that are left are known from the first of them.
            if (last - (try row.timestamp("next_due_at"))) / 1000 + 1 != number { looksOutOfOrder += 1 }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw CommandFailure(.failed, "Not every challenge had moved up after \(Int(Bench.limitSeconds)) s.")
    }

    /// Until nothing more is said for two seconds: how many notices there are, and when the last had been said.
    private func awaitTold(since start: ContinuousClock.Instant, on connection: PostgresConnection) async throws
        -> (notices: Int, seconds: Double)
    {
        var (last, lastChange) = (-1, ContinuousClock.now)
        while start.duration(to: .now) < .seconds(Bench.limitSeconds) {
            let (isQuiet, notices) = try await said(on: connection)
            if notices != last || !isQuiet { (last, lastChange) = (notices, .now) }
            if lastChange.duration(to: .now) > .seconds(2) {
                return (notices, start.duration(to: lastChange) / .seconds(1))
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw CommandFailure(.failed, "Not everybody was told after \(Int(Bench.limitSeconds)) s.")
    }

    private func said(on connection: PostgresConnection) async throws -> (isQuiet: Bool, notices: Int) {
        let row = try await connection.run(SQLStatement(name: "said", bytes: PackageResources.bench_said_sql)).onlyRow()
        return (try row.bool("is_published"), Int(try row.int8("notices")))
    }
}
