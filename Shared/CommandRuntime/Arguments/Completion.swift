/// Shell completion from the same declarations that parse the command line: names of commands, options, and values.
public enum Completion {
    /// The shells that there is a script for.
    static let shells = ["bash", "zsh", "fish"]

    /// The script for a shell; `nil` if there is none for it.
    static func script(for shell: String, program: String, _ commands: [Command]) -> String? {
        switch shell {
        case "bash": bash(program, commands)
        case "zsh": "autoload -U +X bashcompinit && bashcompinit\n" + bash(program, commands)
        case "fish": fish(program, commands)
        default: nil
        }
    }

    /// A command by its place in the tree.
    struct Node {
        /// `deliveries retry`; empty for the program itself.
        let path: String
        let command: Command
    }

    /// Every command of the tree, those above before those below.
    static func nodes(_ commands: [Command], below path: String = "") -> [Node] {
        commands.flatMap { command -> [Node] in
            let own = path.isEmpty ? command.name : path + " " + command.name
            return [Node(path: own, command: command)] + nodes(command.subcommands, below: own)
        }
    }

    // The function walks down the tree by the words before the cursor, skipping options, as long as they are names of
    // commands; then it knows what may follow.
    private static func bash(_ program: String, _ commands: [Command]) -> String {
        let nodes = nodes(commands)
        let name = program.replacing("-", with: "_")
        let below = nodes.filter { !$0.command.subcommands.isEmpty }.map { node in
            "        \"\(node.path)\") below=\"\(node.command.subcommands.map(\.name).joined(separator: " "))\" ;;"
        }
        let valued = nodes.compactMap { node -> String? in
            let names = node.command.options.filter { $0.value != nil }.map { "--" + $0.name }
            return names.isEmpty ? nil : "        \"\(node.path)\") valued=\"\(names.joined(separator: " "))\" ;;"
        }
        let options = nodes.map { node in
            "        \"\(node.path)\") options=\"\(node.command.options.map { "--" + $0.name }.joined(separator: " "))\" ;;"
        }
        let values = nodes.flatMap { node in bashValues(node, program) }
        return """
            _\(name)_below() {
                case $1 in
                    "") below="\((commands.map(\.name) + ["help"]).joined(separator: " "))" ;;
            \(below.joined(separator: "\n"))
                    *) below="" ;;
                esac
            }
            _\(name)() {
                local current=${COMP_WORDS[COMP_CWORD]} before="" path="" place=0 below valued options="" word index words=""
                [ "$COMP_CWORD" -gt 1 ] && before=${COMP_WORDS[COMP_CWORD-1]}
                _\(name)_below ""
                for ((index = 1; index < COMP_CWORD; index++)); do
                    word=${COMP_WORDS[index]}
                    case " $below " in
                        *" $word "*) path="${path:+$path }$word"; place=0; _\(name)_below "$path"; continue ;;
                    esac
                    # An option's value is no argument.
                    _\(name)_valued "$path"
                    case $word in
                        -*) case " $valued " in *" $word "*) index=$((index + 1)) ;; esac ;;
                        *) place=$((place + 1)) ;;
                    esac
                done
                case $path in
            \(options.joined(separator: "\n"))
                esac
                case "$path:$before" in
            \(values.map { "        " + $0 }.joined(separator: "\n"))
                    *:--*=*|*) words="" ;;
                esac
                if [ -z "$words" ]; then
                    case $current in
                        -*) words=$options ;;
                        *) [ "$place" -eq 0 ] && words=$below; words="$words $(_\(name)_argument "$path" "$place")" ;;
                    esac
                fi
                COMPREPLY=($(compgen -W "$words" -- "$current"))
                if [ "${#COMPREPLY[@]}" -eq 0 ]; then COMPREPLY=($(compgen -f -- "$current")); fi
            }
            _\(name)_valued() {
                case $1 in
            \(valued.joined(separator: "\n"))
                    *) valued="" ;;
                esac
            }
            _\(name)_argument() {
                case "$1:$2" in
            \(nodes.flatMap { bashArguments($0, program) }.map { "        " + $0 }.joined(separator: "\n"))
                    *) ;;
                esac
            }
            complete -F _\(name) \(program)
            """
    }

    private static func bashValues(_ node: Node, _ program: String) -> [String] {
        node.command.options.compactMap { option in
            guard option.value != nil, let words = shellWords(node.command.values[option.name], program) else {
                return nil
            }
            return "\"\(node.path):--\(option.name)\") words=\"\(words)\" ;;"
        }
    }

    private static func bashArguments(_ node: Node, _ program: String) -> [String] {
        node.command.arguments.enumerated().compactMap { place, argument in
            shellWords(node.command.values[argument.name], program).map {
                "\"\(node.path):\(place)\") echo \"\($0)\" ;;"
            }
        }
    }

    /// `nil` where the shell's own names of files are offered.
    private static func shellWords(_ values: CompletedValues?, _ program: String) -> String? {
        switch values {
        case .words(let words): words.joined(separator: " ")
        case .listed(let name): "$(\(program) completion --values \(name) 2>/dev/null)"
        case .files, nil: nil
        }
    }

    private static func fish(_ program: String, _ commands: [Command]) -> String {
        fish(program, commands, below: []).joined(separator: "\n")
    }

    private static func fish(_ program: String, _ commands: [Command], below above: [String]) -> [String] {
        let seen = above.map { "__fish_seen_subcommand_from \($0)" }
        let names = commands.map(\.name).joined(separator: " ")
        let condition =
            above.isEmpty
            ? "__fish_use_subcommand"
            : (seen + ["not __fish_seen_subcommand_from \(names)"]).joined(separator: "; and ")
        return commands.flatMap { command in
            let inside = (seen + ["__fish_seen_subcommand_from \(command.name)"]).joined(separator: "; and ")
            let name = "complete -c \(program) -f -n '\(condition)' -a \(command.name) -d '\(plain(command.summary))'"
            return [name] + command.options.map { fish(program, $0, of: command, inside) }
                + command.arguments.compactMap { argument in
                    fishWords(command.values[argument.name], program).map {
                        "complete -c \(program) -n '\(inside)' -a \($0)"
                    }
                } + fish(program, command.subcommands, below: above + [command.name])
        }
    }

    private static func fish(
        _ program: String, _ option: Command.Option, of command: Command, _ condition: String
    ) -> String {
        let words = fishWords(command.values[option.name], program).map { " -a \($0)" } ?? ""
        return "complete -c \(program) -n '\(condition)' -l \(option.name)" + (option.value == nil ? "" : " -r" + words)
            + " -d '\(plain(option.help))'"
    }

    /// In quotes; fish has no dollar sign before a command whose output is meant.
    private static func fishWords(_ values: CompletedValues?, _ program: String) -> String? {
        shellWords(values, program).map { "\"" + ($0.hasPrefix("$(") ? String($0.dropFirst()) : $0) + "\"" }
    }

    private static func plain(_ text: String) -> String { text.replacing("'", with: "") }
}
