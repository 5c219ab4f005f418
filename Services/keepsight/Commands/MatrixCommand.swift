import Contracts
import Messaging
import PostgresClient
import Safeguarding
import ServiceRuntime

/// `keepsight matrix`: who was told of a decision, and what became of it.
enum MatrixCommand {
    static let command = Command(
        "matrix", "Show for a decision or a referral which agencies were told, and what each has said.",
        arguments: [("DECISION", "The decision's identifier, or the referral's.", true)],
        options: [Command.Option("json", nil, "Print JSON.")]
    ) { invocation in
        let deployment = Deployment(environment: invocation.environment)
        let rows = try await notices(of: invocation.positional[0], deployment)
        guard !rows.isEmpty else {
            throw CommandFailure(
                .failed, "Nobody has been told of a decision or referral '\(invocation.positional[0])'.")
        }
        if invocation.has("json") {
            Output.json { writer in
                writer.beginArray()
                for row in rows { row.write(to: &writer) }
                writer.endArray()
            }
            return .ok
        }
        var table = Table(["version", "agency", "because", "notice", "told", "delivered", "acknowledged", "answered"])
        for row in rows {
            table.add([
                String(row.version), row.agency, row.because, row.kind + (row.state.map { " (\($0))" } ?? ""),
                row.issued, row.delivered ?? "not yet",
                row.acknowledged ?? (row.reminded.map { "reminded \($0)" } ?? "no"),
                row.answered ?? row.noResponse.map { "no response by \($0)" }
                    ?? (row.respondBy.map { "by \($0)" } ?? ""),
            ])
        }
        Output.line(table.text)
        return .ok
    }

    private static let statement = SQLStatement(name: "matrix", bytes: PackageResources.matrix_sql)

    private static func notices(of decision: String, _ deployment: Deployment) async throws -> [NoticeLine] {
        let schema = Migrator.schema(of: "notifier")
        let connection = try await PostgresConnection.connect(try deployment.postgres(schema: schema))
        let result = try await connection.run(statement, [.text(decision)])
        let lines = try result.rows.map(NoticeLine.init(row:))
        await connection.close()
        return lines
    }
}

/// One notice of a decision.
private struct NoticeLine {
    let version: Int32
    let agency: String
    let because: String
    let kind: String
    let state: String?
    let issued: String
    let delivered: String?
    let reminded: String?
    let acknowledged: String?
    let acknowledgedBy: String?
    let answered: String?
    let respondBy: String?
    /// When the time for an answer had passed without one: never agreement.
    let noResponse: String?

    init(row: Row) throws(PostgresError) {
        version = try row.optionalInt4(0) ?? 0
        agency = try row.text(1)
        because = try row.text(2)
        kind = try row.text(3)
        state = try row.optionalText(4)
        issued = NoticeLine.time(try row.timestamp(5))
        delivered = try row.optionalTimestamp(6).map(NoticeLine.time)
        reminded = try row.optionalTimestamp(7).map(NoticeLine.time)
        let by = try row.optionalText(9)
        acknowledged = try row.optionalTimestamp(8).map { NoticeLine.time($0) + (by.map { " \($0)" } ?? "") }
        acknowledgedBy = by
        let answer = try row.optionalText(10)
        let isLate = try row.optionalBool(11) ?? false
        answered = answer.map { $0 + (isLate ? " (late)" : "") }
        respondBy = try row.optionalTimestamp(12).map(NoticeLine.time)
        noResponse = try row.optionalTimestamp(13).map(NoticeLine.time)
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("version", Int(version))
        writer.field("agency", agency)
        writer.field("because", because)
        writer.field("kind", kind)
        writer.field("state", state)
        writer.field("toldAt", issued)
        writer.field("deliveredAt", delivered)
        writer.field("remindedAt", reminded)
        writer.field("acknowledged", acknowledged)
        writer.field("answered", answered)
        writer.field("respondBy", respondBy)
        writer.field("noResponseAt", noResponse)
        writer.endObject()
    }

    /// Whole seconds are enough to read.
    private static func time(_ microseconds: Int64) -> String {
        Instant(microsecondsSinceEpoch: microseconds / 1_000_000 * 1_000_000).rfc3339
    }
}
