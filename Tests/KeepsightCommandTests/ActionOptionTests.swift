import ServiceRuntime
import TestSupport
import Testing

@testable import CommandRuntime
@testable import KeepsightCommand

/// Commands below a command: an option that one of them does not know is refused, never left out in silence.
struct ActionOptionTests {
    private static let acting = KeepsightCommand.program.commands.filter { !$0.subcommands.isEmpty }
    private static let environment = ["KEEPSIGHT_POLICY_DIR": TestEnvironment.project + "/deploy/policy"]

    @Test("What can be done with one kind of thing are commands of their own below its name")
    func declared() {
        let names = [
            "dead-letters", "deliveries", "do-not-notify", "events", "legal-hold", "policy", "positions", "topics",
        ]
        #expect(Self.acting.map(\.name).sorted() == names)
    }

    @Test(
        "An option of another command below the same name is 64, whatever else is given",
        arguments: acting.map(\.name))
    func refused(_ name: String) async throws {
        let command = try #require(Self.acting.first { $0.name == name })
        let all = command.subcommands.flatMap(\.options) + command.options
        var count = 0
        for below in command.subcommands {
            for option in all where !below.options.contains(where: { $0.name == option.name }) {
                let value = option.value == nil ? [] : ["Kim Example, operator"]
                let words = [name, below.name, "--" + option.name] + value
                #expect(await KeepsightCommand.program.run(words, environment: Self.environment) == .usage, "\(words)")
                count += 1
            }
        }
        // One that has a single command below it, with its own options, knows no other's.
        #expect(count > 0 || command.subcommands.count == 1)
        // Where nothing stands behind the name it lists.
        for option in all where !command.options.contains(where: { $0.name == option.name }) {
            let words = [name, "--" + option.name] + (option.value == nil ? [] : ["x"])
            #expect(await KeepsightCommand.program.run(words, environment: Self.environment) == .usage, "\(words)")
        }
    }

    @Test("Words too many are 64 as well, and so is a command behind the options")
    func surplus() async {
        for words in [
            ["positions", "list", "notifier", "facts"], ["deliveries", "list", "3"], ["deliveries", "--json", "list"],
            ["escalations", "--report", "--all"], ["dead-letters", "notifier"],
            ["publish", "x.json", "--as", "police", "--timeout", "3"],
        ] {
            #expect(await KeepsightCommand.program.run(words, environment: Self.environment) == .usage, "\(words)")
        }
    }
}
