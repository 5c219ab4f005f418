import Contracts
import Foundation
import ServiceRuntime
import TestSupport
import Testing

/// `keepsight dead-letters show`, as a process: what stood in a message may name people, so it is for whoever says who they
/// are and what for.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"))
struct DeadLettersShowTests {
    private struct Listed: Decodable { let letter: String }

    /// No JSON, so it cannot be read by anybody, and it names a child.
    private static let content = #"{"note":"Alma Testperson was not brought to 1 Sample Row"#
    /// Parts of it that must not be seen by the way.
    private static let secrets = ["Testperson", "Sample Row", "note"]

    /// Sends what cannot be read; the name of its letter.
    private func makeLetter(_ partnership: Partnership) async throws -> String {
        try await partnership.send(Array(Self.content.utf8), as: "police")
        _ = try await partnership.hear(atLeast: 1)
        try await partnership.settle()
        let list = try await partnership.keepsight(["dead-letters", "--all", "--json"]).text
        return try JSONDecoder().decode(Listed.self, from: Data(list.utf8)).letter
    }

    private func requests(_ partnership: Partnership, where condition: String = "true") async throws -> Int {
        try await partnership.database.count(
            "SELECT count(*) FROM referral_intake.operator_request WHERE \(condition)")
    }

    @Test("The list shows where a letter came from and why, and nothing that stood in it; show wants a purpose: 64")
    func headers() async throws {
        try await withPartnership { partnership in
            let letter = try await makeLetter(partnership)
            for words in [["list", "--all"], ["list", "--all", "--json"]] {
                let shown = try await partnership.keepsight(["dead-letters"] + words)
                #expect(shown.status == 0, "\(words)")
                #expect(shown.text.contains(letter) && shown.text.contains("unreadable"), "\(shown.text)")
                for secret in Self.secrets { #expect(!shown.text.contains(secret), "\(words): \(shown.text)") }
            }
            // Nobody waits behind it, so it is nothing that somebody has to see to.
            let open = try await partnership.keepsight(["dead-letters"])
            #expect(open.status == 0 && open.text.contains("There are no open dead letters."), "\(open.text)")
            #expect(open.text.contains("1 letter is settled, or nobody waits for it"), "\(open.text)")
            for words in [[], ["--by", "Sam Example, operator"]] {
                let advice = try await partnership.keepsight(["dead-letters", "show", letter] + words)
                #expect(advice.status == ExitStatus.usage.rawValue, "\(advice.text)")
                #expect(advice.text.contains("Give --purpose and --by"), "\(advice.text)")
            }
            #expect(try await requests(partnership) == 0, "there was nothing to put on record")
        }
    }

    @Test(
        "For a purpose and a name it shows the content, and who looked and what for is on record; without it, nothing")
    func content() async throws {
        try await withPartnership { partnership in
            let show = ["dead-letters", "show", try await makeLetter(partnership), "--purpose", "ticket 12"]
            for nobody in [[], ["--by", ""], ["--by", "admin"]] {
                let refused = try await partnership.keepsight(show + nobody)
                #expect(refused.status == ExitStatus.usage.rawValue, "\(refused.text)")
                #expect(refused.text.contains("Give --by with a person's name in full"), "\(refused.text)")
                #expect(!refused.text.contains("Testperson"))
            }
            let named = show + ["--by", "Sam Example, operator"]
            // Who cannot be put on record sees nothing.
            try await partnership.database.onServer(
                "ALTER DATABASE \(partnership.database.name) SET default_transaction_read_only = on")
            let unrecorded = try await partnership.keepsight(named)
            #expect(unrecorded.status == ExitStatus.unavailable.rawValue, "\(unrecorded.text)")
            #expect(!unrecorded.text.contains("Testperson"))
            try await partnership.database.onServer(
                "ALTER DATABASE \(partnership.database.name) RESET default_transaction_read_only")
            #expect(try await requests(partnership) == 0)

            let shown = try await partnership.keepsight(named)
            #expect(shown.status == 0)
            #expect(shown.text == Self.content + "\n")
            let onRecord = """
                action = 'show' AND requested_by = 'Sam Example, operator' AND reason = 'ticket 12' AND outcome = 'shown'
                    AND requested_at <= done_at + interval '1 second' AND household IS NULL
                """
            #expect(try await requests(partnership, where: onRecord) == 1)
            #expect(try await requests(partnership) == 1)
        }
    }

    private static let household = "00000000-0000-4000-8000-000000000001"

    /// A household that waits in the notifier behind a message whose letter has left its topic, with one behind it.
    private func park(_ partnership: Partnership) async throws -> String {
        let topic = partnership.topics.facts.name
        try await partnership.database.run(
            """
            INSERT INTO notifier.parked_household (household, parked_at, code, reason, topic, partition, message_offset)
            VALUES ('\(Self.household)', now() - interval '100 days', 'poison', 'Made for a test.', '\(topic)', 3, 17);
            INSERT INTO notifier.parked_message (household, topic, partition, message_offset, key, value, headers, failed)
            VALUES ('\(Self.household)', '\(topic)', 3, 17, NULL, convert_to('\(Self.content)', 'UTF8'), '{}', true)
            """)
        return "notifier/\(topic)/3/17"
    }

    @Test("Who waits behind a letter that has left its topic is listed, shown and released all the same")
    func expired() async throws {
        try await withPartnership { partnership in
            let letter = try await park(partnership)
            for words in [["list"], ["list", "notifier", "--json"]] {
                let shown = try await partnership.keepsight(["dead-letters"] + words)
                #expect(
                    shown.status == 0 && shown.text.contains(letter) && shown.text.contains("poison"), "\(shown.text)")
                #expect(!shown.text.contains("Testperson"))
            }
            let by = ["--by", "Sam Example, operator"]
            let content = try await partnership.keepsight(
                ["dead-letters", "show", letter, "--purpose", "ticket 12"] + by)
            #expect(content.text == Self.content + "\n")
            let settled = try await partnership.keepsight(
                ["dead-letters", "discard", letter, "--reason", "a test"] + by)
            #expect(settled.status == 0 && settled.text.contains("released: 1 message handled"), "\(settled.text)")
            let list = try await partnership.keepsight(["dead-letters", "list"])
            #expect(list.text.contains("There are no open dead letters."), "\(list.text)")
            let again = try await partnership.keepsight(
                ["dead-letters", "discard", letter, "--reason", "a test"] + by)
            #expect(again.status != 0, "\(again.text)")
            // What was asked for with something else in mind stands.
            let late = try await partnership.keepsight(
                ["dead-letters", "withdraw", "notifier/2", "--reason", "a slip"] + by)
            #expect(late.status == 1 && late.text.contains("cannot be withdrawn: released"), "\(late.text)")
        }
    }

