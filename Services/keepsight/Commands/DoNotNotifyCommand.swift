import CommandRuntime
import Contracts
import Messaging
import PostgresClient
import Safeguarding
import ServiceRuntime

/// `keepsight do-not-notify`: takes a recipient off the list, by a manager, for a reason, on record (domain.md section 10).
enum DoNotNotifyCommand {
    static let command = Command(
        "do-not-notify",
        "Send nobody at an address e-mails or webhooks any more; without arguments, list who is sent none.",
        arguments: [
            ("AGENCY", "The agency's code.", false),
            ("ADDRESS", "The e-mail address or URL, as agencies.yaml has it.", false),
        ],
        options: [
            Command.Option("by", "NAME, ROLE", "Who decides: a manager of the agency, the hub or the business unit."),
            Command.Option("reason", "TEXT", "Why. Goes on record."),
            Command.Option("lift", nil, "Notify the recipient again."),
            Command.Option("json", nil, "For the list: print JSON, a line for each."),
        ],
        examples: [
            "keepsight do-not-notify police duty@police.example.org --by 'Kim Example, hub manager' --reason 'linked'",
            "keepsight do-not-notify police duty@police.example.org --lift --by 'Kim Example, hub manager' --reason 'over'",
        ]
    ) { invocation in
        let deployment = Deployment(environment: invocation.environment)
        guard let code = invocation.positional.first else {
            return try await list(deployment, asJSON: invocation.has("json"))
        }
        let agency = try deployment.agency(code)
        guard let address = invocation.positional.dropFirst().first, !address.isEmpty else {
            throw UsageError("Give the address, as agencies.yaml has it.")
        }
        guard let by = invocation.value("by"), let reason = invocation.value("reason"), !by.isEmpty, !reason.isEmpty
        else {
            throw UsageError("Give --by and --reason: they go on record.")
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("do", invocation.has("lift") ? "notify-again" : "do-not-notify")
        writer.field("agency", agency.text)
        writer.field("address", address)
        writer.endObject()
        let outcome = try await OperatorRequests.carryOut(
            OperatorRequest(.service, household: nil, requestedBy: by, reason: reason, content: writer.bytes),
            by: "notifier", deployment)
        Output.line("\(agency) \(address): \(outcome)")
        return outcome.hasPrefix("refused") ? .failed : .ok
    }

    private static func list(_ deployment: Deployment, asJSON: Bool) async throws -> ExitStatus {
        let connection = try await PostgresConnection.connect(
            try deployment.postgres(schema: Migrator.schema(of: "notifier")))
        let result = try await connection.run(
            SQLStatement(name: "not_notified", bytes: PackageResources.not_notified_sql))
        await connection.close()
        var table = Table(["agency", "address", "since", "request", "by", "reason"])
        for row in result.rows {
            let since = Instant(microsecondsSinceEpoch: try row.timestamp(2))
            let (agency, address, request) = (try row.text(0), try row.text(1), try row.int8(3))
            let (by, reason) = (try row.text(4), try row.text(5))
            if asJSON {
                Output.json { writer in
                    writer.beginObject()
                    writer.field("agency", agency)
                    writer.field("address", address)
                    writer.field("since", since.rfc3339)
                    writer.field("request", Int(request))
                    writer.field("by", by)
                    writer.field("reason", reason)
                    writer.endObject()
                }
            } else {
                table.add([agency, address, ShortTime.inLondon(since), String(request), by, reason])
            }
        }
        if !asJSON { Output.line(table.isEmpty ? "Everybody is notified." : table.text) }
        return .ok
    }
}
