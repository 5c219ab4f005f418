import Foundation
import Safeguarding
import Testing

@testable import Policy

/// What a policy may say and what not, to the last value of each; and that each of its settings is its own.
struct BoundsTests {
    struct Bound: Sendable, CustomTestStringConvertible {
        let file: String
        /// What stands in the sample.
        let old: String
        let allowed: [String]
        let refused: [String]
        var rule = "out-of-range"

        var testDescription: String { "\(file), \(old)" }
    }

    private static func steps(_ count: Int) -> String {
        (1...count).map { "  - { workingDays: \($0), stages: [1] }\n" }.joined()
    }

    private static let acknowledgement = """
          - { workingDays: 1, stages: [1] }
          - { workingDays: 2, stages: [2] }
          - { workingDays: 3, stages: [3], businessUnit: true }

        """

    /// What the sample's highest stage ends with.
    private static let topStage = "    alsoTold: [business-unit, all-parties]\n"

    /// The end of a ladder with more stages than the sample has.
    private static func stages(_ numbers: ClosedRange<Int>) -> String {
        numbers.map { number in
            "  - { stage: \(number), challenger: a, decider: b, standard: { workingDays: 1 }, urgent: { hours: 1 } }\n"
        }.joined()
    }

    static let bounds = [
        Bound(
            file: "clocks.yaml", old: "challengeWindow: { workingDays: 5 }",
            allowed: [
                "minutes: 1", "minutes: 10000", "hours: 1", "hours: 1000", "workingMinutes: 1", "workingMinutes: 10000",
                "workingHours: 1", "workingHours: 1000", "workingDays: 1", "workingDays: 100", "months: 1",
                "months: 60",
            ].map { "challengeWindow: { \($0) }" },
            refused: [
                "minutes: 0", "minutes: 10001", "hours: 0", "hours: 1001", "workingMinutes: 0", "workingMinutes: 10001",
                "workingHours: 0", "workingHours: 1001", "workingDays: 0", "workingDays: 101", "months: 0",
                "months: 61",
            ].map { "challengeWindow: { \($0) }" }),
        Bound(
            file: "clocks.yaml", old: "practiceHour: 17", allowed: ["practiceHour: 12", "practiceHour: 20"],
            refused: ["practiceHour: 11", "practiceHour: 21"]),
        Bound(
            file: "clocks.yaml", old: "openingHour: 9", allowed: ["openingHour: 6", "openingHour: 11"],
            refused: ["openingHour: 5", "openingHour: 12"]),
        Bound(
            file: "clocks.yaml", old: "upToStage: 3", allowed: ["upToStage: 2", "upToStage: 5"],
            refused: ["upToStage: 1", "upToStage: 6"]),
        Bound(
            file: "notices.yaml", old: "workingDays: 3, stages: [3]", allowed: ["workingDays: 100, stages: [3]"],
            refused: ["workingDays: 101, stages: [3]", "workingDays: 0, stages: [3]"]),
        Bound(
            file: "notices.yaml", old: "workingDays: 3, stages: [3]", allowed: [],
            refused: ["workingDays: 2, stages: [3]", "workingDays: 1, stages: [3]"], rule: "acknowledgement-order"),
        Bound(
            file: "notices.yaml", old: acknowledgement, allowed: [steps(1), steps(9)], refused: [steps(10), "  []\n"],
            rule: "acknowledgement-empty"),
        Bound(
            file: "notices.yaml", old: "minutes: 1 }", allowed: ["minutes: 1440 }"],
            refused: ["minutes: 0 }", "minutes: 1441 }"]),
        Bound(
            file: "notices.yaml", old: "hours: 2 }", allowed: ["hours: 1 }", "hours: 1000 }"],
            refused: ["hours: 0 }", "hours: 1001 }"]),
        Bound(
            file: "notices.yaml", old: "  - { workingDays: 1 }", allowed: ["  - { workingDays: 30 }"],
            refused: ["  - { workingDays: 0 }", "  - { workingDays: 31 }"]),
        Bound(
            file: "notices.yaml", old: "  - { minutes: 1 }\n",
            allowed: [String(repeating: "  - { minutes: 1 }\n", count: 16)],
            refused: [String(repeating: "  - { minutes: 1 }\n", count: 17)], rule: "retries-count"),
        Bound(
            file: "notices.yaml", old: "gatherMinutes: 10", allowed: ["gatherMinutes: 0", "gatherMinutes: 240"],
            refused: ["gatherMinutes: -1", "gatherMinutes: 241", "gatherMinutes: ten"]),
        Bound(
            file: "notices.yaml", old: "\"08:30\"", allowed: ["\"06:00\"", "\"20:00\"", "12:59"],
            refused: [
                "\"05:59\"", "\"20:01\"", "\"08:60\"", "\"8:30\"", "\"08:30:00\"", "\"0830\"", "\"+8:30\"", "morning",
            ], rule: "digest-time"),
        Bound(file: "ladders/default.yaml", old: "stage: 1\n", allowed: [], refused: ["stage: 0\n"]),
        Bound(
            file: "ladders/default.yaml", old: "stage: 5\n", allowed: [], refused: ["stage: 6\n"], rule: "ladder-gap"),
        Bound(file: "ladders/default.yaml", old: "stage: 5\n", allowed: [], refused: ["stage: 11\n"]),
        Bound(
            file: "ladders/default.yaml", old: topStage, allowed: [stages(6...10)], refused: [stages(6...11)]),
        Bound(
            file: "ladders/west-yorkshire.yaml", old: "contact: 4", allowed: ["contact: 1", "contact: 5"],
            refused: ["contact: 0", "contact: 6"]),
        Bound(
            file: "ladders/west-yorkshire.yaml", old: "stages: [1, 5]",
            allowed: ["stages: [1, 2]", "stages: [5, 6]", "stages: [1, 6]"],
            refused: [
                "stages: [0, 5]", "stages: [1, 1]", "stages: [5, 1]", "stages: [1, 7]", "stages: [1]", "stages: [a, b]",
            ],
            rule: "limit-stages"),
    ]

