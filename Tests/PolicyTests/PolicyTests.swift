import Foundation
import Policy
import Safeguarding
import Testing

/// The sample partnership's policy, and what happens to it when somebody breaks it.
struct PolicyTests {
    static let sample = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("deploy/policy").path

    /// The problems of the sample policy with one file changed.
    static func problems(_ file: String, _ change: (String) -> String) throws -> [PolicyProblem] {
        let folder = NSTemporaryDirectory() + "keepsight-policy-" + UUID().uuidString
        try FileManager.default.copyItem(atPath: sample, toPath: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
        try change(text).write(toFile: folder + "/" + file, atomically: true, encoding: .utf8)
        do throws(PolicyError) {
            _ = try Policy.load(directory: folder)
            return []
        } catch {
            return error.problems
        }
    }

    @Test(
        "R15: an arbiter is an agency of the partnership, and none of those who decide",
        arguments: ["nobody", "csc", "mash"])
    func arbiter(_ code: String) throws {
        let problems = try PolicyTests.problems("policy.yaml") {
            $0.replacingOccurrences(of: "arbiter: business-unit", with: "arbiter: \(code)")
        }
        #expect(problems.map(\.rule) == ["arbiter"] && problems.allSatisfy { $0.line > 5 })
        let policy = try Policy.load(directory: PolicyTests.sample)
        #expect(policy.arbiters.map(\.text) == ["business-unit", "business-unit", "mash"])
    }

    @Test("The sample policy loads, with its agencies")
    func sampleLoads() throws {
        let policy = try Policy.load(directory: PolicyTests.sample)
        #expect(
            policy.agencies.codes.map(\.text) == [
                "business-unit", "csc", "early-help", "gp-riverside", "health-visiting", "housing", "mash", "police",
                "school-hill",
            ])
        #expect(policy.agencies.hub.text == "mash")
        #expect(policy.clocks.screeningDecision == .workingDays(1))
    }

