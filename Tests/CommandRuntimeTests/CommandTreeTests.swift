import ServiceRuntime
import Testing

@testable import CommandRuntime

/// Commands below commands: one declaration for what runs, what helps and what completes.
struct CommandTreeTests {
    /// Which command ran, by its exit status.
    private let program = CommandProgram(
        "tool", "for tests", notes: "",
        commands: [
            Command(
                "box", "Show boxes.", options: [.init("json", nil, "As JSON.")],
                subcommands: [
                    Command(
                        "open", "Open one.", arguments: [("ID", "Which.", true)],
                        options: [.init("by", "NAME", "Who."), .init("way", "WAY", "How.")],
                        values: ["way": .words(["gently", "quickly"]), "ID": .listed("boxes")]
                    ) { $0.positional == ["7"] ? .ok : .failed }
                ]
            ) { _ in .data },
            Command("lid", "All about lids.", subcommands: [Command("lift", "Lift it.") { _ in .ok }]),
        ],
        listed: ["boxes": { _ in ["seven", "eight"] }])

    private func status(_ words: String...) async -> ServiceRuntime.ExitStatus {
        await program.run(words, environment: [:])
    }

    @Test("A command runs by its place in the tree; one above runs by itself if it can, and else says what is below")
    func walking() async {
        #expect(await status("box", "open", "7") == .ok)
        #expect(await status("box", "open", "8") == .failed)
        #expect(await status("box") == .data)
        #expect(await status("box", "--json") == .data)
        #expect(await status("lid", "lift") == .ok)
        #expect(await status("lid") == .usage)
        #expect(await status("box", "opne", "7") == .usage)
        #expect(await status("lid", "lift", "more") == .usage)
    }

    @Test("A mistyped command below another is told what would fit")
    func mistyped() throws {
        let error = #expect(throws: UsageError.self) {
            try ArgumentReader(command: program.commands[0]).read(["opne"], environment: [:])
        }
        #expect(error?.description == "'box' has no command 'opne'. Did you mean 'open'?")
    }

    @Test("There is no help of a command that does not exist")
    func helpOfNone() async {
        #expect(await status("box", "open", "--help") == .ok)
        #expect(await status("box", "opne", "--help") == .usage)
        #expect(await status("lid", "lift", "more", "--help") == .usage)
    }

    @Test("Help of a command names those below it, and theirs how they are called")
    func help() {
        let box = program.commands[0]
        let text = box.help(called: "tool box")
        #expect(text.contains("Usage: tool box [options]\n       tool box COMMAND [options]"))
        #expect(text.contains("  open    Open one."))
        let below = box.subcommands[0].help(called: "tool box open")
        #expect(below.contains("Usage: tool box open ID [options]"))
        #expect(!program.commands[1].help(called: "tool lid").contains("--help  "))
    }

    @Test(
        "bash offers commands, those below them, options and values, each where it can stand",
        arguments: [
            (["b"], ["box"]), (["box", ""], ["open"]), (["box", "open", "--"], ["--by", "--help", "--way"]),
            (["box", "open", "--way", ""], ["gently", "quickly"]), (["box", "open", "--way", "q"], ["quickly"]),
            (["box", "--"], ["--help", "--json"]), (["lid", "l"], ["lift"]), (["box", "open", "s"], ["seven"]),
            (["box", "open", "--by", "me", "e"], ["eight"]),
        ])
    func bash(_ words: [String], _ offered: [String]) throws {
        let script = try #require(Completion.script(for: "bash", program: "tool", program.commands))
        let line = (["tool"] + words).map { "'\($0)'" }.joined(separator: " ")
        let output = try Shell.output(
            "tool() { printf 'seven\\neight\\n'; }\n" + script
                + "\nCOMP_WORDS=(\(line)); COMP_CWORD=\(words.count); _tool; printf '%s\\n' \"${COMPREPLY[@]}\" | sort")
        #expect(output == offered)
    }

    @Test("Every shell's script names every command, and there is none for another shell")
    func scripts() {
        for shell in Completion.shells {
            let script = Completion.script(for: shell, program: "tool", program.commands) ?? ""
            for node in Completion.nodes(program.commands) { #expect(script.contains(node.command.name), "\(shell)") }
        }
        #expect(Completion.script(for: "csh", program: "tool", program.commands) == nil)
    }
}
