import ServiceRuntime

/// What a command takes: one declaration for parsing, help and shell completion.
struct Command: Sendable {
    /// An option with a value, or a flag without one.
    struct Option: Sendable {
        let name: String
        /// What the value is, in capitals; `nil` for a flag.
        let value: String?
        let help: String

        init(_ name: String, _ value: String? = nil, _ help: String) {
            self.name = name
            self.value = value
            self.help = help
        }
    }

    typealias Action = @Sendable (Invocation) async throws -> ExitStatus

    let name: String
    let summary: String
    let arguments: [(name: String, help: String, isRequired: Bool)]
    let options: [Option]
    let examples: [String]
    let action: Action

    init(
        _ name: String, _ summary: String, arguments: [(name: String, help: String, isRequired: Bool)] = [],
        options: [Option] = [], examples: [String] = [], action: @escaping Action
    ) {
        self.name = name
        self.summary = summary
        self.arguments = arguments
        self.options = options + [Option("help", nil, "Show this text.")]
        self.examples = examples
        self.action = action
    }

    var help: String {
        var usage = "keepsight " + name
        for argument in arguments { usage += argument.isRequired ? " \(argument.name)" : " [\(argument.name)]" }
        usage += " [options]"
        var lines = [summary, "", "Usage: \(usage)"]
        let left = arguments.map(\.name) + options.map { "--\($0.name)" + ($0.value.map { " \($0)" } ?? "") }
        let width = left.map(\.count).max() ?? 0
        if !arguments.isEmpty {
            lines += ["", "Arguments:"]
            lines += arguments.map { "  " + $0.name.padded(to: width) + "  " + $0.help }
        }
        lines += ["", "Options:"]
        lines += options.map {
            "  " + ("--\($0.name)" + ($0.value.map { " \($0)" } ?? "")).padded(to: width) + "  " + $0.help
        }
        if !examples.isEmpty { lines += ["", "Examples:"] + examples.map { "  " + $0 } }
        return lines.joined(separator: "\n")
    }
}

/// A command line that fits its command.
struct Invocation: Sendable {
    var positional: [String] = []
    /// By option, in the order in which they were given.
    var values: [String: [String]] = [:]
    var flags: Set<String> = []
    let environment: [String: String]

    func has(_ flag: String) -> Bool { flags.contains(flag) }
    /// An option's value; of several the last.
    func value(_ option: String) -> String? { values[option]?.last }

    /// Every value of an option that may be given several times.
    func all(_ option: String) -> [String] { values[option] ?? [] }

    /// A whole number within a range, or the default.
    func number(_ option: String, default standard: Int, in range: ClosedRange<Int>) throws(UsageError) -> Int {
        guard let text = value(option) else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError("--\(option) takes a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }
}

/// A command line that does not fit, and what would.
struct UsageError: Error, Sendable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Reads the words after the command's name: pure.
struct ArgumentReader {
    let command: Command

    func read(_ words: [String], environment: [String: String]) throws(UsageError) -> Invocation {
        var invocation = Invocation(environment: environment)
        var rest = words[...]
        var takesOptions = true
        while let word = rest.popFirst() {
            if takesOptions, word == "--" {
                takesOptions = false
            } else if takesOptions, word.hasPrefix("--") {
                try option(String(word.dropFirst(2)), &rest, &invocation)
            } else {
                invocation.positional.append(word)
            }
        }
        if invocation.has("help") { return invocation }
        let required = command.arguments.filter(\.isRequired)
        if invocation.positional.count < required.count {
            throw UsageError(
                "Give \(required[invocation.positional.count].name): \(required[invocation.positional.count].help)")
        }
        if invocation.positional.count > command.arguments.count {
            throw UsageError("'\(invocation.positional[command.arguments.count])' is one argument too many.")
        }
        return invocation
    }

    private func option(_ text: String, _ rest: inout ArraySlice<String>, _ invocation: inout Invocation)
        throws(UsageError)
    {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        let name = parts.first ?? ""
        guard let option = command.options.first(where: { $0.name == name }) else {
            let near = nearest(name, command.options.map(\.name))
            throw UsageError("There is no option --\(name)." + (near.map { " Did you mean --\($0)?" } ?? ""))
        }
        guard option.value != nil else {
            guard parts.count == 1 else { throw UsageError("--\(name) takes no value.") }
            invocation.flags.insert(name)
            return
        }
        guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
            throw UsageError("--\(name) needs a value: \(option.help)")
        }
        invocation.values[name, default: []].append(value)
    }
}

/// The candidate that is at most three edits away.
func nearest(_ word: String, _ candidates: [String]) -> String? {
    func distance(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (place, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = place + 1
            for (column, other) in right.enumerated() {
                let above = row[column + 1]
                row[column + 1] = min(above + 1, row[column] + 1, diagonal + (character == other ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
    let near = candidates.map { (name: $0, edits: distance(Array(word), Array($0))) }.min { $0.edits < $1.edits }
    return near.flatMap { $0.edits <= 3 ? $0.name : nil }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
