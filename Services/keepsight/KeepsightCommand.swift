import Contracts
import FoundationEssentials
import Glibc
import KafkaClient
import Messaging
import Policy
import PostgresClient
import ServiceRuntime

/// The command line of agencies, screeners and operators.
public enum KeepsightCommand {
    static let commands: [Command] = [
        PublishCommand.command, ListenCommand.command, MatrixCommand.command, MatrixCommand.watch,
        EscalationsCommand.command, OpenMattersCommand.command, QueueCommand.command,
        ScreeningCommands.claim, ScreeningCommands.release, ScreeningCommands.decide, ServicesCommand.command,
        ServicesCommand.health, DeadLettersCommand.command, DeliveriesCommand.command, DoNotNotifyCommand.command,
        LegalHoldCommand.command,
        PositionsCommand.command, ExplainCommand.command, ReprojectCommand.command, AgenciesCommand.command,
        CaseCommand.command,
        BenchCommand.command, ChaosCommand.command,
        CertificatesCommand.command, MigrateCommand.command, TopicsCommand.command, DevBrokerCommand.command,
        completion,
    ]

    /// Runs the command that the arguments name; never returns.
    public static func run() async -> Never {
        ProcessExit.leaveThreadsTheirOwn()
        let words = Array(CommandLine.arguments.dropFirst())
        let status = await run(words, environment: ProcessInfo.processInfo.environment)
        exit(status.rawValue)
    }

    static func run(_ words: [String], environment: [String: String]) async -> ExitStatus {
        guard let name = words.first, name != "--help", name != "-h", name != "help" else {
            if words.count > 1, let command = commands.first(where: { $0.name == words[1] }) {
                Output.line(.lines(command.help))
            } else {
                Output.line(.lines(overview))
            }
            return words.isEmpty ? .usage : .ok
        }
        if name == "--version" {
            Output.line("keepsight \(Version.text)")
            return .ok
        }
        guard let command = commands.first(where: { $0.name == name }) else {
            let near = nearest(name, commands.map(\.name)).map { " Did you mean '\($0)'?" } ?? ""
            Output.note("There is no command '\(name)'.\(near) See 'keepsight --help'.")
            return .usage
        }
        do {
            let invocation = try ArgumentReader(command: command).read(
                Array(words.dropFirst()), environment: environment)
            if invocation.has("help") {
                Output.line(.lines(command.help))
                return .ok
            }
            return try await command.action(invocation)
        } catch let error as UsageError {
            Output.note(TerminalText.lines(error.description) + "\nSee 'keepsight \(name) --help'.")
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
            Output.note("\(error.description) KEEPSIGHT_DATABASE_URL names the database.")
            return .unavailable
        } catch {
            Output.note("\(error)")
            return .software
        }
    }

    private static var overview: String {
        let width = commands.map(\.name.count).max() ?? 0
        return """
            keepsight: no decision about a child changes in silence

            Usage: keepsight COMMAND [options]

            \(commands.map { "  " + $0.name.padded(to: width) + "  " + $0.summary }.joined(separator: "\n"))

            'keepsight COMMAND --help' says more. Settings come from the environment: KAFKA_BOOTSTRAP_SERVERS,
            KEEPSIGHT_DATABASE_URL, KEEPSIGHT_POLICY_DIR, KEEPSIGHT_TOPIC_PREFIX, KEEPSIGHT_SERVICE_URLS; for TLS
            KAFKA_SECURITY_PROTOCOL=ssl, KAFKA_SSL_CA_LOCATION, KAFKA_SSL_CERTIFICATE_LOCATION, KAFKA_SSL_KEY_LOCATION,
            KAFKA_SSL_KEY_PASSWORD_FILE, KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM.

            Exit status: 0 done, 1 not come about, 64 wrong command line, 65 wrong input, 69 a server is not there,
            70 internal fault, 78 wrong setting or policy.
            """
    }

    private static let completion = Command(
        "completion", "Print a script that completes this command line in bash, zsh or fish.",
        arguments: [("SHELL", "bash, zsh or fish.", true)], examples: ["source <(keepsight completion bash)"]
    ) { invocation in
        guard let script = Completion.script(for: invocation.positional[0], commands) else {
            throw UsageError("There is a completion for bash, zsh and fish.")
        }
        Output.line(.lines(script))
        return .ok
    }
}