    @Test(
        "Each rule names file, line and rule",
        arguments: [
            ("agencies.yaml", "kind: hub", "kind: police", "one-hub"),
            ("agencies.yaml", "kind: childrens-social-care", "kind: other", "social-care"),
            ("agencies.yaml", "kind: business-unit", "kind: other", "one-business-unit"),
            ("agencies.yaml", "code: mash", "code: MASH", "agency-code"),
            ("agencies.yaml", "code: mash", "code: csc", "duplicate-agency"),
            ("agencies.yaml", "kind: hub", "kind: hubb", "agency-kind"),
            ("agencies.yaml", "stage: 5", "stage: 4", "contact-for-each-stage"),
            ("agencies.yaml", "    managerRoles:", "    managerRole:", "unknown-key"),
            (
                "clocks.yaml", "screeningDecision: { workingDays: 1 }", "screeningDecision: { workingDays: 2 }",
                "beyond-statutory-limit"
            ),
            ("clocks.yaml", "amber: { workingDays: 1 }", "amber: { workingDays: 3 }", "beyond-statutory-limit"),
            ("clocks.yaml", "red: { hours: 4 }", "red: { hours: 4, workingDays: 1 }", "clock-length"),
            ("clocks.yaml", "practiceHour: 17", "practiceHour: 3", "out-of-range"),
            ("calendar.yaml", "changes: []", "changes: [{ title: a, date: 2026-01-03 }]", "holiday-on-weekend"),
            (
                "calendar.yaml", "changes: []",
                "changes: [{ title: a, date: 2026-02-03 }, { title: b, date: 2026-02-03 }]", "duplicate-holiday"
            ),
            ("calendar.yaml", "changes: []", "changes: [{ title: a, date: 2026-04-31 }]", "invalid-date"),
            ("calendar.yaml", "changes: []", "changes: [{ title: a, insteadOf: x }]", "invalid-date"),
            ("calendar.yaml", "changes: []", "changes: [{ title: a }]", "missing-key"),
            ("calendar.yaml", "division: england-and-wales", "division: england", "unknown-division"),
            ("calendar.yaml", "published: bank-holidays.json", "published: nowhere.json", "missing-file"),
            ("calendar.yaml", "warnDays: 180", "warnDays: 29", "out-of-range"),
            ("bank-holidays.json", "\"2026-01-01\"", "\"2026-01-03\"", "holiday-on-weekend"),
            ("bank-holidays.json", "\"2026-04-03\"", "\"2026-01-01\"", "duplicate-holiday"),
            ("bank-holidays.json", "\"2026-04-03\"", "\"2026-04-31\"", "invalid-date"),
            ("bank-holidays.json", "\"2026-04-03\"", "20260403", "invalid-date"),
            ("bank-holidays.json", "\"title\": \"Good Friday\"", "\"title\": 1", "wrong-type"),
            ("bank-holidays.json", "\"Good Friday\"", "\"A Friday\"", "calendar-hole"),
            ("bank-holidays.json", "\"events\": [", "\"events\": [,", "not-json"),
            ("bank-holidays.json", "\"events\": [", "\"days\": [", "wrong-type"),
            ("bank-holidays.json", "\"england-and-wales\": {", "\"wales\": {", "unknown-division"),
            ("ladders/default.yaml", "stage: 3", "stage: 4", "ladder-gap"),
            ("ladders/default.yaml", "    decider: team manager\n", "", "stage-without-role-holder"),
            ("ladders/default.yaml", "urgent: { hours: 2 }", "urgent: { workingDays: 2 }", "urgent-is-longer"),
            ("ladders/default.yaml", "[line-managers]", "[managers]", "also-told"),
            ("ladders/sefton.yaml", "ladder: sefton", "ladder: york", "ladder-name"),
            (
                "ladders/sefton.yaml", "standard: { workingDays: 4 }", "standard: { decider: { hours: 4 } }",
                "missing-key"
            ),
            (
                "ladders/sefton.yaml", "{ workingDays: 4 }", "{ decider: { hours: 4 }, both: { hours: 4 } }",
                "unknown-key"
            ),
            ("ladders/sefton.yaml", "challenger: { workingDays: 2 }", "challenger: { hours: 2 }", "urgent-is-longer"),
            ("ladders/west-yorkshire.yaml", "stages: [1, 5]", "stages: [1, 7]", "limit-stages"),
            ("ladders/west-yorkshire.yaml", "urgent: { hours: 24 }", "urgent: { workingDays: 6 }", "urgent-is-longer"),
            (
                "ladders/west-yorkshire.yaml", "limits:",
                "limits:\n  - { stages: [5, 6], standard: { workingDays: 5 }, urgent: { hours: 24 } }", "limit-overlap"
            ),
            ("ladders/west-yorkshire.yaml", "{ chair: independent scrutineer }", "{}", "meeting-without-chair"),
            ("ladders/west-yorkshire.yaml", "enteredBy: [challenger, decider]", "enteredBy: [silence]", "entered-by"),
            ("ladders/west-yorkshire.yaml", "enteredBy: [challenger, decider]", "enteredBy: []", "entered-by"),
            (
                "ladders/west-yorkshire.yaml", "words: \"Step 1: practitioners speak with each other\"",
                "enteredBy: [challenger]", "entered-by"
            ),
            ("ladders/west-yorkshire.yaml", "{ role: independent scrutineer }", "{ role: nobody }", "told-role"),
            ("ladders/west-yorkshire.yaml", "{ role: independent scrutineer }", "{ post: nobody }", "also-told"),
            ("ladders/west-yorkshire.yaml", "title: W", "arbiter: nobody\ntitle: W", "unknown-agency"),
            ("ladders/west-yorkshire.yaml", "title: W", "arbiter: A B\ntitle: W", "agency-code"),
            ("ladders/default.yaml", "alsoTold: [business-unit, all-parties]", "closedBy: [decider]", "closed-by"),
            (
                "ladders/default.yaml", "alsoTold: [business-unit, all-parties]", "closedBy: [challenger]",
                "ladder-unfinished"
            ),
            ("ladders/default.yaml", "alsoTold: [line-managers]", "closedBy: [challenger, arbiter]", "closed-by"),
            ("clocks.yaml", "red: { hours: 4 }", "red: { workingHours: 9 }", "beyond-statutory-limit"),
            ("clocks.yaml", "red: { hours: 4 }", "red: { minutes: 961 }", "beyond-statutory-limit"),
            (
                "clocks.yaml", "consultationWaits: { workingDays: 10 }", "consultationWaits: { minutes: 59 }",
                "consultation-too-short"
            ),
            (
                "clocks.yaml", "consultationWaits: { workingDays: 10 }", "consultationWaits: { workingMinutes: 59 }",
                "consultation-too-short"
            ),
            (
                "policy.yaml", "ladder: default", "ladder: default\nsubjectLadders: { conference: york }",
                "unknown-ladder"
            ),
            ("policy.yaml", "ladder: default", "ladder: default\nsubjectLadders: { meeting: iro }", "unknown-key"),
            ("retention.yaml", "journal: { years: 35 }", "journal: { years: 36 }", "part-outlives-whole"),
            ("retention.yaml", "deliveries: { years: 8 }", "deliveries: { years: 36 }", "part-outlives-whole"),
            ("retention.yaml", "clockMoves: { years: 8 }", "clockMoves: { years: 9 }", "part-outlives-whole"),
            ("retention.yaml", "journal: { years: 35 }", "journal: { days: 90 }", "retention-too-short"),
            ("retention.yaml", "journal: { years: 35 }", "journal: { years: 35, days: 1 }", "retention-length"),
            ("retention.yaml", "journal: { years: 35 }", "journal: 35", "retention-length"),
            ("retention.yaml", "journal: { years: 35 }", "journal: { years: 350 }", "out-of-range"),
            ("retention.yaml", "deadLetters:", "deadLetter:", "unknown-key"),
            ("policy.yaml", "ladder: default", "ladder: york", "unknown-ladder"),
            ("policy.yaml", "version: ", "version: 1\nversion: ", "not-yaml"),
            ("policy.yaml", "version:", "versoin:", "unknown-key"),
            ("policy.yaml", "\"2026.1\"", "[", "not-yaml"),
        ])
    func rules(_ file: String, _ old: String, _ new: String, _ rule: String) throws {
        var line = 0
        let problems = try PolicyTests.problems(file) { text in
            line = text.components(separatedBy: old).first.map { $0.components(separatedBy: "\n").count } ?? 0
            return text.replacingOccurrences(of: old, with: new, range: text.range(of: old))
        }
        let hit = try #require(problems.first { $0.rule == rule }, "\(problems)")
        #expect(hit.file == file)
        // A rule about a whole list stands at the list's beginning; every other one where it is broken.
        if !["one-hub", "one-business-unit", "social-care"].contains(rule) {
            #expect(abs(hit.line - line) <= 5, "line \(hit.line), broken at \(line)")
        }
    }

