import CommandRuntime
import Contracts
import Messaging
import PostgresClient
import Safeguarding
import ServiceRuntime

/// `keepsight legal-hold`: records of a household, or of everybody, are kept beyond their time, for a reason, on record.
enum LegalHoldCommand {
    static let command = Command(
        "legal-hold", "Keep a household's records beyond the time that policy keeps them; list what is held.",
        arguments: [
            ("ACTION", "set, lift or list.", true),
            ("HOUSEHOLD", "The household's identifier, as events behind intake have it.", false),
        ],
        options: [
            Command.Option("all", nil, "Everybody's records."),
            Command.Option("by", "NAME, ROLE", "Who decides."),
            Command.Option("reason", "TEXT", "Why. Goes on record."),
            Command.Option("json", nil, "For the list: print JSON, a line for each."),
        ],
        examples: [
            "keepsight legal-hold set 5f0c9d1e… --by 'Kim Example, business manager' --reason 'Inquiry 2026/4'",
            "keepsight legal-hold lift 5f0c9d1e… --by 'Kim Example, business manager' --reason 'Inquiry closed'",
            "keepsight legal-hold list",
        ]
    ) { invocation in
        let deployment = Deployment(environment: invocation.environment)
        switch invocation.positional.first {
        case "list": return try await list(deployment, asJSON: invocation.has("json"))
        case "set": return try await ask(.set, deployment, invocation)
        case "lift": return try await ask(.lift, deployment, invocation)
        default: throw UsageError("Say 'legal-hold set', 'legal-hold lift' or 'legal-hold list'.")
        }
    }

    /// Every service is asked; each answers for its own tables.
    private static func ask(_ hold: LegalHold, _ deployment: Deployment, _ invocation: Invocation) async throws
        -> ExitStatus
    {
        let household = try household(of: invocation)
        guard let by = invocation.value("by"), let reason = invocation.value("reason"), !by.isEmpty, !reason.isEmpty
        else {
            throw UsageError("Give --by and --reason: they go on record.")
        }
        var status = ExitStatus.ok
        for service in Topics.services {
            do {
                let outcome = try await OperatorRequests.carryOut(
                    hold.request(of: household, requestedBy: by, reason: reason), by: service, deployment)
                Output.line("\(service): \(outcome)")
                if outcome.hasPrefix("refused") { status = .failed }
            } catch let failure as CommandFailure {
                // The others are asked all the same: a hold that one service has not taken up is better than none.
                Output.note(failure.text)
                status = failure.status
            }
        }
        return status
    }

    private static func household(of invocation: Invocation) throws -> HouseholdID? {
        let named = invocation.positional.dropFirst().first
        guard !invocation.has("all") else {
            guard named == nil else { throw UsageError("Give a household or --all, not both.") }
            return nil
        }
        guard let named else { throw UsageError("Give the household, or --all.") }
        guard let household = HouseholdID(named) else {
            throw UsageError("'\(named)' is no household's identifier, which is 32 hexadecimal digits.")
        }
        return household
    }

    private static func list(_ deployment: Deployment, asJSON: Bool) async throws -> ExitStatus {
        var table = Table(["service", "household", "since", "request", "by", "reason"])
        for service in Topics.services {
            let connection = try await PostgresConnection.connect(
                try deployment.postgres(schema: Migrator.schema(of: service)))
            let result = try await connection.run(
                SQLStatement(name: "legal_holds", bytes: PackageResources.legal_holds_sql))
            await connection.close()
            for row in result.rows {
                let household = try row.optionalUUID(0).map { HouseholdID($0).text }
                let since = Instant(microsecondsSinceEpoch: try row.timestamp(1))
                let (request, by, reason) = (try row.int8(2), try row.text(3), try row.text(4))
                guard asJSON else {
                    table.add([
                        service, household ?? "everybody", ShortTime.inLondon(since), String(request), by, reason,
                    ])
                    continue
                }
                Output.json { writer in
                    writer.beginObject()
                    writer.field("service", service)
                    writer.field("household", household)
                    writer.field("since", since.rfc3339)
                    writer.field("request", Int(request))
                    writer.field("by", by)
                    writer.field("reason", reason)
                    writer.endObject()
                }
            }
        }
        if !asJSON { Output.line(table.isEmpty ? "No records are held." : table.text) }
        return .ok
    }
}
