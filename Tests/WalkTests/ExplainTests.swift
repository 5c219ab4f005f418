import Contracts
import Foundation
import JSON
import KafkaClient
import PostgresClient
import Safeguarding
import TestSupport
import Testing

/// P6: a clock explains itself, and moves to another policy only when somebody asks for that by name.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"), .serialized)
struct ExplainTests {
    private func lines(_ text: String) throws -> [JSONValue] {
        try text.split(separator: "\n").filter { $0.hasPrefix("{") }
            .map { try JSONDocument(parsing: Array($0.utf8), limits: .event).root }
    }

    /// The sample policy with one more day off.
    private func policy(withHoliday day: String) throws -> String {
        let copy = NSTemporaryDirectory() + "keepsight-policy-" + UUID().uuidString
        try FileManager.default.copyItem(atPath: TestEnvironment.project + "/deploy/policy", toPath: copy)
        let file = copy + "/calendar.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.contains("changes: []"))
        try text.replacingOccurrences(of: "changes: []", with: "changes: [{ title: Proclaimed, date: \(day) }]").write(
            toFile: file, atomically: true, encoding: .utf8)
        return copy
    }

    @Test(
        "Issue 15.3: explain says for whom a decision waits, who has said what, what would let it go, and by which rule"
    )
    func decision() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 1)
            try await partnership.accept("decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
            _ = try await partnership.hear(atLeast: 2) { $0.notice?.kind == .consultationRequested }
            try await partnership.accept(
                "consultation.recorded", as: "csc",
                data: """
                    {"decisionId":"D1","decidedBy":"csc","version":1,"agency":"police",\
                    "consulted":{"name":"Pat Example","role":"sergeant"},"at":"2026-01-05T10:00:00Z","view":"support",\
                    "note":"On the telephone."}
                    """)
            let told = try await partnership.hear(atLeast: 1) { $0.notice?.kind == .consultationRecorded }
            #expect(told.first?.notice?.body.views.first?.note == "On the telephone.")
            try await partnership.settle()
            let (status, text) = try await partnership.keepsight(["explain", "D1"])
            #expect(status == 0)
            for part in [
                "Decision D1 of Sampleshire Children's Social Care, version 1.",
                "from Section 47 enquiry to child in need (Section 17), proposed, not yet in effect",
                "Waits for the view of Sampleshire Police, Protecting Vulnerable People itself, asked on ",
                "Sampleshire Children's Social Care has recorded one for it, which it has not confirmed (R5)",
                "(R2, R4)",
                "it does not count until",
                "Note: On the telephone.", "It takes effect once no view is waited for and nobody objects (R4)",
                "(R20)",
            ] { #expect(text.contains(part), "\(part) in \(text)") }
            let (_, json) = try await partnership.keepsight(["explain", "D1", "--json"])
            let said = try #require(try lines(json).first)
            #expect(said["awaiting"]?.elements.map { $0["agency"]?.string } == ["health-visiting", "police"])
            let (_, matrix) = try await partnership.keepsight(["matrix", "D1"])
            let words = matrix.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(
                words.contains("Protecting Vulnerable People supports it: recorded by Sampleshire")
                    && words.contains("Note: On the telephone."))
        }
    }

    @Test(
        "A clock is listed, found by a beginning, and says from when, by which policy, what it skips and what happens then"
    )
    func explains() async throws {
        try await withPartnership { partnership in
            try await partnership.accept(
                "referral.made", as: "health-visiting", data: SampleEvents.referral(children: 1))
            let key = try await armed(partnership)
            let list = try await partnership.keepsight(["explain", "--kind", "screening-decision", "--json"])
            let listed = try lines(list.text)
            #expect(listed.map { $0["deadline"]?.string } == [key])
            let household = try #require(listed.first?["household"]?.string)
            #expect(
                try lines(try await partnership.keepsight(["explain", "--json", "--household", household]).text).count
                    == 1)
            let nobody = String(repeating: "0", count: 32)
            #expect(try await partnership.keepsight(["explain", "--household", nobody]).text.contains("No such clock"))
            #expect(
                try await partnership.keepsight(["explain", "--due-before", "2000-01-01"]).text.contains(
                    "No such clock"))

            // By a beginning of its name, and of what it is about.
            let (status, text) = try await partnership.keepsight(["explain", String(key.prefix(40))])
            #expect(status == 0)
            for part in [
                key, "set by   mash-screener", "runs     1 working day (clocks.screeningDecision)",
                "policy   version 2026.1",
                "skipped  ", "then     The referral is overdue (T1): the hub's contact of stage 2", ": in ",
            ] { #expect(text.contains(part), "\(part) in \(text)") }
            let about = try #require(key.split(separator: ":").last.map(String.init))
            // All but how long it is until then, which may be said in minutes.
            func lasting(_ text: String) -> [Substring] {
                text.split(separator: "\n").map { $0.split(separator: ": in ", maxSplits: 1)[0] }
            }
            #expect(lasting(try await partnership.keepsight(["explain", about]).text) == lasting(text))
            let json = try #require(try lines(try await partnership.keepsight(["explain", key, "--json"]).text).first)
            #expect(json["explanation"]?["setting"]?.string == "clocks.screeningDecision")
            #expect(json["late"]?.bool == false)

            let unknown = try await partnership.keepsight(["explain", "screening-decision:s1-none"])
            #expect(unknown.status == 1 && unknown.text.contains("No clock that is set begins with"))
        }
    }

    private func armed(_ partnership: Partnership) async throws -> String {
        while true {
            let connection = try await partnership.database.connect(schema: "mash_screener")
            let rows = try await connection.run(
                .init(name: "keys", "SELECT key FROM deadline WHERE key LIKE 'screening-decision:%'")
            ).rows
            let key = try rows.first?.text("key")
            await connection.close()
            if let key { return key }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    @Test(
        "P6: another calendar moves no clock by itself; asked for by name it moves, is journaled, and the queue shows it"
    )
    func reprojects() async throws {
        try await withPartnership { partnership in
            try await partnership.accept(
                "referral.made", as: "health-visiting", data: SampleEvents.referral(children: 1))
            let key = try await armed(partnership)
            let before = try #require(
                try lines(try await partnership.keepsight(["explain", key, "--json"]).text).first?["dueAt"]?.string)
            let changed = try policy(withHoliday: String(before.prefix(10)))
            defer { try? FileManager.default.removeItem(atPath: changed) }
            let environment = ["KEEPSIGHT_POLICY_DIR": changed]
            let reproject = [
                "reproject", "--kind", "screening-decision", "--by", "Sam Example, operator", "--reason",
                "A holiday was proclaimed.",
            ]

            // Shown, and nothing else.
            let dry = try await partnership.keepsight(
                ["reproject", "--kind", "screening-decision", "--dry-run", "--json"], environment)
            let moves = try lines(dry.text)
            #expect(dry.status == 0)
            #expect(moves.map { $0["deadline"]?.string } == [key])
            #expect(moves.first?["dueAt"]?.string == before)
            let after = try #require(moves.first?["wouldBeDueAt"]?.string)
            #expect(after > before)
            #expect(moves.first?["because"]?.elements.first?.string?.contains("is off (Proclaimed)") == true)
            #expect(try await due(key, partnership) == before)
            #expect(try await partnership.keepsight(["reproject"], environment).status == 64, "a name and a reason")

            // The service still runs with the old calendar, and refuses to move by one that it has not read.
            let early = try await partnership.keepsight(reproject, environment)
            #expect(early.status == 1 && early.text.contains("other policy"))
            try await partnership.restart("mash-screener", environment, failpoints: "")
            #expect(try await due(key, partnership) == before, "a start moves nothing")

            let moved = try await partnership.keepsight(reproject, environment)
            #expect(
                moved.status == 0 && moved.text.contains("mash-screener: reprojected: 1 clock moved"), "\(moved.text)")
            #expect(try await due(key, partnership) == after)
            let text = try await partnership.keepsight(["explain", key]).text
            #expect(text.contains("moved    from ") && text.contains(", on request "))
            #expect(text.contains("by Sam Example, operator: A holiday was proclaimed."))
            #expect(text.contains(": Proclaimed"))
            #expect(
                try await partnership.database.count(
                    "SELECT count(*) FROM mash_screener.clock_move WHERE key = '\(key)' AND due_before = '\(before)'")
                    == 1)
            try await partnership.settle()
            let item = try #require(try await partnership.queue().last?.value)
            #expect(String(decoding: item, as: UTF8.self).contains(#""dueAt":"\#(after)""#))
        }
    }

    private func due(_ key: String, _ partnership: Partnership) async throws -> String? {
        try lines(try await partnership.keepsight(["explain", key, "--json"]).text).first?["dueAt"]?.string
    }

    @Test("Every clock that is set in the walk of a decision and a referral says what happens when it falls due")
    func kinds() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 1)
            try await partnership.accept("decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
            _ = try await partnership.hear(atLeast: 4) { $0.isOfTheMatter }
            try await partnership.settle()
            let clocks = try lines(try await partnership.keepsight(["explain", "--json"]).text)
            let kinds = Set(clocks.compactMap { $0["kind"]?.string })
            #expect(kinds.isSuperset(of: ["screening-decision", "acknowledgement", "reconvened-discussion"]))
            for clock in clocks {
                #expect(clock["then"]?.string?.hasSuffix(".") == true, "\(clock["kind"]?.string ?? "")")
            }
            for clock in clocks {
                #expect(clock["explanation"]?["setting"]?.string != nil, "\(clock["kind"]?.string ?? "")")
            }
        }
    }
}
