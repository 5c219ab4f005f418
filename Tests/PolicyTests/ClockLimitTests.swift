import Foundation
import Safeguarding
import Testing

@testable import Policy

/// No policy makes a clock longer than statute, or what the agencies were promised, lets it be.
struct ClockLimitTests {
    @Test(
        "T1: a clock beyond its limit is refused with file, line and source",
        arguments: [
            (
                "screeningDecision: { workingDays: 1 }", "screeningDecision: { workingDays: 2 }",
                "beyond-statutory-limit", "T1"
            ),
            (
                "screeningDecision: { workingDays: 1 }", "screeningDecision: { hours: 24 }", "beyond-statutory-limit",
                "T1"
            ),
            ("red: { hours: 4 }", "red: { hours: 17 }", "beyond-statutory-limit", "T1"),
            ("red: { hours: 4 }", "red: { workingDays: 2 }", "beyond-statutory-limit", "T1"),
            ("amber: { workingDays: 1 }", "amber: { workingDays: 3 }", "beyond-statutory-limit", "T1"),
            (
                "reconvenedDiscussion: { workingDays: 1 }", "reconvenedDiscussion: { workingDays: 2 }", "beyond-limit",
                "section 1.5"
            ),
        ])
    func beyond(_ old: String, _ new: String, _ rule: String, _ source: String) throws {
        var line = 0
        let problems = try PolicyTests.problems("clocks.yaml") { text in
            line = text.components(separatedBy: old)[0].components(separatedBy: "\n").count
            return text.replacingOccurrences(of: old, with: new)
        }
        #expect(problems.map(\.rule) == [rule])
        #expect(problems.first?.file == "clocks.yaml" && problems.first?.line == line)
        #expect(problems.first?.message.contains("(\(source)") == true, "\(problems)")
    }

    @Test(
        "Every limit is about a clock that the policy has",
        arguments: ClockLimit.all.map { $0.path.joined(separator: ".") })
    func known(_ path: String) {
        #expect(ClockSetting(text: "clocks." + path) != nil)
    }

    @Test(
        "As strict as the limit, or stricter, is allowed",
        arguments: ["{ workingDays: 1 }", "{ hours: 16 }", "{ hours: 1 }"])
    func within(_ length: String) throws {
        let problems = try PolicyTests.problems("clocks.yaml") {
            $0.replacingOccurrences(of: "screeningDecision: { workingDays: 1 }", with: "screeningDecision: " + length)
        }
        #expect(problems == [])
    }

    /// The guard's arithmetic, tried: hours that it lets through never end after the working day, whenever they begin.
    @Test("Hours that are allowed never fall due after the working days that are the limit", arguments: [8, 17, 20])
    func hours(_ practiceHour: Int) throws {
        let limit = ClockLimit.all[0]
        let longest = try #require((1...100).last { !limit.isExceeded(by: .hours($0), practiceHour: practiceHour) })
        var start = try #require(Instant(rfc3339: "2026-01-01T00:59:59Z"))
        var shortest = Int64.max
        for _ in 0..<(366 * 24) {
            let due = ClockLength.workingDays(limit.workingDays).due(
                from: start, calendar: WorkingCalendar(), practiceHour: practiceHour, policyVersion: "1")
            shortest = min(shortest, due.due.seconds(since: start))
            start = start.adding(seconds: 3600)
        }
        #expect(Int64(longest) * 3600 <= shortest)
        // And no hour less than need be: only whole hours can be given.
        #expect(Int64(longest + 2) * 3600 > shortest)
    }

    @Test(
        "Working time that is allowed never falls due after the working days that are the limit",
        arguments: [12, 17, 20])
    func workingTime(_ practiceHour: Int) throws {
        let limit = ClockLimit.all[0]
        let longest = try #require(
            (1...1000).last { !limit.isExceeded(by: .workingMinutes($0), practiceHour: practiceHour, openingHour: 9) })
        #expect(longest == (practiceHour - 9) * 60)
        var start = try #require(Instant(rfc3339: "2026-01-01T00:59:59Z"))
        for _ in 0..<(100 * 24) {
            let day = ClockLength.workingDays(limit.workingDays).due(
                from: start, calendar: WorkingCalendar(), practiceHour: practiceHour, policyVersion: "1")
            let work = ClockLength.workingMinutes(longest).due(
                from: start, calendar: WorkingCalendar(), practiceHour: practiceHour, openingHour: 9, policyVersion: "1"
            )
            #expect(work.due <= day.due)
            start = start.adding(seconds: 3600)
        }
        #expect(!limit.isExceeded(by: .minutes((practiceHour - 1) * 60), practiceHour: practiceHour))
        #expect(limit.isExceeded(by: .minutes((practiceHour - 1) * 60 + 1), practiceHour: practiceHour))
    }

    @Test("Every setting is read as it is written, and means what stands in the files")
    func settings() throws {
        let policy = try Policy.load(directory: PolicyTests.sample)
        var settings = ClockSetting.plain + RiskRating.allCases.map(ClockSetting.rating)
        for ladder in policy.ladders.values {
            for stage in ladder.stages {
                for isUrgent in [true, false] {
                    settings += LadderSide.allCases.map {
                        .stage(ladder: ladder.name, number: stage.number, isUrgent: isUrgent, side: $0)
                    }
                }
            }
            settings += ladder.limits.flatMap { limit in
                [true, false].map { .limit(ladder: ladder.name, from: limit.stages.lowerBound, isUrgent: $0) }
            }
        }
        for setting in settings {
            #expect(ClockSetting(text: setting.text) == setting)
            #expect(policy.length(of: setting) != nil, "\(setting.text)")
        }
        #expect(Set(settings.map(\.text)).count == settings.count)
        #expect(policy.length(of: .stage(ladder: "default", number: 1, isUrgent: true, side: .decider)) == .hours(2))
        #expect(policy.length(of: .stage(ladder: "default", number: 9, isUrgent: true, side: .decider)) == nil)
        for text in [
            "", "clocks", "clocks.none", "ladders.default.2", "ladders.default.2.slow", "ladders.default.2.urgent",
            "ladders.default.02.urgent.decider", "ladders.default.2.urgent.nobody", "ladders.default.limits.01.urgent",
            "ladders.default.limits.1", "ladders.default.limits.1.slow",
        ] {
            #expect(ClockSetting(text: text) == nil, "\(text)")
        }
    }
}