    /// Files that would take a careless reader's time or memory, none larger than the limit.
    static let hostile: [(name: String, text: String, rule: String)] = [
        ("deep lists", String(repeating: "[", count: 1_000_000), "not-yaml"),
        ("deep mappings", String(repeating: "{a: ", count: 250_000), "not-yaml"),
        ("deep keys", String(repeating: "? ", count: 500_000), "not-yaml"),
        ("deep blocks", String(repeating: "- ", count: 500_000), "not-yaml"),
        ("aliases", "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n", "not-yaml"),
        ("a merge", "a: &a { x: 1 }\n<<: *a\n", "not-yaml"),
        ("an endless text", "version: " + String(repeating: "x", count: 1_000_000), "wrong-type"),
        ("an endless key", String(repeating: "x", count: 1_000_000) + ": 1", "not-yaml"),
        ("an open quote", "version: \"" + String(repeating: "\\x41", count: 250_000), "not-yaml"),
        ("many keys", (0..<100_000).map { "k\($0): 1\n" }.joined(), "unknown-key"),
        ("many documents", String(repeating: "---\n", count: 250_000), "not-yaml"),
        ("many comments", String(repeating: "#\n", count: 500_000), "not-yaml"),
        ("too large", String(repeating: "# comment\n", count: 200_000), "not-yaml"),
        ("nothing", "", "not-yaml"),
        ("no text", "\u{0}\u{1}", "not-yaml"),
    ]

    @Test("A hostile file is refused, in time", .timeLimit(.minutes(1)), arguments: hostile.map(\.name))
    func hostileFile(_ name: String) throws {
        let file = try #require(PolicyTests.hostile.first { $0.name == name })
        let problems = try PolicyTests.problems("policy.yaml") { _ in file.text }
        #expect(problems.contains { $0.file == "policy.yaml" && $0.rule == file.rule }, "\(problems.prefix(3))")
    }

    @Test("A folder in the place of a file is a sentence")
    func folderForFile() throws {
        let folder = NSTemporaryDirectory() + "keepsight-policy-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(
            atPath: folder + "/policy.yaml", withIntermediateDirectories: true)
        do throws(PolicyError) {
            _ = try Policy.load(directory: folder)
            Issue.record("loaded")
        } catch {
            #expect(error.problems.first?.rule == "missing-file")
        }
    }

    @Test("A missing file is a sentence")
    func missingFile() {
        #expect(throws: PolicyError.self) { try Policy.load(directory: "/nowhere") }
    }

    @Test(
        "Without any one line the policy loads or says why, and never crashes",
        arguments: [
            "agencies.yaml", "clocks.yaml", "calendar.yaml", "policy.yaml", "ladders/west-yorkshire.yaml",
        ])
    func everyLine(_ file: String) async throws {
        let count = try String(contentsOfFile: PolicyTests.sample + "/" + file, encoding: .utf8)
            .components(separatedBy: "\n").count
        for line in 0..<count {
            await Task.yield()
            let problems = try PolicyTests.problems(file) { text in
                var lines = text.components(separatedBy: "\n")
                lines.remove(at: line)
                return lines.joined(separator: "\n")
            }
            for problem in problems { #expect(problem.line >= 1 && !problem.message.isEmpty) }
        }
    }
}
