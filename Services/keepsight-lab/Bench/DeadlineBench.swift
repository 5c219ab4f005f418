import CommandRuntime
import Contracts
import Messaging
import NotifierSpec
import PostgresClient
import Safeguarding
import ServiceRuntime

/// Clocks that fall due, beside few others and beside many.
struct DeadlineFigures: Sendable {
    let armed: Int
    /// Processor time of the notifier and its part of the database for each clock that fell due at once.
    let fewArmedMicroseconds: Double
    let manyArmedMicroseconds: Double
    /// From the moment that a clock was set for to the reminder on its agency's topic, beside the many.
    let lateness: Latencies
    /// Processor time of the notifier and its part of the database in a second in which nothing falls due, beside the many.
    let idleMicrosecondsPerSecond: Double
}

extension Bench {
    /// Decisions whose notices' clocks are brought forward, for each of the measurements.
    private static let decisions = 1000
    private static let spreadSeconds = 10
    private static let idleSeconds = 10

    /// Measures the notifier's clocks: those that wait for acknowledgements.
    func measureDeadlines(_ count: Int) async throws -> DeadlineFigures {
        try await deployment.withDatabase { try await measureDeadlines(count, on: $0) }
    }

    private func measureDeadlines(_ count: Int, on connection: PostgresConnection) async throws -> DeadlineFigures {
        Output.note("letting clocks fall due at once, beside few others")
        // Once without a look at the clock, since the first is not like the others.
        _ = try await fireAtOnce(on: connection)
        let few = try await fireAtOnce(on: connection)
        Output.note("arming \(count) clocks that do not fall due")
        for first in stride(from: 1, through: count, by: 50_000) {
            _ = try await connection.run(
                SQLStatement(name: "arm_clocks", bytes: PackageResources.bench_arm_clocks_sql),
                [.int8(Int64(first)), .int8(Int64(min(count, first + 49_999)))])
        }
        try await connection.runScript("ANALYZE notifier.deadline; CHECKPOINT")
        Output.note("letting clocks fall due at once, beside \(count) others")
        let many = try await fireAtOnce(on: connection)
        Output.note("letting clocks fall due over \(Bench.spreadSeconds) s, beside \(count) others")
        let lateness = try await fireSpread(on: connection)
        Output.note("waiting \(Bench.idleSeconds) s in which nothing falls due")
        let before = processorTime()
        try await Task.sleep(for: .seconds(Bench.idleSeconds))
        let idle = notifierSeconds(since: before) / Double(Bench.idleSeconds)
        return DeadlineFigures(
            armed: count, fewArmedMicroseconds: few, manyArmedMicroseconds: many, lateness: Latencies(lateness),
            idleMicrosecondsPerSecond: idle * 1_000_000)
    }

    /// Issues notices, lets all their clocks fall due at one moment, and waits for the reminders: microseconds a clock.
    private func fireAtOnce(on connection: PostgresConnection) async throws -> Double {
        let keys = try await issueNotices()
        let before = processorTime()
        _ = try await bringForward(keys, apartMicroseconds: 0, on: connection)
        try await hearReminders(keys.count)
        return notifierSeconds(since: before) * 1_000_000 / Double(keys.count)
    }

    /// The same, one clock after the other: how late each reminder was, in milliseconds.
    private func fireSpread(on connection: PostgresConnection) async throws -> [Double] {
        let keys = try await issueNotices()
        let due = try await bringForward(
            keys, apartMicroseconds: Int64(Bench.spreadSeconds * 1_000_000 / keys.count), on: connection)
        try await hearReminders(keys.count)
        return due.compactMap { notice, due in
            remindedAt[notice].map { Double($0.microsecondsSinceEpoch - due.microsecondsSinceEpoch) / 1000 }
        }
    }

    private func issueNotices() async throws -> [String] {
        remindedAt = [:]
        return try await publishAndNote(Bench.decisions).map { DeadlineKind.acknowledgement.key($0.id).text }
    }

    private func bringForward(
        _ keys: [String], apartMicroseconds: Int64, on connection: PostgresConnection
    ) async throws -> [String: Instant] {
        let result = try await connection.run(
            SQLStatement(name: "bring_forward", bytes: PackageResources.bench_bring_clocks_forward_sql),
            [.textArray(keys), .int8(apartMicroseconds)])
        guard result.rowCount == keys.count else {
            throw CommandFailure(.failed, "Of \(keys.count) clocks \(result.rowCount) are armed.")
        }
        return Dictionary(
            uniqueKeysWithValues: try result.rows.map { row in
                let notice = try row.text("key").split(separator: ":", maxSplits: 1).last.map(String.init) ?? ""
                return (notice, Instant(microsecondsSinceEpoch: try row.timestamp("due_at")))
            })
    }

    private func hearReminders(_ count: Int) async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(120))
        while remindedAt.count < count {
            guard ContinuousClock.now < end else {
                throw CommandFailure(.failed, "\(count - remindedAt.count) reminders did not come in 120 s.")
            }
            try await listen(waitMilliseconds: 200)
        }
    }

    private func notifierSeconds(since before: ProcessCosts) -> Double {
        let used = processorTime().since(before).seconds
        return (used["notifier"] ?? 0) + (used["postgres of notifier"] ?? 0)
    }
}
