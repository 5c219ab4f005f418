import CommandRuntime
import Safeguarding
import ServiceRuntime
import TestSupport
import Testing

@testable import KeepsightCommand

/// Who acts, and whom it is about, as every command reads it.
struct RecordedPersonTests {
    @Test("A person is given and family name, then what they are; a name alone, a role or a trick is nobody")
    func people() {
        let people = [
            "Sam Example, operator", " Zoë  Ó Example , hub manager ", "J. Example, GP", "李 小龙, 社工",
            "Sam Example, operator, nights",
        ]
        for person in people {
            #expect(NamedPerson(person)?.text == person.trimmed, "\(person)")
        }
        let whole = NamedPerson(people[1])
        #expect(whole?.name == "Zoë  Ó Example" && whole?.role == "hub manager")
        let longest = String(repeating: "x", count: 200)
        let nobodies = [
            "", " ", "admin", "operator, on duty", "Sam", "Sam 7", "1 2", "Sam Exa\u{1B}mple, x",
            "Sam Example, \(longest)", "Sam Example", "Sam Example,", "Sam Example, ", "Sam Example, 7",
            "Sam Example , , ",
        ]
        for nobody in nobodies {
            #expect(NamedPerson(nobody) == nil, "\(nobody)")
        }
    }

    private static let acts: [[String]] = [
        ["legal-hold", "set", "--all", "--reference", "Inquiry 1"],
        ["legal-hold", "lift", "--all", "--reference", "I 1"],
        ["do-not-notify", "set", "police", "a@b.example"], ["do-not-notify", "lift", "police", "a@b.example"],
        ["deliveries", "retry", "all"], ["reproject"], ["dead-letters", "release", "notifier/a/0/1"],
        ["dead-letters", "discard", "notifier/a/0/1"], ["dead-letters", "edit", "notifier/a/0/1"],
        ["dead-letters", "withdraw", "notifier/1"], ["positions", "repair", "notifier", "a", "0", "--from", "end"],
    ]

    @Test("Every command that puts somebody on record wants a person, before it asks anybody: 64", arguments: acts)
    func everyCommand(_ words: [String]) async throws {
        let environment = ["KEEPSIGHT_POLICY_DIR": TestEnvironment.project + "/deploy/policy"]
        for nobody in [[], ["--by", "admin"], ["--by", "Kim Example"]] {
            let status = await KeepsightCommand.program.run(
                words + nobody + ["--reason", "x"], environment: environment)
            #expect(status == .usage, "\(words) \(nobody)")
        }
        // With a person the next thing that is missing is a database.
        let named = await KeepsightCommand.program.run(
            words + ["--by", "Kim Example, hub manager", "--reason", "x"], environment: environment)
        #expect(named == .configuration || words.contains("edit"), "\(words)")
    }

    @Test("Who screens is a person as well, and so is who looks at a letter: 64 without what they are")
    func screening() async throws {
        let environment = ["KEEPSIGHT_POLICY_DIR": TestEnvironment.project + "/deploy/policy"]
        let item = "s1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"
        let acts = [
            ["claim", item], ["release", item], ["decide", item, "--outcome", "assessment", "--reason", "x"],
            ["dead-letters", "show", "notifier/a/0/1", "--purpose", "x"],
        ]
        for words in acts {
            for nobody in ["Kim Example", "Kim", "screener"] {
                let status = await KeepsightCommand.program.run(words + ["--by", nobody], environment: environment)
                #expect(status == .usage, "\(words) \(nobody)")
            }
            let named = await KeepsightCommand.program.run(
                words + ["--by", "Kim Example, screener"], environment: environment)
            #expect(named == .configuration, "\(words)")
        }
    }

    @Test("A household is 32 digits, with or without dashes, in whatever case; anything else is said to be none")
    func households() throws {
        let digits = "5f0c9d1e2a3b4c5d8e9f0a1b2c3d4e5f"
        for text in [digits, digits.uppercased(), "5f0c9d1e-2a3b-4c5d-8e9f-0a1b2c3d4e5f"] {
            #expect(try Invocation.household(text).text == digits)
        }
        for text in ["", "5f0c", digits + "0", "5f-0c9d1e2a3b4c5d8e9f0a1b2c3d4e5f", "x" + digits.dropFirst()] {
            #expect(throws: UsageError.self) { try Invocation.household(text) }
        }
    }

    @Test("What is counted is one thing or several")
    func counts() {
        #expect(counted(1, "message") == "1 message" && counted(0, "message") == "0 messages")
        #expect(counted(2, "delivery", "deliveries") == "2 deliveries")
    }
}
