import Testing

@testable import CommandRuntime
@testable import KeepsightCommand

/// The tree of commands, as a shell completes it and as programs read what it prints.
struct CommandValueTests {
    /// What only whoever types it knows.
    private static let ownWords: Set = [
        "URL", "PARTITION", "by", "role", "reason", "reference", "purpose", "limit", "count", "timeout", "days",
        "replication", "role-prefix", "due-before",
    ]

    private static func nodes(_ commands: [Command] = KeepsightCommand.program.commands) -> [Command] {
        commands.flatMap { [$0] + nodes($0.subcommands) }
    }

    @Test("trial F10: every value that can be known is completed, and what completes it is there")
    func completed() {
        for command in Self.nodes() {
            let names = command.arguments.map(\.name) + command.options.filter { $0.value != nil }.map(\.name)
            for name in names {
                switch command.values[name] {
                case nil: #expect(Self.ownWords.contains(name), "\(command.name): \(name) is not completed")
                case .listed(let list):
                    #expect(ListedValues.all[list] != nil, "\(command.name): there is no list \(list)")
                case .words(let words): #expect(!words.isEmpty, "\(command.name): \(name) has no words")
                case .files: break
                }
            }
        }
    }

    @Test("Every command that prints what services or agencies have prints it as JSON as well")
    func json() {
        // These print a document, a script or a broker's address, write files, or answer by their exit status.
        let others: Set = [
            "completion", "schema", "asyncapi", "example", "generate", "dev-broker", "health", "migrate", "show",
        ]
        for command in Self.nodes() where command.subcommands.isEmpty && !others.contains(command.name) {
            #expect(command.options.contains { $0.name == "json" }, "\(command.name)")
        }
    }

    @Test("No command takes one of several actions as a word: each is a command of its own")
    func tree() {
        for command in Self.nodes() {
            #expect(!command.arguments.contains { $0.name == "ACTION" }, "\(command.name)")
            #expect(command.subcommands.isEmpty || command.arguments.isEmpty, "\(command.name) has both")
        }
    }
}
