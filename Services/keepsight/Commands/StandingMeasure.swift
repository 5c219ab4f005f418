import CommandRuntime
import Contracts
import JSON
import Messaging
import PostgresClient
import Safeguarding
import ServiceRuntime

/// A measure that a person sets, that stays in force until a person lifts it, and that can be listed: one shape of command for
/// all of them. Who asks and why goes on record, and the services carry it out.
struct StandingMeasure: Sendable {
    /// What is asked.
    enum Act: String, Sendable, CaseIterable {
        /// In force from now on.
        case set
        /// In force no longer.
        case lift
    }

    /// What a command line asks for: of whom or what, as people call it, and the request itself.
    struct Asked: Sendable {
        let subject: String
        let request: OperatorRequest
    }

    let name: String
    let summary: String
    /// What is named after the action, such as a household.
    let arguments: [(name: String, help: String)]
    /// Beside `--by` and `--reason`.
    let options: [Command.Option]
    let examples: [String]
    /// Who carries it out.
    let services: [String]
    /// Those in force: `columns` as text, and `since`, `request`, `requested_by` and `reason`.
    let inForce: SQLStatement
    /// Columns that say of whom or what, with that name as heading and JSON member.
    let columns: [StaticString]
    /// Said when none is in force.
    let none: TerminalText
    /// Reads the words after the action.
    let ask: @Sendable (Act, [String], Invocation, Deployment) async throws -> Asked

    var command: Command {
        Command(
            name, summary, examples: examples,
            subcommands: [
                acting(.set, "Set it, on record."), acting(.lift, "Lift it, on record."),
                Command(
                    "list", "List what is in force, since when, by whom and why.",
                    options: [Command.Option("json", nil, "Print JSON, a line for each.")]
                ) { try await list(Deployment(environment: $0.environment), asJSON: $0.has("json")) },
            ])
    }

    /// What the words after the action may be, by their names.
    private static let values: [String: CompletedValues] = [
        "ADDRESS": .listed("addresses"), "AGENCY": .listed("agencies"), "HOUSEHOLD": .listed("households"),
    ]

    private func acting(_ act: Act, _ summary: String) -> Command {
        Command(
            act.rawValue, summary, arguments: arguments.map { ($0.name, $0.help, false) },
            options: options + [
                Command.Option("by", "NAME, ROLE", "Who decides: name in full and role. Goes on record."),
                Command.Option("reason", "TEXT", "Why. Goes on record."), SettledRequest.json,
            ],
            values: StandingMeasure.values.filter { name, _ in arguments.contains { $0.name == name } },
            examples: examples.filter { $0.hasPrefix("keepsight \(name) \(act.rawValue) ") }
        ) { invocation in
            let deployment = Deployment(environment: invocation.environment)
            let asked = try await ask(act, invocation.positional, invocation, deployment)
            return try await carryOut(asked, deployment, asJSON: invocation.has("json"))
        }
    }

    /// Every service is asked; each answers for its own tables.
    private func carryOut(_ asked: Asked, _ deployment: Deployment, asJSON: Bool) async throws -> ExitStatus {
        var status = ExitStatus.ok
        for service in services {
            do {
                let outcome = try await OperatorRequests.carryOut(asked.request, by: service, deployment)
                let sentence = "\(services.count == 1 ? asked.subject : service): \(outcome.text)"
                SettledRequest.show(outcome, about: asked.subject, of: service, sentence: sentence, asJSON: asJSON)
                if !outcome.kind.isDone { status = .failed }
            } catch let failure as CommandFailure {
                // The others are asked all the same: a hold that one service has not taken up is better than none.
                Output.note(failure.text)
                status = failure.status
            }
        }
        return status
    }

    private func list(_ deployment: Deployment, asJSON: Bool) async throws -> ExitStatus {
        var table = Table(["service"] + columns.map(\.description) + ["since", "request", "by", "reason"])
        for service in services {
            let connection = try await PostgresConnection.connect(
                try deployment.postgres(schema: Migrator.schema(of: service)))
            let rows = try await connection.run(inForce).rows
            await connection.close()
            for row in rows {
                let subjects = try columns.map { try row.text(ColumnName(stringLiteral: $0)) }
                let since = Instant(microsecondsSinceEpoch: try row.timestamp("since"))
                let request = try row.int8("request")
                let (by, reason) = (try row.text("requested_by"), try row.text("reason"))
                guard asJSON else {
                    table.add([service] + subjects + [BritishTime.compact(since), "\(service)/\(request)", by, reason])
                    continue
                }
                Output.json { writer in
                    writer.beginObject()
                    writer.field("service", service)
                    for (column, subject) in zip(columns, subjects) {
                        writer.key(column)
                        writer.string(subject)
                    }
                    writer.field("since", since.rfc3339)
                    writer.field("request", Int(request))
                    writer.field("by", by)
                    writer.field("reason", reason)
                    writer.endObject()
                }
            }
        }
        if !asJSON { Output.line(table.isEmpty ? none : table.text) }
        return .ok
    }
}
