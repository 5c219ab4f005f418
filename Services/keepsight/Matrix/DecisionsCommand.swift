import CommandRuntime
import Contracts
import JSON
import Messaging
import NotifierSpec
import PostgresClient
import Safeguarding
import ServiceRuntime

/// `keepsight decisions`: of what anybody was told, for `keepsight matrix`.
enum DecisionsCommand {
    static let command = Command(
        "decisions", "List the decisions and referrals of which agencies were told, the latest first.",
        options: [
            Command.Option("limit", "N", "List so many at the most (default: 50)."),
            Command.Option("json", nil, "Print JSON, a line for each."),
        ], examples: ["keepsight decisions", "keepsight matrix D1"]
    ) { invocation in
        let limit = try invocation.number("limit", default: 50, in: 1...100_000)
        let deployment = Deployment(environment: invocation.environment)
        let connection = try await PostgresConnection.connect(
            try deployment.postgres(schema: NotifierSpec.service.schema))
        let lines = try await connection.run(statement, [.int8(Int64(limit))]).rows.map(DecisionLine.init)
        await connection.close()
        if invocation.has("json") {
            for line in lines { Output.json(line.write) }
            return .ok
        }
        guard !lines.isEmpty else {
            Output.line("No agency was told of anything yet.")
            return .ok
        }
        var table = Table(["decision", "referral", "version", "last told", "of", "notices", "acknowledged"])
        for line in lines {
            table.add([
                line.decision ?? "", line.referral ?? "", line.version == 0 ? "" : "\(line.version)",
                BritishTime.short(line.toldAt), line.kind + (line.state.map { " (\($0))" } ?? ""), "\(line.notices)",
                "\(line.acknowledged)",
            ])
        }
        Output.line(table.text)
        return .ok
    }

    /// Names of the latest decisions and referrals.
    static func names(_ deployment: Deployment) async throws -> [String] {
        let connection = try await PostgresConnection.connect(
            try deployment.postgres(schema: NotifierSpec.service.schema))
        let lines = try await connection.run(statement, [.int8(50)]).rows.map(DecisionLine.init)
        await connection.close()
        return lines.flatMap { [$0.decision, $0.referral].compactMap { $0 } }
    }

    private static let statement = SQLStatement(name: "decisions", bytes: PackageResources.decisions_sql)
}

/// One decision or referral of which agencies were told.
private struct DecisionLine: Sendable {
    let decision: String?
    let referral: String?
    let version: Int
    let kind: String
    let state: String?
    let toldAt: Instant
    let notices: Int64
    let acknowledged: Int64

    init(_ row: Row) throws(PostgresError) {
        decision = try row.optionalText("decision")
        referral = try row.optionalText("referral")
        version = Int(try row.int4("version"))
        kind = try row.text("kind")
        state = try row.optionalText("state")
        toldAt = Instant(microsecondsSinceEpoch: try row.timestamp("issued_at"))
        notices = try row.int8("notices")
        acknowledged = try row.int8("acknowledged")
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("decision", decision)
        writer.field("referral", referral)
        writer.field("version", version == 0 ? nil : version)
        writer.field("kind", kind)
        writer.field("state", state)
        writer.field("toldAt", toldAt.rfc3339)
        writer.field("notices", Int(notices))
        writer.field("acknowledged", Int(acknowledged))
        writer.endObject()
    }
}
