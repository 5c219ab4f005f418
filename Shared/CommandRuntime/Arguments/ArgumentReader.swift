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
                invocation.add(word)
            }
        }
        let isTooMany = invocation.positional.count > command.arguments.count
        // Asking for help asks for nothing else, but a command that does not exist has none.
        if isTooMany, command.arguments.isEmpty || !invocation.has("help") {
            throw surplus(invocation.positional[command.arguments.count])
        }
        if invocation.has("help") { return invocation }
        let required = command.arguments.filter(\.isRequired)
        if invocation.positional.count < required.count {
            throw UsageError(
                "Give \(required[invocation.positional.count].name): \(required[invocation.positional.count].help)")
        }
        return invocation
    }

    /// A word too many after a command that has others below it is one of their names, mistyped.
    private func surplus(_ word: String) -> UsageError {
        guard command.arguments.isEmpty, !command.subcommands.isEmpty else {
            return UsageError("'\(word)' is one argument too many.")
        }
        guard !command.subcommands.contains(where: { $0.name == word }) else {
            return UsageError("Give '\(word)' right behind '\(command.name)', and options after it.")
        }
        let near = nearest(word, command.subcommands.map(\.name)).map { " Did you mean '\($0)'?" } ?? ""
        return UsageError("'\(command.name)' has no command '\(word)'.\(near)")
    }

    private func option(_ text: String, _ rest: inout ArraySlice<String>, _ invocation: inout Invocation)
        throws(UsageError)
    {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = parts.first ?? ""
        guard let option = command.options.first(where: { $0.name == name }) else {
            let near = nearest(name, command.options.map(\.name))
            throw UsageError("There is no option --\(name)." + (near.map { " Did you mean --\($0)?" } ?? ""))
        }
        guard option.value != nil else {
            guard parts.count == 1 else { throw UsageError("--\(name) takes no value.") }
            invocation.add(flag: name)
            return
        }
        guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
            throw UsageError("--\(name) needs a value: \(option.help)")
        }
        invocation.add(value, of: name)
    }
}

/// The candidate that is at most three edits away.
public func nearest(_ word: String, _ candidates: [String]) -> String? {
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
