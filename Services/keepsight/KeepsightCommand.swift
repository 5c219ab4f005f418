import CommandRuntime

/// The command line of agencies, screeners and operators.
public enum KeepsightCommand {
    static let program = CommandProgram(
        "keepsight", "no decision about a child changes in silence",
        notes: """
            Settings come from the environment: KAFKA_BOOTSTRAP_SERVERS,
            KEEPSIGHT_DATABASE_URL, KEEPSIGHT_POLICY_DIR, KEEPSIGHT_TOPIC_PREFIX, KEEPSIGHT_SERVICE_URLS; for TLS
            KAFKA_SECURITY_PROTOCOL=ssl, KAFKA_SSL_CA_LOCATION, KAFKA_SSL_CERTIFICATE_LOCATION, KAFKA_SSL_KEY_LOCATION,
            KAFKA_SSL_KEY_PASSWORD_FILE, KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM.

            Exit status: 0 done, 1 not come about, 3 done and something behind it waits, 64 wrong command line, 65 wrong
            input, 69 a server is not there, 70 internal fault, 78 wrong setting or policy.
            """,
        commands: [
            PublishCommand.command, ListenCommand.command, NoticeCommand.command, MatrixCommand.command,
            MatrixCommand.watch,
            DecisionsCommand.command,
            EscalationsCommand.command, OpenMattersCommand.command, QueueCommand.command,
            ScreeningCommands.claim, ScreeningCommands.release, ScreeningCommands.decide, ServicesCommand.command,
            ServicesCommand.health, DeadLettersCommand.command, DeliveriesCommand.command, DoNotNotifyCommand.command,
            LegalHoldCommand.command,
            PositionsCommand.command, ExplainCommand.command, ReprojectCommand.command, AgenciesCommand.command,
            CaseCommand.command, EventsCommand.command, PolicyCommand.command,
            CertificatesCommand.command, MigrateCommand.command, TopicsCommand.command, DevBrokerCommand.command,
        ],
        listed: ListedValues.all)

    /// Runs the command that the arguments name; never returns.
    public static func run() async -> Never { await program.run() }
}
