/// Shell completion from the same declarations that parse the command line.
enum Completion {
    static func script(for shell: String, _ commands: [Command]) -> String? {
        switch shell {
        case "bash": bash(commands)
        case "zsh": "autoload -U +X bashcompinit && bashcompinit\n" + bash(commands)
        case "fish": fish(commands)
        default: nil
        }
    }

    private static func bash(_ commands: [Command]) -> String {
        let cases = commands.map { command in
            "        \(command.name)) words=\"\(command.options.map { "--" + $0.name }.joined(separator: " "))\" ;;"
        }
        return """
            _keepsight() {
                local current=${COMP_WORDS[COMP_CWORD]} words
                if [ "$COMP_CWORD" -eq 1 ]; then
                    words="\(commands.map(\.name).joined(separator: " "))"
                else
                    case ${COMP_WORDS[1]} in
            \(cases.joined(separator: "\n"))
                    esac
                fi
                COMPREPLY=($(compgen -W "$words" -- "$current"))
                if [ "${#COMPREPLY[@]}" -eq 0 ]; then COMPREPLY=($(compgen -f -- "$current")); fi
            }
            complete -F _keepsight keepsight
            """
    }

    private static func fish(_ commands: [Command]) -> String {
        commands.flatMap { command in
            [
                "complete -c keepsight -n __fish_use_subcommand -a \(command.name) -d '\(command.summary.replacing("'", with: ""))'"
            ]
                + command.options.map { option in
                    "complete -c keepsight -n '__fish_seen_subcommand_from \(command.name)' -l \(option.name) "
                        + (option.value == nil ? "" : "-r ") + "-d '\(option.help.replacing("'", with: ""))'"
                }
        }.joined(separator: "\n")
    }
}
