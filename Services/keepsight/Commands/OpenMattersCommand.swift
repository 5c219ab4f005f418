import CommandRuntime
import Contracts
import EscalationTrackerSpec
import JSON
import Messaging
import PostgresClient
import Safeguarding
import ServiceRuntime

/// `keepsight open`: everything that is open, its age, and how long nothing has happened (row B6).
enum OpenMattersCommand {
    static let command = Command(
        "open", "Show everything that is open, how old it is, and for how long nothing has happened.",
        options: [
            Command.Option(
                "kind", "KIND",
                "Only section-47, child-protection-plan, section-17, early-help, held-change, "
                    + "conference-request or escalation."),
            Command.Option("limit", "N", "Rows at the most, those without progress for longest first (default: 100)."),
            Command.Option("json", nil, "Print JSON, a line for each."),
        ],
        values: [
            "kind": .words([
                "section-47", "child-protection-plan", "section-17", "early-help", "held-change", "conference-request",
                "escalation",
            ])
        ], examples: ["keepsight open --kind held-change"]
    ) { invocation in
        let limit = try invocation.number("limit", default: 100, in: 1...100_000)
        let deployment = Deployment(environment: invocation.environment)
        let schema = EscalationTrackerSpec.service.schema
        let connection = try await PostgresConnection.connect(try deployment.postgres(schema: schema))
        let result = try await connection.run(
            statement, [.text(invocation.value("kind") ?? ""), .int8(Int64(limit))])
        await connection.close()
        let matters = try result.rows.map(OpenMatter.init(row:))
        if invocation.has("json") {
            for matter in matters { Output.json { matter.write(to: &$0) } }
            return .ok
        }
        let subjects = ShortReferences(matters.map(\.subject))
        let households = ShortReferences(matters.map(\.household))
        var table = Table(["kind", "about", "household", "since", "days open", "without progress", "breaches"])
        for matter in matters {
            table.add([
                matter.kind, subjects(matter.subject), households(matter.household),
                BritishTime.date(LondonTime.date(at: matter.since)), "\(matter.daysOpen)",
                matter.daysWithoutProgress.map(String.init) ?? "-", "\(matter.breaches)",
            ])
        }
        if table.isEmpty { Output.note("Nothing is open.") } else { Output.line(table.text) }
        return .ok
    }

    private static let statement = SQLStatement(name: "open-matters", bytes: PackageResources.open_matters_sql)
}

/// One open matter. Children and households stand under their opaque identifiers.
private struct OpenMatter {
    let kind: String
    let subject: String
    let household: String
    let since: Instant
    let lastProgress: Instant?
    let breaches: Int32
    let now: Instant

    init(row: Row) throws(PostgresError) {
        kind = try row.text("kind")
        subject = try row.text("subject")
        household = try row.uuid("household").hex
        let since = try row.optionalTimestamp("since")
        lastProgress = try row.optionalTimestamp("last_progress_at").map(Instant.init(microsecondsSinceEpoch:))
        breaches = try row.optionalInt4("breaches") ?? 0
        now = Instant(microsecondsSinceEpoch: try row.timestamp("now"))
        self.since = since.map(Instant.init(microsecondsSinceEpoch:)) ?? now
    }

    var daysOpen: Int { days(since: since) }
    var daysWithoutProgress: Int? { lastProgress.map(days(since:)) }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("kind", kind)
        writer.field("subject", subject)
        writer.field("household", household)
        writer.field("since", since.rfc3339)
        writer.field("daysOpen", daysOpen)
        writer.field("lastProgressAt", lastProgress?.rfc3339)
        writer.field("daysWithoutProgress", daysWithoutProgress)
        writer.field("breaches", Int(breaches))
        writer.endObject()
    }

    private func days(since start: Instant) -> Int {
        Int((now.microsecondsSinceEpoch - start.microsecondsSinceEpoch) / 86_400_000_000)
    }
}
