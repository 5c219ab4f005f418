import CommandRuntime

/// The laboratory: what measures Keepsight and what breaks it, on a machine that is for that.
public enum KeepsightLab {
    static let program = CommandProgram(
        "keepsight-lab", "what measures Keepsight and what breaks it, never on a deployment",
        notes: """
            bench and chaos start what they need from the project's folder, by
            deploy/run, in a folder of their own below .run; KAFKA_HOME names an unpacked Apache Kafka. explore needs nothing.

            Exit status: 0 done, 1 not come about, 64 wrong command line, 69 a server is not there, 70 internal fault,
            78 wrong setting or policy.
            """,
        commands: [BenchCommand.command, ChaosCommand.command, ExploreCommand.command])

    /// Runs the command that the arguments name; never returns.
    public static func run() async -> Never { await program.run() }
}
