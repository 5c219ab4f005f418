import CommandRuntime
import ServiceRuntime
import TestSupport
import Testing

@testable import KeepsightCommand

/// Commands whose first argument says what is done: an option that an action does not know is refused, never left out in silence.
struct ActionOptionTests {
    private static let acting = KeepsightCommand.program.commands.filter { !$0.actions.isEmpty }

    @Test("Every command that takes an action says for each option which actions it is for")
    func declared() {
        let names = ["dead-letters", "deliveries", "do-not-notify", "legal-hold", "positions", "topics"]
        #expect(Self.acting.map(\.name).sorted() == names)
        for command in KeepsightCommand.program.commands where command.arguments.first?.name == "ACTION" {
            #expect(!command.actions.isEmpty, "\(command.name)")
        }
        for command in Self.acting {
            for option in command.options where option.name != "help" {
                #expect(!option.actions.isEmpty, "\(command.name) --\(option.name)")
                #expect(Set(option.actions).isSubset(of: command.actions), "\(command.name) --\(option.name)")
            }
        }
    }

    @Test("An option of another action is 64, whatever else is given", arguments: acting.map(\.name))
    func refused(_ name: String) async throws {
        let command = try #require(Self.acting.first { $0.name == name })
        let environment = ["KEEPSIGHT_POLICY_DIR": Surroundings.project + "/deploy/policy"]
        var count = 0
        for action in command.actions {
            for option in command.options where option.name != "help" && !option.actions.contains(action) {
                let words = [name, action, "--" + option.name] + (option.value == nil ? [] : ["Kim Example, operator"])
                #expect(await KeepsightCommand.program.run(words, environment: environment) == .usage, "\(words)")
                count += 1
            }
        }
        #expect(count > 0)
        // Where the action is left out it is the first.
        for option in command.options where option.name != "help" && !option.actions.contains(command.actions[0]) {
            let words = [name, "--" + option.name] + (option.value == nil ? [] : ["x"])
            #expect(await KeepsightCommand.program.run(words, environment: environment) == .usage, "\(words)")
        }
    }

    @Test("Words too many for an action are 64 as well")
    func surplus() async {
        for words in [
            ["positions", "list", "notifier", "facts"], ["deliveries", "list", "3"],
            ["escalations", "--report", "--all"],
            ["publish", "x.json", "--as", "police", "--timeout", "3"],
        ] {
            let status = await KeepsightCommand.program.run(
                words, environment: ["KEEPSIGHT_POLICY_DIR": Surroundings.project + "/deploy/policy"])
            #expect(status == .usage, "\(words)")
        }
    }
}
