import CommandRuntime
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
        "List the messages that services could not handle; show, release, edit or discard one; see and take back requests.",
        arguments: [
            ("ACTION", "list (default), show, release, edit, discard, requests or withdraw.", false),
            (
                "LETTER",
                "Which one, as the list names it; for list and requests: one service; for withdraw: a request.", false
            ),
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
            "keepsight dead-letters withdraw notifier/12 --by 'Sam Example' --reason 'the wrong one'",
        ]
    ) { invocation in
        let action = invocation.positional.first ?? "list"
        let deployment = Deployment(environment: invocation.environment)
        if action == "list" || Topics.services.contains(action) {
            let service = action == "list" ? invocation.positional.dropFirst().first : action
            return try await list(service, deployment, asJSON: invocation.has("json"))
        }
        let name = invocation.positional.dropFirst().first
        if action == "requests" {
            return try await OperatorRequests.list(
                try services(name), deployment, asJSON: invocation.has("json"))
        }
        if action == "withdraw" {
            let outcome = try await OperatorRequests.withdraw(
                name ?? "", by: try required("by", invocation), reason: try required("reason", invocation), deployment)
            Output.line("\(name ?? ""): \(outcome)")
            return outcome.hasPrefix("withdrawn") ? .ok : .failed
        }
        guard let act = OperatorRequest.Action(rawValue: action), [.show, .release, .edit, .discard].contains(act)
        else {
            throw UsageError(
                "There is no action '\(action)'; there are list, show, release, edit, discard, requests and withdraw.")
        }
        guard let name else {
            throw UsageError("Say which letter, as 'keepsight dead-letters list' names it.")
        }
        let letter = try await find(name, deployment)
        return act == .show
            ? try await show(letter, deployment, invocation) : try await settle(act, letter, deployment, invocation)
    }

    private static func services(_ service: String?) throws -> [String] {
        guard let service else { return Topics.services }
        guard Topics.services.contains(service) else {
            throw UsageError("There is no service '\(service)'; there are \(Topics.services.joined(separator: ", ")).")
        }
        return [service]
    }

    private static func list(_ service: String?, _ deployment: Deployment, asJSON: Bool) async throws -> ExitStatus {
        var table = Table(["letter", "first seen", "code", "household waits", "why"])
        for service in try services(service) {
            let parked = try await parkedHouseholds(of: service, deployment)
            for letter in try await letters(of: service, deployment, with: parked) {
                // A letter of a household that waits behind another one by now waits for nobody.
                let waiting = parked.first { $0.letter.name == letter.name }?.waiting
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
        // The very message: somebody may have settled it meanwhile, and another one stands in front.
        if action == .discard { content = Array(letter.place.utf8) }
        let outcome = try await submit(
            OperatorRequest(action, household: household, requestedBy: by, reason: reason, content: content), letter,
            deployment)
        Output.line("\(letter.name): \(outcome)")
        // Of a discard that went on to the next message, the part that was asked for is done.
        let isDone = outcome.hasPrefix("released") || (action == .discard && outcome.hasPrefix("settled"))
        return isDone ? .ok : .failed
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
            let letter = try await letters(
                of: service, deployment, with: try await parkedHouseholds(of: service, deployment)
            ).last(where: { $0.name == name })
        else {
            throw CommandFailure(.failed, "There is no dead letter '\(name)'. See 'keepsight dead-letters list'.")
        }
        return letter
    }

    /// The letters on the service's topic, and those that have left it while a household still waits behind them.
    private static func letters(of service: String, _ deployment: Deployment, with parked: [Parked]) async throws
        -> [Letter]
    {
        let reader = try await KafkaReader(
            try deployment.kafka(), topics: [deployment.topics.deadLetters(of: service).name], from: .earliest)
        do {
            let letters = try await reader.readToEnd(limit: 100_000).map { Letter($0, service: service) }
            await reader.close()
            let names = Set(letters.map(\.name))
            return parked.map(\.letter).filter { !names.contains($0.name) } + letters
        } catch {
            await reader.close()
            throw error
        }
    }

    /// A household that waits, behind which letter, and how many messages wait with it.
    private struct Parked {
        let letter: Letter
        let waiting: Int64
    }

    private static func parkedHouseholds(of service: String, _ deployment: Deployment) async throws -> [Parked] {
        let connection = try await PostgresConnection.connect(
            try deployment.postgres(schema: Migrator.schema(of: service)))
        let result = try await connection.run(
            SQLStatement(name: "waiting_households", bytes: PackageResources.waiting_households_sql))
        await connection.close()
        return try result.rows.map {
            Parked(letter: try Letter(parked: $0, service: service), waiting: try $0.int8(1))
        }
    }
}

/// A message that a service could not handle, as its topic has it.
private struct Letter: Sendable {
    let service: String
    /// Where the message stood, `topic/partition/offset`.
    var place: String { String(name.dropFirst(service.utf8.count + 1)) }
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

    /// From the table of those who wait.
    init(parked row: Row, service: String) throws {
        self.service = service
        name = [service, try row.text(2), "\(try row.int4(3))", "\(try row.int8(4))"].joined(separator: "/")
        firstSeen = Instant(microsecondsSinceEpoch: try row.timestamp(5)).rfc3339
        code = try row.text(6)
        reason = try row.text(7)
        household = HouseholdID(try row.uuid(0))
        content = try row.optionalBytes(8) ?? []
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