    @Test("Lost or wrong bytes: each bound of a policy takes its last value and refuses the next", arguments: bounds)
    func bound(_ bound: Bound) throws {
        func problems(_ new: String) throws -> [String] {
            try PolicyTests.problems(bound.file) { text in
                #expect(text.contains(bound.old))
                return text.replacingOccurrences(of: bound.old, with: new, range: text.range(of: bound.old))
            }.map(\.rule)
        }
        for new in bound.allowed { #expect(try problems(new) == [], "\(new)") }
        for new in bound.refused { #expect(try problems(new).contains(bound.rule), "\(new)") }
    }

    @Test("Lost or wrong bytes: a ladder has its stages from 1 to its top and none beyond; one without any is refused")
    func ladder() throws {
        let policy = try Policy.load(directory: PolicyTests.sample)
        for ladder in policy.ladders.values {
            #expect(ladder.top == ladder.stages.count)
            #expect((0...ladder.top + 1).map { ladder[$0]?.number } == [nil] + (1...ladder.top).map { $0 } + [nil])
        }
        let problems = try PolicyTests.problems("ladders/sefton.yaml") { text in
            text.components(separatedBy: "stages:")[0] + "stages: []\n"
        }
        #expect(problems.map(\.rule) == ["ladder-empty"])
    }

    /// The sample's clocks with a length of its own for each.
    private static let lengths = [
        ("screeningDecision: { workingDays: 1 }", "screeningDecision: { hours: 5 }"),
        ("amber: { workingDays: 1 }", "amber: { hours: 7 }"),
        ("challengeWindow: { workingDays: 5 }", "challengeWindow: { workingDays: 6 }"),
        ("reconvenedDiscussion: { workingDays: 1 }", "reconvenedDiscussion: { hours: 8 }"),
        ("every: { workingDays: 1 }", "every: { hours: 9 }"),
        ("conferenceRequest: { workingDays: 5 }", "conferenceRequest: { workingDays: 7 }"),
        ("informationRequest: { workingDays: 2 }", "informationRequest: { workingDays: 8 }"),
        ("followThrough: { workingDays: 1 }", "followThrough: { hours: 10 }"),
        ("arbitration: { workingDays: 5 }", "arbitration: { workingDays: 9 }"),
        ("consultationWaits: { workingDays: 10 }", "consultationWaits: { workingDays: 11 }"),
        ("section-47: { workingDays: 10 }", "section-47: { workingDays: 12 }"),
        ("child-protection-plan: { workingDays: 10 }", "child-protection-plan: { workingDays: 13 }"),
        ("grace: { workingDays: 10 }", "grace: { workingDays: 14 }"),
    ]

    @Test("Lost or wrong bytes: each setting of a policy is its own, and none takes another's length")
    func settings() throws {
        let folder = NSTemporaryDirectory() + "keepsight-policy-" + UUID().uuidString
        try FileManager.default.copyItem(atPath: PolicyTests.sample, toPath: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var text = try String(contentsOfFile: folder + "/clocks.yaml", encoding: .utf8)
        for (old, new) in Self.lengths {
            #expect(text.contains(old))
            text = text.replacingOccurrences(of: old, with: new, range: text.range(of: old))
        }
        try text.write(toFile: folder + "/clocks.yaml", atomically: true, encoding: .utf8)
        let policy = try Policy.load(directory: folder)
        let expected: [(ClockSetting, ClockLength?)] = [
            (.screeningDecision, .hours(5)), (.rating(.red), .hours(4)), (.rating(.amber), .hours(7)),
            (.rating(.green), .workingDays(3)), (.challengeWindow, .workingDays(6)),
            (.reconvenedDiscussion, .hours(8)), (.overdueDecision, .hours(9)), (.conferenceRequest, .workingDays(7)),
            (.informationRequest, .workingDays(8)), (.followThrough, .hours(10)), (.arbitration, .workingDays(9)),
            (.consultationWaits, .workingDays(11)), (.noProgress(.section47), .workingDays(12)),
            (.noProgress(.childProtectionPlan), .workingDays(13)), (.noProgress(.section17), .workingDays(20)),
            (.noProgress(.earlyHelp), .hours(672)), (.noProgress(.universal), nil),
            (.attestation(.every), .months(12)), (.attestation(.first), .workingDays(20)),
            (.attestation(.grace), .workingDays(14)), (.acknowledgement(step: 1), .workingDays(1)),
            (.acknowledgement(step: 2), .workingDays(2)), (.acknowledgement(step: 3), .workingDays(3)),
            (.acknowledgement(step: 4), nil),
            (.stage(ladder: "default", number: 1, isUrgent: false, side: .decider), .workingDays(1)),
            (.stage(ladder: "default", number: 1, isUrgent: true, side: .decider), .hours(2)),
            (.stage(ladder: "sefton", number: 1, isUrgent: false, side: .challenger), .workingDays(2)),
            (.stage(ladder: "sefton", number: 1, isUrgent: false, side: .decider), .workingDays(5)),
            (.limit(ladder: "west-yorkshire", from: 1, isUrgent: false), .workingDays(5)),
            (.limit(ladder: "west-yorkshire", from: 1, isUrgent: true), .hours(24)),
            (.limit(ladder: "west-yorkshire", from: 2, isUrgent: true), nil),
        ]
        for (setting, length) in expected { #expect(policy.length(of: setting) == length, "\(setting.text)") }
        // Of several ladders each has its own.
        var lengths: Set<String> = []
        for ladder in policy.ladders.values {
            let found = ladder.stages.map {
                policy.length(of: .stage(ladder: ladder.name, number: $0.number, isUrgent: false, side: .decider))
            }
            #expect(found == ladder.stages.map(\.standard.decider))
            lengths.insert("\(found)")
        }
        #expect(lengths.count > 1)
    }

    @Test(
        "Lost or wrong bytes: which length is certainly the shorter one, also of two units",
        arguments: [
            (.hours(1), .hours(2), .hours(3)), (.workingDays(1), .workingDays(2), .workingDays(3)),
            (.months(1), .months(2), .months(3)), (.hours(23), .workingDays(1), .hours(24)),
            (.workingDays(1), .hours(25), .workingDays(2)), (.hours(671), .months(1), .hours(672)),
            (.months(1), .hours(745), .months(2)), (.workingDays(17), .months(1), .workingDays(18)),
            (.months(1), .workingDays(24), .months(2)), (.minutes(59), .hours(1), .minutes(60)),
            (.hours(1), .minutes(61), .hours(2)), (.workingMinutes(59), .workingMinutes(60), .workingMinutes(61)),
            (.workingMinutes(479), .workingDays(1), .workingMinutes(480)),
            (.workingDays(1), .workingMinutes(481), .workingDays(2)),
            (.workingMinutes(8639), .months(1), .workingMinutes(8640)),
            (.months(1), .workingMinutes(11_041), .months(2)), (.workingMinutes(20), .minutes(61), .workingMinutes(21)),
        ] as [(ClockLength, ClockLength, ClockLength)])
    func shorter(_ length: ClockLength, than other: ClockLength, butNot longer: ClockLength) {
        #expect(length.isShorter(than: other))
        #expect(!longer.isShorter(than: other))
        #expect(!other.isShorter(than: other))
    }
}
