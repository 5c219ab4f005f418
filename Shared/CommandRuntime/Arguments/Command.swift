import ServiceRuntime

/// What a command takes: one declaration for parsing, help and shell completion. Commands stand in a tree.
public struct Command: Sendable {
    /// An option with a value, or a flag without one.
    public struct Option: Sendable {
        /// Without the dashes in front of it.
        public let name: String
        /// What the value is, in capitals; `nil` for a flag.
        public let value: String?
        /// A sentence.
        public let help: String

        /// An option by its name; without `value` it is a flag.
        public init(_ name: String, _ value: String? = nil, _ help: String) {
            self.name = name
            self.value = value
            self.help = help
        }
    }

    /// A word that stands for itself: its name in capitals, what it is, and whether it can be left out.
    public typealias Argument = (name: String, help: String, isRequired: Bool)

    /// Does what the command is for. Throws `CommandFailure` or `UsageError` with what to do.
    public typealias Action = @Sendable (Invocation) async throws -> ExitStatus

    /// One word.
    public let name: String
    /// A sentence.
    public let summary: String
    /// In the order in which they are given.
    public let arguments: [Argument]
    /// `--help` among them.
    public let options: [Option]
    /// Whole command lines.
    public let examples: [String]
    /// Commands below this one.
    public let subcommands: [Command]
    /// Which values can be completed, by the name of an argument or an option.
    public let values: [String: CompletedValues]
    /// `nil` for one that only has others below it.
    let action: Action?

    /// A command that does something, with or without others below it.
    public init(
        _ name: String, _ summary: String, arguments: [Argument] = [], options: [Option] = [],
        values: [String: CompletedValues] = [:], examples: [String] = [], subcommands: [Command] = [],
        action: @escaping Action
    ) {
        self.init(name, summary, arguments, options, values, examples, subcommands, performing: action)
    }

    /// A name under which other commands stand.
    public init(_ name: String, _ summary: String, examples: [String] = [], subcommands: [Command]) {
        self.init(name, summary, [], [], [:], examples, subcommands, performing: nil)
    }

    private init(
        _ name: String, _ summary: String, _ arguments: [Argument], _ options: [Option],
        _ values: [String: CompletedValues], _ examples: [String], _ subcommands: [Command], performing action: Action?
    ) {
        self.name = name
        self.summary = summary
        self.arguments = arguments
        self.options = options + [Option("help", nil, "Show this text.")]
        self.values = values
        self.examples = examples
        self.subcommands = subcommands
        self.action = action
    }

    /// The help text; `path` is how the command is called, from the program's name on.
    public func help(called path: String) -> String {
        var usages: [String] = []
        if action != nil {
            let words = arguments.map { $0.isRequired ? " \($0.name)" : " [\($0.name)]" }
            usages.append(path + words.joined() + " [options]")
        }
        if !subcommands.isEmpty { usages.append(path + " COMMAND [options]") }
        var lines = [summary, "", "Usage: " + usages.joined(separator: "\n       ")]
        let left =
            subcommands.map(\.name) + (action == nil ? [] : arguments.map(\.name) + options.map(\.usage))
        let width = left.map(\.count).max() ?? 0
        if !subcommands.isEmpty {
            lines += ["", "Commands:"] + subcommands.map { Command.entry($0.name, $0.summary, width) }
        }
        if action != nil {
            if !arguments.isEmpty {
                lines += ["", "Arguments:"] + arguments.map { Command.entry($0.name, $0.help, width) }
            }
            lines += ["", "Options:"] + options.map { Command.entry($0.usage, $0.help, width) }
        }
        if !examples.isEmpty { lines += ["", "Examples:"] + examples.map { "  " + $0 } }
        if !subcommands.isEmpty { lines += ["", "'\(path) COMMAND --help' says more."] }
        return lines.joined(separator: "\n")
    }

    private static func entry(_ name: String, _ help: String, _ width: Int) -> String {
        "  " + name.padded(to: width) + "  " + help
    }
}

extension Command.Option {
    /// `--wait SECONDS`, or `--json`.
    fileprivate var usage: String { "--\(name)" + (value.map { " \($0)" } ?? "") }
}

extension String {
    /// With blanks behind it, up to so many characters.
    public func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
