import CommandRuntime
import Testing

@testable import KeepsightCommand

struct CommandsTests {
    private static func all(_ commands: [Command]) -> [Command] {
        commands.flatMap { [$0] + all($0.subcommands) }
    }

    @Test("Every command has a summary in a sentence, and no two of one place have one name")
    func summaries() {
        for command in Self.all(KeepsightCommand.program.commands) {
            #expect(command.summary.hasSuffix("."), "\(command.name)")
            for option in command.options { #expect(option.help.hasSuffix("."), "\(command.name) --\(option.name)") }
            for argument in command.arguments { #expect(argument.help.hasSuffix("."), "\(command.name)") }
            #expect(Set(command.subcommands.map(\.name)).count == command.subcommands.count)
        }
    }

    @Test("What can be completed is an argument or an option of its command")
    func completed() {
        for command in Self.all(KeepsightCommand.program.commands) {
            let names = Set(command.arguments.map(\.name) + command.options.map(\.name))
            #expect(names.isSuperset(of: command.values.keys), "\(command.name)")
        }
    }
}