    @Test("edit hands over what our readers take: else 65 with path and reason, and nothing is asked; --force asks")
    func edited() async throws {
        try await withPartnership { partnership in
            let letter = try await park(partnership)
            let file = NSTemporaryDirectory() + "keepsight-edit-\(UUID().uuidString).json"
            defer { try? FileManager.default.removeItem(atPath: file) }
            try #"{"specversion":"1.0","id":"x"}"#.write(toFile: file, atomically: true, encoding: .utf8)
            let edit = [
                "dead-letters", "edit", letter, "--file", file, "--by", "Sam Example, operator", "--reason", "a test",
            ]
            let refused = try await partnership.keepsight(edit)
            #expect(refused.status == ExitStatus.data.rawValue, "\(refused.text)")
            #expect(refused.text.contains("/type: ") && refused.text.contains("--force"), "\(refused.text)")
            let asked = "SELECT count(*) FROM notifier.operator_request WHERE action = 'edit'"
            #expect(try await partnership.database.count(asked) == 0)
            let forced = try await partnership.keepsight(edit + ["--force"])
            #expect(forced.status == 1 && forced.text.contains("stuck again"), "\(forced.text)")
            #expect(try await partnership.database.count(asked) == 1)
            // Twice on its topic by now, once on the list, with what was tried.
            let list = try await partnership.keepsight(["dead-letters", "--json"])
            #expect(list.text.split(separator: "\n").count == 1, "\(list.text)")
            #expect(list.text.contains("\"state\":\"open\"") && list.text.contains("stuck-again"), "\(list.text)")
        }
    }

    @Test("trial A7: while the service is away, the command ends, says how to look later, and takes the request back")
    func withdrawn() async throws {
        try await withPartnership { partnership in
            let letter = try await park(partnership)
            try await partnership.stop("notifier")
            let by = ["--by", "Sam Example, operator", "--reason", "a test"]
            let waiting = try await partnership.keepsight(["dead-letters", "discard", letter] + by, seconds: 120)
            #expect(waiting.status == ExitStatus.unavailable.rawValue, "\(waiting.text)")
            let request = "notifier/1"
            #expect(waiting.text.contains("dead-letters withdraw \(request)"), "\(waiting.text)")
            let open = try await partnership.keepsight(["dead-letters", "requests", "notifier"])
            #expect(open.text.contains(request) && open.text.contains("open"), "\(open.text)")
            for _ in 0..<2 {
                let taken = try await partnership.keepsight(["dead-letters", "withdraw", request] + by)
                #expect(taken.status == 0 && taken.text.contains("withdrawn by Sam Example"), "\(taken.text)")
            }
            let none = try await partnership.keepsight(["dead-letters", "withdraw", "notifier/99"] + by)
            #expect(none.status != 0 && none.text.contains("There is no request"), "\(none.text)")
            let listed = try await partnership.keepsight(["dead-letters", "list", "notifier"])
            #expect(listed.text.contains(letter), "nothing has been done with it")
        }
    }
}
