import CommandRuntime
import Contracts
import EscalationTrackerSpec
import JSON
import Messaging
import PostgresClient
import Safeguarding
import ServiceRuntime

/// `keepsight escalations`: which challenges are open and where they stand, or what became of all of them (row B5).
enum EscalationsCommand {
    /// Rows shown at the most.
    private static let maximumRows: Int64 = 1000

    static let command = Command(
        "escalations", "Show challenges: where each stands and whose turn it is, or what became of them.",
        arguments: [
            (
                "SUBJECT",
                "Only about this decision, discussion, referral item or request; or the end of an escalation.", false
            )
        ],
        options: [
            Command.Option("all", nil, "Closed ones too."),
            Command.Option("report", nil, "Days and answers by stage, and outcomes by agency, instead of a list."),
            Command.Option("json", nil, "Print JSON, a line for each."),
        ], values: ["SUBJECT": .listed("challenges")],
        examples: ["keepsight escalations", "keepsight escalations --report"]
    ) { invocation in
        guard !invocation.has("report") || !invocation.has("all") && invocation.positional.isEmpty else {
            throw UsageError("--report is about all escalations: give it without --all, and without naming one.")
        }
        let deployment = Deployment(environment: invocation.environment)
        let schema = EscalationTrackerSpec.service.schema
        let connection = try await PostgresConnection.connect(try deployment.postgres(schema: schema))
        if invocation.has("report") {
            let stages = try await connection.run(stagesStatement, [])
            let agencies = try await connection.run(agenciesStatement, [])
            await connection.close()
            let report = EscalationReport(
                stages: try stages.rows.map(EscalationReport.StageLine.init(row:)),
                agencies: try agencies.rows.map(EscalationReport.AgencyLine.init(row:)))
            if invocation.has("json") {
                report.writeLines()
            } else {
                Output.line(report.text)
            }
            return .ok
        }
        let result = try await connection.run(
            listStatement,
            [.bool(invocation.has("all")), .text(invocation.positional.first ?? ""), .int8(maximumRows)])
        await connection.close()
        show(try result.rows.map(EscalationLine.init(row:)), asJSON: invocation.has("json"))
        return .ok
    }

    /// The challenges that are open, as the list shows them.
    static func names(_ deployment: Deployment) async throws -> [String] {
        let schema = EscalationTrackerSpec.service.schema
        let connection = try await PostgresConnection.connect(try deployment.postgres(schema: schema))
        let result = try await connection.run(listStatement, [.bool(false), .text(""), .int8(maximumRows)])
        await connection.close()
        let lines = try result.rows.map(EscalationLine.init(row:)).map(\.id)
        return lines.map { ShortReferences(lines)($0) }
    }

    private static func show(_ lines: [EscalationLine], asJSON: Bool) {
        if asJSON {
            for line in lines { Output.json { line.write(to: &$0) } }
            return
        }
        guard !lines.isEmpty else {
            Output.note("No challenge is open.")
            return
        }
        let references = ShortReferences(lines.map(\.id))
        let subjects = ShortReferences(lines.map(\.subject))
        var table = Table(["escalation", "about", "because of", "challenger", "decider", "stage", "awaits", "until"])
        for line in lines {
            let about = "\(line.subjectKind) \(subjects(line.subject))" + (line.version.map { " version \($0)" } ?? "")
            table.add([
                references(line.id), about, line.occasion, line.challenger, line.decider,
                "\(line.stage)\(line.isUrgent ? " urgent" : "") (\(line.ladder))", line.awaitsText, line.untilText,
            ])
        }
        Output.line(table.text)
    }

    private static let listStatement = SQLStatement(name: "escalations", bytes: PackageResources.escalations_sql)
    private static let stagesStatement = SQLStatement(
        name: "escalation-stages", bytes: PackageResources.escalation_stages_sql)
    private static let agenciesStatement = SQLStatement(
        name: "escalation-agencies", bytes: PackageResources.escalation_agencies_sql)
}

/// One challenge and how it stands.
struct EscalationLine: Sendable {
    let id: String
    let subjectKind: String
    let subject: String
    let version: Int32?
    let occasion: String
    let challenger: String
    let decider: String
    let ladder: String
    let isUrgent: Bool
    let stage: Int32
    let awaits: String
    let due: Instant?
    let outcome: String?
    let openedAt: Instant
    let closedAt: Instant?
    let now: Instant

    init(row: Row) throws(PostgresError) {
        id = try row.text("escalation")
        subjectKind = try row.text("subject_kind")
        subject = try row.text("subject")
        version = try row.optionalInt4("version")
        occasion = try row.text("occasion")
        challenger = try row.text("challenger")
        decider = try row.text("decider")
        ladder = try row.text("ladder")
        isUrgent = try row.bool("urgent")
        stage = try row.optionalInt4("stage") ?? 0
        awaits = try row.text("awaits")
        due = try row.optionalTimestamp("due_at").map(Instant.init(microsecondsSinceEpoch:))
        outcome = try row.optionalText("outcome")
        openedAt = Instant(microsecondsSinceEpoch: try row.timestamp("opened_at"))
        closedAt = try row.optionalTimestamp("closed_at").map(Instant.init(microsecondsSinceEpoch:))
        now = Instant(microsecondsSinceEpoch: try row.timestamp("now"))
    }

    var awaitsText: String {
        if let outcome { return "closed: \(outcome)" }
        switch awaits {
        case "decider": return decider
        case "challenger": return challenger
        default: return awaits
        }
    }

    var untilText: String {
        guard let due else { return closedAt.map(BritishTime.short) ?? "" }
        return BritishTime.short(due) + (due < now ? " (late)" : "")
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("escalationId", id)
        writer.field("subjectKind", subjectKind)
        writer.field("subject", subject)
        writer.field("version", version.map { Int($0) })
        writer.field("occasion", occasion)
        writer.field("challenger", challenger)
        writer.field("decider", decider)
        writer.field("ladder", ladder)
        writer.field("urgent", isUrgent)
        writer.field("stage", Int(stage))
        writer.field("awaits", outcome == nil ? (awaits == "decider" ? decider : challenger) : nil)
        writer.field("dueAt", due?.rfc3339)
        writer.field("outcome", outcome)
        writer.field("openedAt", openedAt.rfc3339)
        writer.field("closedAt", closedAt?.rfc3339)
        writer.endObject()
    }
}
