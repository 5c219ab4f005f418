import CommandRuntime
import Contracts
import EscalationTrackerSpec
import JSON
import Messaging
import PostgresClient
import Safeguarding
import ServiceRegistry
import ServiceRuntime

/// `keepsight explain`: why a clock falls due when it does, and what happens then (P6); and what a decision waits for.
enum ExplainCommand {
    static let command = Command(
        "explain",
        "Explain a clock: from when, by which policy, which days it skipped, and what happens when it falls due. Or a decision: "
            + "what it waits for, who was asked when, what would let it go, and which rule says so.",
        arguments: [
            (
                "DEADLINE",
                "A decision's identifier; or the clock's name, what it is about, or a beginning or an end of one that no other "
                    + "has. Without it: list.",
                false
            )
        ],
        options: [
            Command.Option("household", "ID", "List those of one household."),
            Command.Option("kind", "KIND", "List those of one kind, such as acknowledgement."),
            Command.Option("due-before", "TIME", "List those that fall due before: RFC 3339, or a day."),
            Command.Option("limit", "NUMBER", "List so many at the most (default 50)."),
            Command.Option("json", nil, "Print JSON, a line for each clock."),
        ],
        values: [
            "DEADLINE": .listed("deadlines"), "household": .listed("households"),
            "kind": .words(ServiceRegistry.deadlines.map(\.rawValue)),
        ],
        examples: [
            "keepsight explain --due-before 2026-12-24",
            "keepsight explain 0f3a9c21",
            "keepsight explain D1",
        ]
    ) { invocation in
        let deployment = Deployment(environment: invocation.environment)
        let filter = try Filter(invocation, household: try await invocation.household(deployment))
        guard let name = filter.beginning else { return try await list(filter, deployment, invocation) }
        let decisions = try await DecisionReading.decisions(name, deployment)
        guard decisions.isEmpty else {
            for decision in decisions {
                if invocation.has("json") {
                    Output.json(decision.write)
                } else {
                    Output.line(TerminalText(lines: decision.lines))
                }
            }
            return .ok
        }
        let clocks = try await read(filter, deployment)
        let exact = clocks.filter { $0.key.text == name }
        guard let clock = exact.first ?? clocks.first else {
            throw CommandFailure(
                .failed,
                "No clock that is set begins with '\(name)' or ends so. It may have fallen due, or been cleared by what it waited "
                    + "for. 'keepsight explain' lists those that are set.")
        }
        guard exact.count == 1 || clocks.count == 1 else {
            let names = TerminalText(lines: clocks.prefix(10).map { "  " + $0.key.text })
            throw CommandFailure(
                .usage, "More than one clock begins with '\(name)' or ends so; give more of it:\n\(names)")
        }
        if invocation.has("json") { Output.json { clock.write(to: &$0) } } else { Output.line(clock.text) }
        return .ok
    }

    private struct Filter {
        let beginning: String?
        let household: HouseholdID?
        let kind: String?
        let dueBefore: Instant?
        let limit: Int

        /// The next ones of whatever kind.
        init(limit: Int) {
            (beginning, kind, household, dueBefore) = (nil, nil, nil, nil)
            self.limit = limit
        }

        init(_ invocation: Invocation, household: HouseholdID?) throws(UsageError) {
            beginning = invocation.positional.first
            kind = invocation.value("kind")
            limit = try invocation.number("limit", default: 50, in: 1...10_000)
            self.household = household
            switch invocation.value("due-before") {
            case nil: dueBefore = nil
            case let text?:
                let day = CalendarDate(text).map { LondonTime.instant($0, hour: 0) }
                guard let instant = Instant(rfc3339: text) ?? day else {
                    throw UsageError("--due-before takes a time such as 2026-12-24T17:00:00Z, or a day.")
                }
                dueBefore = instant
            }
        }
    }

    private static let statement = SQLStatement(name: "armed_clocks", bytes: PackageResources.armed_clocks_sql)

    private static func list(_ filter: Filter, _ deployment: Deployment, _ invocation: Invocation) async throws
        -> ExitStatus
    {
        let clocks = try await read(filter, deployment)
        if invocation.has("json") {
            for clock in clocks { Output.json { clock.write(to: &$0) } }
            return .ok
        }
        guard !clocks.isEmpty else {
            Output.line("No such clock is set.")
            return .ok
        }
        let subjects = ShortReferences(clocks.map(\.key.subject))
        let households = ShortReferences(clocks.map(\.household.text))
        var table = Table(["due", "which is", "kind", "about", "household", "service"])
        for clock in clocks {
            table.add([
                BritishTime.short(clock.due), BritishTime.distance(from: clock.now, to: clock.due), clock.key.kind,
                subjects(clock.key.subject), households(clock.household.text), clock.service,
            ])
        }
        Output.line(table.text)
        if clocks.count == filter.limit { Output.note("There may be more; --limit shows them.") }
        return .ok
    }

    /// What deadlines that are set are about, and whose they are, the next first and as lists show them.
    static func names(_ deployment: Deployment) async throws -> (subjects: [String], households: [String]) {
        let clocks = try await read(Filter(limit: 200), deployment)
        let subjects = Array(Set(clocks.map(\.key.subject))).sorted()
        // What waits for an agency is under a name that is no household's.
        let ofHouseholds = clocks.filter { $0.key.kind != TrackerClock.attestation.rawValue }
        let households = Array(Set(ofHouseholds.map(\.household.text))).sorted()
        return (subjects.map { ShortReferences(subjects)($0) }, households.map { ShortReferences(households)($0) })
    }

    /// Those of every service, the next first.
    private static func read(_ filter: Filter, _ deployment: Deployment) async throws -> [ClockLine] {
        var clocks: [ClockLine] = []
        for service in ServiceRegistry.names {
            let connection = try await PostgresConnection.connect(
                try deployment.postgres(schema: Migrator.schema(of: service)))
            let result = try await connection.run(
                statement,
                [
                    filter.beginning.map { PostgresValue.text($0) } ?? .null,
                    filter.household.map { PostgresValue.uuid($0.uuid) } ?? .null,
                    filter.kind.map { PostgresValue.text($0) } ?? .null,
                    filter.dueBefore.map {
                        PostgresValue.timestamp(microsecondsSinceUnixEpoch: $0.microsecondsSinceEpoch)
                    } ?? .null,
                    .int8(Int64(filter.limit)),
                ])
            await connection.close()
            clocks += try result.rows.compactMap { try ClockLine($0, service: service) }
        }
        return Array(clocks.sorted { ($0.due, $0.key.text) < ($1.due, $1.key.text) }.prefix(filter.limit))
    }
}
