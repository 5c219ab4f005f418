import CommandRuntime
import Contracts
import JSON
import Messaging
import Safeguarding
import ServiceRegistry
import ServiceRuntime

/// `keepsight dead-letters`: what could not be handled, and what is to become of it. Every act has a name and a reason,
/// and is carried out by the service whose message it is.
enum DeadLettersCommand {
    static let command = Command(
        "dead-letters",
        "List the messages that services could not handle; show, release, edit or discard one; see and take back requests.",
        options: listOptions,
        examples: [
            "keepsight dead-letters",
            "keepsight dead-letters show notifier/decisions.changed/3/17 --by 'Sam Example, operator' --purpose 'ticket 12'",
            "keepsight dead-letters release notifier/decisions.changed/3/17 --by 'Sam Example, operator' "
                + "--reason 'fixed in 0.2'",
            "keepsight dead-letters withdraw notifier/12 --by 'Sam Example, operator' --reason 'the wrong one'",
        ],
        subcommands: [
            Command(
                "list", "List the messages that services could not handle, and what to do.", arguments: [service],
                options: listOptions, values: values, action: list),
            Command(
                "show", "Show what stood in one, for a purpose that goes on record.", arguments: [letter],
                options: [by, Command.Option("purpose", "TEXT", "What you need to see it for. Goes on record.")],
                values: ["LETTER": .listed("letters")]
            ) { try await show($0.positional[0], Deployment(environment: $0.environment), $0) },
            settling("release", "Hand one to its service again, and what waits behind it.", .release),
            settling(
                "edit", "Hand another event to the service in its place.", .edit,
                options: [
                    Command.Option("file", "PATH", "The event to handle in its place, as one JSON document."),
                    Command.Option("force", nil, "Hand it over although our readers refuse it."),
                ]),
            settling("discard", "Give one up for good; what waits behind it goes on.", .discard),
            Command(
                "requests", "List what operators have asked of services, and what came of it.", arguments: [service],
                options: [json], values: values
            ) { invocation in
                try await OperatorRequests.list(
                    try services(invocation.positional.first), Deployment(environment: invocation.environment),
                    asJSON: invocation.has("json"))
            },
            Command(
                "withdraw", "Take back a request that no service has settled yet.",
                arguments: [("REQUEST", "Which one, as 'requests' names it: notifier/12.", true)],
                options: [by, reason, SettledRequest.json], values: ["REQUEST": .listed("requests")]
            ) { invocation in
                try await OperatorRequests.withdraw(
                    invocation.positional[0], by: try invocation.person(), reason: try invocation.reason(),
                    Deployment(environment: invocation.environment), asJSON: invocation.has("json"))
            },
        ], action: list)

    private static let by = Command.Option(
        "by", "NAME, ROLE", "Who acts: your name in full and your role. Goes on record.")
    private static let reason = Command.Option("reason", "TEXT", "Why. Goes on record.")
    private static let json = Command.Option("json", nil, "Print JSON, a line for each.")
    private static let service: Command.Argument = ("SERVICE", "Only this one's.", false)
    private static let letter: Command.Argument = ("LETTER", "Which one, as the list names it.", true)
    private static let values: [String: CompletedValues] = ["SERVICE": .words(ServiceRegistry.names)]
    private static let listOptions = [
        Command.Option("all", nil, "Also those that are settled, or that nobody waits for."), json,
    ]

    @Sendable private static func list(_ invocation: Invocation) async throws -> ExitStatus {
        try await list(
            try services(invocation.positional.first), Deployment(environment: invocation.environment), invocation)
    }

    /// A command that settles a letter.
    private static func settling(
        _ name: String, _ summary: String, _ act: OperatorRequest.Action, options: [Command.Option] = []
    ) -> Command {
        Command(
            name, summary, arguments: [letter], options: options + [by, reason, SettledRequest.json],
            values: act == .edit ? ["LETTER": .listed("letters"), "file": .files] : ["LETTER": .listed("letters")],
            examples: ["keepsight dead-letters \(name) notifier/decisions.changed/3/17 --by 'Sam Example, operator' …"]
        ) { try await settle(act, $0.positional[0], Deployment(environment: $0.environment), $0) }
    }

    /// The letters that are open.
    static func names(_ deployment: Deployment) async throws -> [String] {
        var names: [String] = []
        for service in ServiceRegistry.names {
            names += try await LetterBox.read(service, deployment).entries.filter(\.state.isOpen).map(\.letter.name)
        }
        return names
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
        SettledRequest.show(outcome, about: letter.name, of: letter.service, asJSON: invocation.has("json"))
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
