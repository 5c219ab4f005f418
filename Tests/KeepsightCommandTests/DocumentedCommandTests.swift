import Foundation
import TestSupport
import Testing

/// The commands that stand in the documents, held against the programs: whoever copies one must not be told that there is no
/// such option.
struct DocumentedCommandTests {
    @Test(
        "Every command in the documents has a subcommand and options that exist",
        .enabled(if: TestEnvironment.executables != nil, "needs executables: run deploy/test"))
    func commands() async throws {
        let documents = try Self.documents()
        var commands: Set<[String]> = []
        for document in documents {
            commands.formUnion(DocumentedCommands.read(try String(contentsOfFile: document, encoding: .utf8)))
        }
        #expect(commands.count > 30, "they are found where they stand")
        for command in commands.sorted(by: { $0.joined(separator: " ") < $1.joined(separator: " ") }) {
            let problem = try await Self.problem(with: command)
            #expect(problem == nil, "\(command.joined(separator: " ")): \(problem ?? "")")
        }
    }

    @Test(
        "A command that does not exist is found, and so is an option",
        .enabled(if: TestEnvironment.executables != nil, "needs executables: run deploy/test"),
        arguments: [
            "    keepsight matricks DECISION", "    keepsight matrix DECISION --all-of-it    # everything",
            "    keepsight dead-letters notifier", "say `deploy/run --never`",
            "    . .run/env && keepsight publish --now FILE",
        ])
    func wrong(_ text: String) async throws {
        let commands = DocumentedCommands.read(text)
        #expect(commands.count == 1)
        #expect(try await Self.problem(with: try #require(commands.first)) != nil)
    }

    @Test("Commands are read as a shell reads them, without comments, prompts and what is left out")
    func reading() {
        let text = """
            A `keepsight open` in the text, a `keepsight.receipt.accepted.v1` that is none, `deploy/README.md` neither.

                KAFKA_HOME=… keepsight claim ITEM --by 'Sam Example'   # one word
                keepsight topics apply      shows it
                source <(keepsight completion bash)

            ```sh
            . .run/env && keepsight services | less
            deploy/run --detach
            ```
            """
        #expect(
            DocumentedCommands.read(text) == [
                ["keepsight", "open"], ["keepsight", "claim", "ITEM", "--by", "Sam Example"],
                ["keepsight", "topics", "apply"], ["keepsight", "completion", "bash"], ["keepsight", "services"],
                ["deploy/run", "--detach"],
            ])
    }

    @Test("What the documents link to is there")
    func links() throws {
        for document in try Self.documents() {
            let text = try String(contentsOfFile: document, encoding: .utf8)
            let folder = URL(fileURLWithPath: document).deletingLastPathComponent()
            for match in text.matches(of: /\]\(([^)#:\s]+)(#[^)]*)?\)/) {
                let target = folder.appendingPathComponent(String(match.1)).path
                #expect(FileManager.default.fileExists(atPath: target), "\(document) links to \(match.1)")
            }
        }
    }

    /// What is wrong with a command; `nil` if nothing is. Asking for its help reads the words before, and does nothing.
    private static func problem(with command: [String]) async throws -> String? {
        let program = command[0]
        guard program.hasPrefix("deploy/") else {
            let child = try ServiceChild(
                program, arguments: Array(command.dropFirst()) + ["--help"], environment: ["PATH": "/usr/bin:/bin"])
            guard await child.ended(withinSeconds: 30) else { return "it does not end" }
            return child.ending.code == 0 ? nil : child.log
        }
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(
            atPath: TestEnvironment.project + "/" + program, isDirectory: &isFolder)
        // A folder that is mentioned is no command.
        if exists, isFolder.boolValue { return nil }
        guard let script = try? String(contentsOfFile: TestEnvironment.project + "/" + program, encoding: .utf8) else {
            return "there is no such script"
        }
        // What a script takes stands in the comment that it begins with, which is its help.
        let help = script.split(separator: "\n").prefix { $0.hasPrefix("#") }.joined(separator: "\n")
        let options = command.dropFirst().filter { $0.hasPrefix("--") }.map { String($0.prefix { $0 != "=" }) }
        let strange = options.filter { $0 != "--help" && !help.contains($0) }
        return strange.isEmpty ? nil : "its help knows no \(strange.joined(separator: ", "))"
    }

    private static func documents() throws -> [String] {
        let folders = [".github", "Services", "Shared", "Tests", "deploy"]
        let files = folders.flatMap { folder -> [String] in
            let paths = try? FileManager.default.subpathsOfDirectory(atPath: TestEnvironment.project + "/" + folder)
            return (paths ?? []).map { folder + "/" + $0 }
        }
        return (["README.md"] + files).filter { $0.hasSuffix(".md") }.map { TestEnvironment.project + "/" + $0 }
    }
}

/// The commands of ours in a document in Markdown.
enum DocumentedCommands {
    /// In the order in which they stand there, each as its words: those in blocks of code, and those between backquotes.
    static func read(_ document: String) -> [[String]] {
        var commands: [[String]] = []
        var isFenced = false
        for line in document.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isFenced.toggle()
            } else if isFenced || line.hasPrefix("    ") {
                commands += parts(of: line).compactMap(command)
            } else {
                let spans = line.split(separator: "`", omittingEmptySubsequences: false)
                for place in stride(from: 1, to: spans.count - 1, by: 2) {
                    commands += parts(of: spans[place]).compactMap(command)
                }
            }
        }
        return commands
    }

    /// What stands between `&&`, pipes and substitutions.
    private static func parts(of line: Substring) -> [Substring] {
        var rest = line
        while let separator = rest.firstRange(of: /&&|\||<\(|\$\(/) {
            let tail = rest[separator.upperBound...]
            return [rest[..<separator.lowerBound]] + parts(of: tail)
        }
        if rest.hasSuffix(")") { rest.removeLast() }
        return [rest]
    }

    /// The words of a command of ours; `nil` for anything else, and where the subcommand is a placeholder.
    private static func command(_ text: Substring) -> [String]? {
        var words = split(text)[...]
        while let first = words.first, first.contains(/^[A-Z_]+=/) { words.removeFirst() }
        guard let program = words.first, program.contains(/^(keepsight(-lab)?|deploy\/[a-z]+)$/) else { return nil }
        // A word without small letters is what the reader has to put there.
        if let subcommand = words.dropFirst().first, subcommand.contains(/^[A-Z…]+$/) { return nil }
        // Where it writes to or reads from is the shell's matter.
        return words.prefix { $0 != ">" && $0 != "<" }.filter { !$0.contains("…") && !$0.hasPrefix("[") }
    }

    /// As a shell takes them apart, up to a comment or to what stands in a second column.
    private static func split(_ text: Substring) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var spaces = 0
        for character in text.trimmingCharacters(in: .whitespaces) {
            if let open = quote {
                if character == open { quote = nil } else { word?.append(character) }
                continue
            }
            switch character {
            case " ":
                if let whole = word { words.append(whole) }
                word = nil
                spaces += 1
                if spaces > 1 { return words }
                continue
            case "#" where word == nil: return words
            case "'", "\"":
                quote = character
                word = word ?? ""
            case "\\" where word == nil: return words
            default: word = (word ?? "") + String(character)
            }
            spaces = 0
        }
        return words + [word].compactMap { $0 }
    }
}
