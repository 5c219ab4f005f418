import Contracts
import FoundationEssentials
import KafkaClient
import Messaging
import PostgresClient
import Safeguarding
import ServiceRuntime

/// `keepsight dead-letters`: what could not be handled, and what is to become of it. Every act has a name and a reason,
/// and is carried out by the service whose message it is.
enum DeadLettersCommand {
    static let command = Command(
        "dead-letters",
        "List the messages that services could not handle; show, release, edit or discard one.",
        arguments: [
            ("ACTION", "list (default), show, release, edit or discard.", false),
            ("LETTER", "Which one, as the list names it; for list: one service.", false),
        ],
        options: [
            Command.Option("by", "NAME", "Who acts: your name and role. Goes on record."),
            Command.Option("reason", "TEXT", "Why. Goes on record."),
            Command.Option("purpose", "TEXT", "For show: what you need to see the content for. Goes on record."),
            Command.Option("file", "PATH", "For edit: the event to handle in its place, as one JSON document."),
            Command.Option("json", nil, "Print JSON, a line for each."),
        ],
        examples: [
            "keepsight dead-letters",
            "keepsight dead-letters show notifier/decisions.changed/3/17 --by 'Sam Example' --purpose 'ticket 12'",
            "keepsight dead-letters release notifier/decisions.changed/3/17 --by 'Sam Example' --reason 'fixed in 0.2'",
        ]
    ) { invocation in
        let action = invocation.positional.first ?? "list"
        let deployment = Deployment(environment: invocation.environment)
        if action == "list" || Topics.services.contains(action) {
            let service = action == "list" ? invocation.positional.dropFirst().first : action
            return try await list(service, deployment, asJSON: invocation.has("json"))
        }
        guard let act = OperatorRequest.Action(rawValue: action), act != .reposition else {
            throw UsageError("There is no action '\(action)'; there are list, show, release, edit and discard.")
        }
        guard let name = invocation.positional.dropFirst().first else {
            throw UsageError("Say which letter, as 'keepsight dead-letters list' names it.")
        }
        let letter = try await find(name, deployment)
        return act == .show
            ? try await show(letter, deployment, invocation) : try await settle(act, letter, deployment, invocation)
    }

    private static func list(_ service: String?, _ deployment: Deployment, asJSON: Bool) async throws -> ExitStatus {
        if let service, !Topics.services.contains(service) {
            throw UsageError("There is no service '\(service)'; there are \(Topics.services.joined(separator: ", ")).")
        }
        var table = Table(["letter", "first seen", "code", "household waits", "why"])
        for service in service.map({ [$0] }) ?? Topics.services {
            let parked = try await parkedHouseholds(of: service, deployment)
            for letter in try await letters(of: service, deployment) {
                let waiting = letter.household.flatMap { parked[$0] }
                let state = waiting.map { "yes, \($0) behind it" } ?? "no"
                if asJSON {
                    Output.json { letter.write(to: &$0, waiting: waiting) }
                } else {
                    table.add([letter.name, letter.firstSeen, letter.code, state, letter.reason])
                }
            }
        }
        if !asJSON { Output.line(table.isEmpty ? "There are no dead letters." : table.text) }
        return .ok
    }

    /// Its headers to anybody; what stood in it only for a purpose, which goes on record first.
    private static func show(_ letter: Letter, _ deployment: Deployment, _ invocation: Invocation) async throws
        -> ExitStatus
    {
        guard let purpose = invocation.value("purpose") else {
            if invocation.has("json") {
                Output.json { letter.write(to: &$0, waiting: nil) }
            } else {
                Output.line("\(letter.name)\n\(letter.firstSeen)  \(letter.code): \(letter.reason)")
                Output.note("What stood in it may name people: give --purpose and --by to see it.")
            }
            return .ok
        }
        let by = try required("by", invocation)
        try await submit(
            OperatorRequest(.show, household: letter.household, requestedBy: by, reason: purpose), letter, deployment)
        Output.content(letter.content)
        return .ok
    }

