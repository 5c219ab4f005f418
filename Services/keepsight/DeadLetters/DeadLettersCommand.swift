import CommandRuntime
import Contracts
import Messaging
import Safeguarding
import ServiceRegistry
import ServiceRuntime

/// `keepsight dead-letters`: what could not be handled, and what is to become of it. Every act has a name and a reason,
/// and is carried out by the service whose message it is.
enum DeadLettersCommand {
    /// A service's name alone lists its letters.
    private static let lists = ["list"] + ServiceRegistry.names
    private static let settling = ["release", "edit", "discard", "withdraw"]

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
            Command.Option(
                "all", nil, "For list: also those that are settled, or that nobody waits for.", of: lists),
            Command.Option(
                "by", "NAME, ROLE", "Who acts: your name in full and your role. Goes on record.",
                of: ["show"] + settling),
            Command.Option("reason", "TEXT", "Why. Goes on record.", of: settling),
            Command.Option(
                "purpose", "TEXT", "For show: what you need to see the content for. Goes on record.", of: ["show"]),
            Command.Option(
                "file", "PATH", "For edit: the event to handle in its place, as one JSON document.", of: ["edit"]),
            Command.Option("force", nil, "For edit: hand it over although our readers refuse it.", of: ["edit"]),
            Command.Option(
                "json", nil, "For list and requests: print JSON, a line for each.", of: lists + ["requests"]),
        ],
        actions: lists + ["requests", "show"] + settling,
        examples: [
            "keepsight dead-letters",
            "keepsight dead-letters show notifier/decisions.changed/3/17 --by 'Sam Example, operator' --purpose 'ticket 12'",
            "keepsight dead-letters release notifier/decisions.changed/3/17 --by 'Sam Example, operator' "
                + "--reason 'fixed in 0.2'",
            "keepsight dead-letters withdraw notifier/12 --by 'Sam Example, operator' --reason 'the wrong one'",
        ]
    ) { invocation in
        let action = invocation.positional.first ?? "list"
        let deployment = Deployment(environment: invocation.environment)
        if action == "list" || ServiceRegistry.names.contains(action) {
            let service = action == "list" ? invocation.positional.dropFirst().first : action
            return try await list(try services(service), deployment, invocation)
        }
        let name = invocation.positional.dropFirst().first
        if action == "requests" {
            return try await OperatorRequests.list(try services(name), deployment, asJSON: invocation.has("json"))
        }
        if action == "withdraw" {
            return try await OperatorRequests.withdraw(
                name ?? "", by: try invocation.person(), reason: try invocation.reason(), deployment)
        }
        guard let act = OperatorRequest.Action(rawValue: action), [.show, .release, .edit, .discard].contains(act)
        else {
            throw UsageError(
                "There is no action '\(action)'; there are list, show, release, edit, discard, requests and withdraw.")
        }
        guard let name else {
            throw UsageError("Say which letter, as 'keepsight dead-letters list' names it.")
        }
        return act == .show
            ? try await show(name, deployment, invocation) : try await settle(act, name, deployment, invocation)
    }

    private static func services(_ service: String?) throws -> [String] {
        guard let service else { return ServiceRegistry.names }
        guard ServiceRegistry.names.contains(service) else {
            throw UsageError(
                "There is no service '\(service)'; there are \(ServiceRegistry.names.joined(separator: ", ")).")
        }
        return [service]
    }

    private static func list(_ services: [String], _ deployment: Deployment, _ invocation: Invocation) async throws
        -> ExitStatus
    {
        let showsAll = invocation.has("all")
        var table = Table([
            "letter", "first seen", "code", showsAll ? "what became of it" : "waits", "why", "what to do",
        ])
        var hidden = 0
        for service in services {
            for entry in try await LetterBox.read(service, deployment).entries {
                guard showsAll || entry.state.isOpen else {
                    hidden += 1
                    continue
                }
                let letter = entry.letter
                if invocation.has("json") {
                    Output.json { letter.write(to: &$0, entry.state) }
                } else {
                    table.add([
                        letter.name, letter.firstSeen, letter.code, entry.state.sentence, letter.reason,
                        letter.advice(entry.state),
                    ])
                }
            }
        }
        if !invocation.has("json") {
            Output.line(
                table.isEmpty
                    ? (showsAll ? "There are no dead letters." : "There are no open dead letters.") : table.text)
            if hidden > 0 {
                Output.note(
                    "\(counted(hidden, "letter is", "letters are")) settled, or nobody waits for \(hidden == 1 ? "it" : "them"): --all shows "
                        + "what became of \(hidden == 1 ? "it" : "them").")
            }
        }
        return .ok
    }

    /// What stood in it may name people, so it is shown for a purpose only, which goes on record first.
    private static func show(_ name: String, _ deployment: Deployment, _ invocation: Invocation) async throws
        -> ExitStatus
    {
        guard invocation.value("purpose") != nil else {
            throw UsageError(
                "Give --purpose and --by: what stood in a letter may name people, so what it is looked at for goes on record. "
                    + "'keepsight dead-letters list --all' shows where it came from and why, without its content.")
        }
        let (purpose, by) = (try invocation.recorded("purpose"), try invocation.person())
        let letter = try await find(name, deployment).letter
        let outcome = try await OperatorRequests.carryOut(
            OperatorRequest(
                .show, household: letter.household, requestedBy: by, reason: purpose, letter: letter.place),
            by: letter.service, deployment)
        guard outcome.kind.isDone else { throw CommandFailure(.failed, "\(letter.name): \(outcome.text)") }
        Output.content(letter.content)
        return .ok
    }

    private static func settle(
        _ action: OperatorRequest.Action, _ name: String, _ deployment: Deployment, _ invocation: Invocation
    ) async throws -> ExitStatus {
        let (by, reason) = (try invocation.person(), try invocation.reason())
        let entry = try await find(name, deployment)
        let (letter, state) = (entry.letter, entry.state)
        guard let household = letter.household else {
            throw CommandFailure(
                .failed,
                "No household waits behind this letter, so there is nothing to \(action.rawValue). Its sender was told "
                    + "where one could be read; ask it to publish the event anew.")
        }
        guard state.isOpen else {
            throw CommandFailure(
                .failed,
                "No household waits behind this letter any more, so there is nothing to \(action.rawValue): "
                    + "\(state.sentence).")
        }
        var content: [UInt8]?
        if action == .edit { content = try edited(letter, of: household, deployment, invocation) }
        // The very message: somebody may have settled it meanwhile, and another one stands in front.
        if action == .discard { content = Array(letter.place.utf8) }
        let outcome = try await OperatorRequests.carryOut(
            OperatorRequest(
                action, household: household, requestedBy: by, reason: reason, content: content, letter: letter.place),
            by: letter.service, deployment)
        Output.line("\(letter.name): \(outcome.text)")
        guard outcome.kind == .stuckAtNext else { return outcome.kind.isDone ? .ok : .failed }
        Output.note(
            "This letter is settled. The household waits behind a later one now; 'keepsight dead-letters' shows it.")
        return .partly
    }

    /// The event that is to take the letter's place, once our readers take it.
    private static func edited(
        _ letter: Letter, of household: HouseholdID, _ deployment: Deployment, _ invocation: Invocation
    ) throws -> [UInt8] {
        guard let path = invocation.value("file"), !path.isEmpty else {
            throw UsageError("Give --file: the event to handle in the letter's place, as one JSON document.")
        }
        let event = try InputFile.read(path)
        let problems = EditedEvent.problems(of: event, for: letter.topic, deployment.topics, household, now: .now)
        guard !problems.isEmpty, !invocation.has("force") else { return event }
        for problem in problems {
            Output.note(
                "  \(problem.path.isEmpty ? "(event)" : problem.path): \(problem.message) [\(problem.code.rawValue)]")
        }
        throw CommandFailure(
            .data,
            "\(path) was not handed over, since \(letter.service) would refuse it for what is above. Correct it; "
                + "--force hands it over all the same.")
    }

    private static func find(_ name: String, _ deployment: Deployment) async throws -> LetterBox.Entry {
        let service = name.split(separator: "/").first.map(String.init) ?? ""
        guard ServiceRegistry.names.contains(service),
            let entry = try await LetterBox.read(service, deployment).entries.first(where: { $0.letter.name == name })
        else {
            throw CommandFailure(.failed, "There is no dead letter '\(name)'. See 'keepsight dead-letters list --all'.")
        }
        return entry
    }
}
