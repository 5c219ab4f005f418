import ServiceRuntime
import Testing

@testable import CommandRuntime

/// The command line as people mistype it.
struct ArgumentTests {
    private let command = Command(
        "tell", "Tells.", arguments: [("AGENCY", "Whom.", true), ("FILE", "What.", false)],
        options: [.init("json", nil, "As JSON."), .init("wait", "SECONDS", "How long.")]
    ) { _ in .ok }

    private func read(_ words: String...) -> Result<Invocation, UsageError> {
        do throws(UsageError) {
            return .success(try ArgumentReader(command: command).read(words, environment: [:]))
        } catch {
            return .failure(error)
        }
    }

    private func complaint(_ result: Result<Invocation, UsageError>) -> String? {
        guard case .failure(let error) = result else { return nil }
        return error.description
    }

    @Test("Options before, between and after arguments, with = or a blank; -- ends them")
    func forms() throws {
        for result in [read("--json", "police", "--wait", "5"), read("police", "--wait=5", "--json")] {
            let invocation = try result.get()
            #expect(invocation.positional == ["police"])
            #expect(invocation.has("json"))
            #expect(try invocation.number("wait", default: 1, in: 1...10) == 5)
        }
        #expect(try read("--", "--json").get().positional == ["--json"])
    }

    @Test("Each mistake is a sentence that says what would fit")
    func mistakes() {
        #expect(complaint(read()) == "Give AGENCY: Whom.")
        #expect(complaint(read("a", "b", "c")) == "'c' is one argument too many.")
        #expect(complaint(read("a", "--jsn")) == "There is no option --jsn. Did you mean --json?")
        #expect(complaint(read("a", "--json=yes")) == "--json takes no value.")
        #expect(complaint(read("a", "--wait")) == "--wait needs a value: How long.")
        #expect(complaint(read("a", "--entirely-else")) == "There is no option --entirely-else.")
    }

    @Test("Numbers outside of their range are refused", arguments: ["0", "11", "x", "1.5", "99999999999999999999"])
    func numbers(_ text: String) throws {
        let invocation = try read("a", "--wait", text).get()
        #expect(throws: UsageError.self) { try invocation.number("wait", default: 1, in: 1...10) }
    }

    @Test("--help asks for nothing else")
    func help() throws {
        #expect(try read("--help").get().has("help"))
        #expect(command.help(called: "keepsight tell").contains("Usage: keepsight tell AGENCY [FILE] [options]"))
    }
}
