import CommandRuntime
import Contracts
import JSON
import Messaging
import Policy
import PostgresClient
import Safeguarding
import ServiceRegistry
import ServiceRuntime

/// `keepsight reproject`: open clocks counted again under today's policy and calendar. Shows the difference first; the
/// services do it, under their locks, and journal every clock that they move.
enum ReprojectCommand {
    static let command = Command(
        "reproject",
        "Count open clocks again under a changed policy or calendar: show the difference, then ask for it.",
        options: [
            Command.Option("dry-run", nil, "Show what would move, and change nothing."),
            Command.Option("by", "NAME, ROLE", "Who asks: your name in full and your role. Goes on record."),
            Command.Option("reason", "TEXT", "Why. Goes on record."),
            Command.Option("kind", "KIND", "Only clocks of one kind."),
            Command.Option("household", "ID", "Only clocks of one household."),
            Command.Option("limit", "NUMBER", "Show so many at the most (default 50); all are moved."),
            Command.Option("json", nil, "Print JSON: a line for each clock, then for each service that moved some."),
        ],
        values: [
            "household": .listed("households"), "kind": .words(ServiceRegistry.deadlines.map(\.rawValue)),
        ],
        examples: [
            "keepsight reproject --dry-run",
            "keepsight reproject --by 'Sam Example, operator' --reason 'bank holiday proclaimed for 8 May'",
        ]
    ) { invocation in
        let isDryRun = invocation.has("dry-run")
        let limit = try invocation.number("limit", default: 50, in: 1...1_000_000)
        guard isDryRun || invocation.value("by") != nil && invocation.value("reason") != nil else {
            throw UsageError("Give --dry-run to look, or --by and --reason to move clocks; they go on record.")
        }
        let (by, reason) = isDryRun ? ("", "") : (try invocation.person(), try invocation.reason())
        let deployment = Deployment(environment: invocation.environment)
        let household = try await invocation.household(deployment)
        let policy = try deployment.policy()
        let projection = ClockProjection(terms: policy.clockTerms, due: policy.projection)
        var shown = Difference(limit: limit, asJSON: invocation.has("json"))
        var services: [String] = []
        for service in ServiceRegistry.names {
            let before = shown.count
            try await difference(of: service, projection, household, invocation.value("kind"), deployment, &shown)
            if shown.count > before { services.append(service) }
        }
        shown.end()
        guard !isDryRun, !services.isEmpty else { return .ok }
        return try await move(
            services,
            Reprojection(terms: projection.terms, kind: invocation.value("kind")), household, by: by, reason: reason,
            deployment, asJSON: invocation.has("json"))
    }

    private static let statement = SQLStatement(name: "open_clocks", bytes: PackageResources.open_clocks_sql)
    private static let pageClocks: Int64 = 5000

    private static func difference(
        of service: String, _ projection: ClockProjection, _ household: HouseholdID?, _ kind: String?,
        _ deployment: Deployment, _ shown: inout Difference
    ) async throws {
        let connection = try await PostgresConnection.connect(
            try deployment.postgres(schema: Migrator.schema(of: service)))
        do {
            var after = ""
            while true {
                let page = try await connection.run(
                    statement,
                    [
                        .text(after), household.map { PostgresValue.uuid($0.uuid) } ?? .null,
                        kind.map { PostgresValue.text($0) } ?? .null, .int8(pageClocks),
                    ]
                ).rows
                for row in page {
                    guard let clock = try ArmedClock(row: row)?.deadline else { continue }
                    shown.look(at: clock, of: service, projection.move(of: clock))
                }
                guard page.count == Int(pageClocks), let last = page.last else { break }
                after = try last.text("key")
            }
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
    }

    private static func move(
        _ services: [String], _ reprojection: Reprojection, _ household: HouseholdID?, by: String, reason: String,
        _ deployment: Deployment, asJSON: Bool
    ) async throws -> ExitStatus {
        var status = ExitStatus.ok
        for service in services {
            let outcome = try await OperatorRequests.carryOut(
                OperatorRequest(
                    .reproject, household: household, requestedBy: by, reason: reason,
                    content: reprojection.document), by: service, deployment, seconds: 300)
            if asJSON {
                SettledRequest.show(outcome, about: "deadlines", of: service, asJSON: true)
            } else {
                Output.note("\(service): \(outcome.text)")
            }
            if !outcome.kind.isDone { status = .failed }
        }
        return status
    }
}

/// What would move, printed as it is found.
private struct Difference {
    let limit: Int
    let asJSON: Bool
    private(set) var count = 0
    private var looked = 0
    private var rows: [(key: DeadlineKey, service: String, due: Instant, moved: Instant, because: String)] = []

    init(limit: Int, asJSON: Bool) {
        self.limit = limit
        self.asJSON = asJSON
    }

    mutating func look(at clock: Deadline, of service: String, _ move: DueTime?) {
        looked += 1
        guard let move else { return }
        count += 1
        guard count <= limit else { return }
        let because = Difference.reasons(ClockExplanation(document: clock.explanation), move)
        if asJSON {
            Output.json { writer in
                writer.beginObject()
                writer.field("deadline", clock.key.text)
                writer.field("service", service)
                writer.field("household", clock.household.text)
                writer.field("dueAt", clock.due.rfc3339)
                writer.field("wouldBeDueAt", move.due.rfc3339)
                writer.array("because", because) { $0.string($1) }
                writer.endObject()
            }
        } else {
            rows.append((clock.key, service, clock.due, move.due, because.joined(separator: "; ")))
        }
    }

    func end() {
        if !asJSON, !rows.isEmpty {
            let subjects = ShortReferences(rows.map(\.key.subject))
            var table = Table(["kind", "about", "service", "falls due", "would fall due", "because"])
            for row in rows {
                table.add([
                    row.key.kind, subjects(row.key.subject), row.service, BritishTime.short(row.due),
                    BritishTime.short(row.moved), row.because,
                ])
            }
            Output.line(table.text)
        }
        let more = count > limit ? " (\(limit) are shown)" : ""
        let fall = count == 1 ? "falls" : "fall"
        Output.note(
            "\(count) of \(counted(looked, "open clock")) \(fall) due at another time under this policy\(more).")
    }

    /// What is different: the length, or days that are off now and were not, or the other way round.
    static func reasons(_ before: ClockExplanation?, _ after: DueTime) -> [String] {
        var reasons: [String] = []
        if let before, before.rule != after.rule { reasons.append("\(before.rule) is \(after.rule) now") }
        let known = before?.skipped ?? []
        reasons += after.skipped.filter { day in !known.contains { $0.day == day.day } }
            .map { "\($0.day) is off (\($0.reason))" }
        reasons += known.filter { day in !after.skipped.contains { $0.day == day.day } }
            .map { "\($0.day) is not off, or not reached" }
        return reasons.isEmpty ? ["another hour of the day"] : reasons
    }
}