    private static func settle(
        _ action: OperatorRequest.Action, _ letter: Letter, _ deployment: Deployment, _ invocation: Invocation
    ) async throws -> ExitStatus {
        let (by, reason) = (try required("by", invocation), try required("reason", invocation))
        guard let household = letter.household else {
            throw CommandFailure(
                .failed,
                "No household waits behind this letter, so there is nothing to \(action.rawValue). Its sender was told "
                    + "where one could be read; ask it to publish the event anew.")
        }
        var content: [UInt8]?
        if action == .edit {
            let path = try required("file", invocation)
            guard let data = FileManager.default.contents(atPath: path) else {
                throw CommandFailure(.data, "There is no file at \(path).")
            }
            guard (try? JSONDocument(parsing: Array(data), limits: .event)) != nil else {
                throw CommandFailure(.data, "\(path) is not one JSON document.")
            }
            content = Array(data)
        }
        let outcome = try await submit(
            OperatorRequest(action, household: household, requestedBy: by, reason: reason, content: content), letter,
            deployment)
        Output.line("\(letter.name): \(outcome)")
        return outcome.hasPrefix("released") ? .ok : .failed
    }

    @discardableResult
    private static func submit(_ request: OperatorRequest, _ letter: Letter, _ deployment: Deployment) async throws
        -> String
    {
        try await OperatorRequests.carryOut(request, by: letter.service, deployment)
    }

    private static func required(_ option: String, _ invocation: Invocation) throws -> String {
        guard let value = invocation.value(option), !value.isEmpty else {
            throw UsageError("Give --\(option): it goes on record.")
        }
        return value
    }

    private static func find(_ name: String, _ deployment: Deployment) async throws -> Letter {
        let service = name.split(separator: "/").first.map(String.init) ?? ""
        guard Topics.services.contains(service),
            let letter = try await letters(of: service, deployment).last(where: { $0.name == name })
        else {
            throw CommandFailure(.failed, "There is no dead letter '\(name)'. See 'keepsight dead-letters list'.")
        }
        return letter
    }

    private static func letters(of service: String, _ deployment: Deployment) async throws -> [Letter] {
        let reader = try await KafkaReader(
            try deployment.kafka(), topics: [deployment.topics.deadLetters(of: service).name], from: .earliest)
        do {
            let letters = try await reader.readToEnd(limit: 100_000).map { Letter($0, service: service) }
            await reader.close()
            return letters
        } catch {
            await reader.close()
            throw error
        }
    }

    /// How many messages wait behind each parked household's failed one.
    private static func parkedHouseholds(of service: String, _ deployment: Deployment) async throws
        -> [HouseholdID: Int64]
    {
        let connection = try await PostgresConnection.connect(
            try deployment.postgres(schema: Migrator.schema(of: service)))
        let result = try await connection.run(
            SQLStatement(name: "waiting_households", bytes: PackageResources.waiting_households_sql))
        await connection.close()
        var waiting: [HouseholdID: Int64] = [:]
        for row in result.rows {
            waiting[HouseholdID(try row.uuid(0))] = try row.int8(1)
        }
        return waiting
    }
}

/// A message that a service could not handle, as its topic has it.
private struct Letter: Sendable {
    let service: String
    let name: String
    let firstSeen: String
    let code: String
    let reason: String
    let household: HouseholdID?
    let content: [UInt8]

    init(_ message: KafkaMessage, service: String) {
        let headers = Dictionary(
            message.headers.map { ($0.name, String(decoding: $0.value, as: UTF8.self)) }
        ) { first, _ in first }
        func header(_ name: String) -> String { headers[name] ?? "" }
        self.service = service
        name = [
            service, header(DeadLetterHeader.topic), header(DeadLetterHeader.partition),
            header(DeadLetterHeader.offset),
        ].joined(separator: "/")
        firstSeen = header(DeadLetterHeader.firstSeen)
        code = header(DeadLetterHeader.code)
        reason = header(DeadLetterHeader.reason)
        household = message.key.flatMap { HouseholdID(String(decoding: $0, as: UTF8.self)) }
        content = message.value ?? []
    }

    func write(to writer: inout JSONWriter, waiting: Int64?) {
        writer.beginObject()
        writer.field("letter", name)
        writer.field("service", service)
        writer.field("firstSeen", firstSeen)
        writer.field("code", code)
        writer.field("reason", reason)
        writer.field("household", household?.text)
        writer.field("householdWaits", waiting != nil)
        writer.field("messagesBehindIt", waiting.map { Int($0) })
        writer.endObject()
    }
}
