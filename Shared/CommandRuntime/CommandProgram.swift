import Contracts
import FoundationEssentials
import Glibc
import KafkaClient
import Messaging
import Policy
import PostgresClient
import ServiceRuntime

/// A program of commands: finds the one that is meant, and turns every error into a sentence and an exit status.
public struct CommandProgram: Sendable {
    /// The executable's name.
    public let name: String
    /// What it is for, in a line.
    public let summary: String
    /// The commands at the top of the tree, `completion` among them.
    public private(set) var commands: [Command]
    /// What stands below the list of commands in the help text.
    private let notes: String

    /// A program by its commands.
    ///
    /// - Parameter listed: what `completion --values NAME` prints, by name: words that only the deployment knows.
    public init(
        _ name: String, _ summary: String, notes: String, commands: [Command],
        listed: [String: @Sendable (Deployment) async throws -> [String]] = [:]
    ) {
        self.name = name
        self.summary = summary
        self.notes = notes
        self.commands = commands
        self.commands.append(CommandProgram.completion(of: name, commands, listed))
    }

    /// Runs the command that the process's arguments name; never returns.
    public func run() async -> Never {
        ProcessExit.leaveThreadsTheirOwn()
        let words = Array(CommandLine.arguments.dropFirst())
        let status = await run(words, environment: ProcessInfo.processInfo.environment)
        exit(status.rawValue)
    }

    /// Runs the command that these words name.
    public func run(_ words: [String], environment: [String: String]) async -> ExitStatus {
        guard let first = words.first, first != "--help", first != "-h", first != "help" else {
            let found = find(words.dropFirst())
            Output.line(.lines(found.map { $0.command.help(called: $0.path) } ?? overview))
            return words.isEmpty ? .usage : .ok
        }
        if first == "--version" {
            Output.line("\(name) \(Version.text)")
            return .ok
        }
        guard let found = find(words[...]) else {
            let near = nearest(first, commands.map(\.name)).map { " Did you mean '\($0)'?" } ?? ""
            Output.note("There is no command '\(first)'.\(near) See '\(name) --help'.")
            return .usage
        }
        let wrong =
            SettingSyntax.problems(in: environment) + [PostgresConfiguration.problem(in: environment)].compactMap { $0 }
        guard wrong.isEmpty else {
            Output.note(.lines(wrong.joined(separator: "\n")))
            return .configuration
        }
        do {
            return try await perform(found, environment)
        } catch let error as UsageError {
            Output.note(TerminalText.lines(error.description) + "\nSee '\(found.path) --help'.")
            return .usage
        } catch let error as CommandFailure {
            Output.note(error.text)
            return error.status
        } catch let error as PolicyError {
            Output.note("The policy is wrong:\n" + .lines(error.description))
            return .configuration
        } catch let error as KafkaError {
            Output.note("\(error.descriptionWithAdvice)")
            return error.exitStatus
        } catch let error as KafkaSecurityError {
            Output.note(.lines(error.description))
            return .configuration
        } catch let error as PostgresError {
            let said = error.description
            let stop = said.last.map { ".?!".contains($0) } == true ? "" : "."
            Output.note("\(said)\(stop) \(error.advice)")
            return error.isRefusal ? .configuration : .unavailable
        } catch {
            Output.note("\(error)")
            return .software
        }
    }

    /// A command, how it is called, and the words that are left for it.
    private struct Found {
        let command: Command
        let path: String
        let words: [String]
    }

    private func find(_ words: ArraySlice<String>) -> Found? {
        var rest = words
        guard let first = rest.popFirst(), var command = commands.first(where: { $0.name == first }) else { return nil }
        var path = name + " " + first
        while let word = rest.first, let below = command.subcommands.first(where: { $0.name == word }) {
            command = below
            path += " " + word
            rest = rest.dropFirst()
        }
        return Found(command: command, path: path, words: Array(rest))
    }

    private func perform(_ found: Found, _ environment: [String: String]) async throws -> ExitStatus {
        let invocation = try ArgumentReader(command: found.command).read(found.words, environment: environment)
        if invocation.has("help") {
            Output.line(.lines(found.command.help(called: found.path)))
            return .ok
        }
        guard let action = found.command.action else {
            let names = found.command.subcommands.map(\.name).joined(separator: ", ")
            throw UsageError("Say what of '\(found.path)' is meant: \(names).")
        }
        return try await action(invocation)
    }

    private var overview: String {
        let width = commands.map(\.name.count).max() ?? 0
        return """
            \(name): \(summary)

            Usage: \(name) COMMAND [options]

            \(commands.map { "  " + $0.name.padded(to: width) + "  " + $0.summary }.joined(separator: "\n"))

            '\(name) COMMAND --help' says more. \(notes)
            """
    }

    private static func completion(
        of name: String, _ commands: [Command], _ listed: [String: @Sendable (Deployment) async throws -> [String]]
    ) -> Command {
        let shells = Completion.shells.joined(separator: ", ")
        return Command(
            "completion", "Print a script that completes this command line in bash, zsh or fish.",
            arguments: [("SHELL", "One of: \(shells).", false)],
            options: [Command.Option("values", "NAME", "Print the words that can be completed, for such a script.")],
            values: ["SHELL": .words(Completion.shells), "values": .words(listed.keys.sorted())],
            examples: ["source <(\(name) completion bash)"]
        ) { invocation in
            if let wanted = invocation.value("values") {
                for word in try await listed[wanted]?(Deployment(environment: invocation.environment)) ?? [] {
                    Output.line("\(word)")
                }
                return .ok
            }
            guard let shell = invocation.positional.first,
                let script = Completion.script(for: shell, program: name, commands)
            else { throw UsageError("Give the shell to complete in: \(shells).") }
            Output.line(.lines(script))
            return .ok
        }
    }
}
