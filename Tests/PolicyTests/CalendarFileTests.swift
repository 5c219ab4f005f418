import Foundation
import Safeguarding
import Testing

@testable import Policy

/// The published list of bank holidays, read as it is (trials, calendar).
struct CalendarFileTests {
    private static func date(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }

    /// A policy whose calendar and list are these.
    private static func policy(calendar: String? = nil, list: String? = nil) throws -> Policy {
        let folder = NSTemporaryDirectory() + "keepsight-policy-" + UUID().uuidString
        try FileManager.default.copyItem(atPath: PolicyTests.sample, toPath: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        if let calendar {
            try calendar.write(toFile: folder + "/calendar.yaml", atomically: true, encoding: .utf8)
        }
        if let list { try list.write(toFile: folder + "/bank-holidays.json", atomically: true, encoding: .utf8) }
        return try Policy.load(directory: folder)
    }

    @Test(
        "trial calendar: the published list is taken as it is, for each of its divisions",
        arguments: HolidayDivision.allCases)
    func asPublished(_ division: HolidayDivision) throws {
        let calendar = try Self.policy(
            calendar: "division: \(division.rawValue)\npublished: bank-holidays.json\nwarnDays: 180\n"
        ).calendar
        #expect(calendar.division == division)
        #expect(calendar.coveredYears == Set(2019...2027))
        // The standing rules have the same days: what they are used for beyond the list's years can be trusted.
        let rules = WorkingCalendar(division: division)
        for offset in 0..<3287 {
            let day = try Self.date("2019-01-01").adding(days: offset)
            #expect((calendar.reasonOff(day) == nil) == (rules.reasonOff(day) == nil), "\(day)")
        }
        #expect(try calendar.reasonOff(Self.date("2027-12-28")) == "Boxing Day (substitute day)")
    }

    @Test("On one line, as it is served, and with members that nobody knows yet")
    func oneLine() throws {
        let text = try String(contentsOfFile: PolicyTests.sample + "/bank-holidays.json", encoding: .utf8)
        let one = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.joined()
            .replacingOccurrences(of: "\"bunting\":", with: "\"colour\": null, \"bunting\":")
        #expect(try Self.policy(list: one).calendar.coveredYears == Set(2019...2027))
    }

    @Test("By its whole path, and without a list by the standing rules alone")
    func path() throws {
        let whole = try Self.policy(
            calendar: "division: scotland\npublished: \(PolicyTests.sample)/bank-holidays.json\nwarnDays: 180\n")
        #expect(whole.calendar.coveredYears.count == 9)
        let none = try Self.policy(calendar: "division: scotland\nwarnDays: 180\n")
        #expect(none.calendar == WorkingCalendar(division: .scotland))
        let warning = try #require(none.warnings(on: Self.date("2026-11-28")).first)
        #expect(warning.description.hasPrefix("calendar.yaml:1: calendar-ends: "))
    }

    @Test("A hole is refused at the day behind it, with what is missing there")
    func hole() throws {
        var removed = 0
        let problems = try PolicyTests.problems("bank-holidays.json") { text in
            var lines = text.components(separatedBy: "\n")
            removed = (lines.firstIndex { $0.contains("2024-04-01") } ?? 0) + 1
            lines.remove(at: removed - 1)
            return lines.joined(separator: "\n")
        }
        #expect(problems.map(\.rule) == ["calendar-hole"])
        #expect(problems.first?.line == removed && problems.first?.file == "bank-holidays.json")
        #expect(problems.first?.message.contains("'Easter Monday' of 2024") == true)
        let year = try PolicyTests.problems("bank-holidays.json") { text in
            text.components(separatedBy: "\n").filter { !$0.contains("\"2023-") }.joined(separator: "\n")
        }
        #expect(year.map(\.rule) == Array(repeating: "calendar-hole", count: 8))
    }

    @Test("A policy says that its list ends, before it does, at the line that names the list")
    func warning() throws {
        let policy = try Policy.load(directory: PolicyTests.sample)
        #expect(try policy.warnings(on: Self.date("2027-07-04")) == [])
        let warning = try #require(try policy.warnings(on: Self.date("2027-07-05")).first)
        #expect(warning.rule == "calendar-ends" && warning.file == "calendar.yaml")
        let lines = try String(contentsOfFile: PolicyTests.sample + "/calendar.yaml", encoding: .utf8)
            .components(separatedBy: "\n")
        #expect(lines[warning.line - 1].hasPrefix("published:"))
        #expect(warning.message.contains("up to 2027, the last of which ends in 179 days"))
    }

    @Test("Another list, division or change is other terms for clocks")
    func terms() throws {
        let sample = try Self.policy().clockTerms
        let calendars = [
            "division: scotland\npublished: bank-holidays.json\nwarnDays: 180\n",
            "division: england-and-wales\nwarnDays: 180\n",
            "division: england-and-wales\npublished: bank-holidays.json\nwarnDays: 180\nchanges: [{ title: a, date: 2026-02-03 }]\n",
            "division: england-and-wales\npublished: bank-holidays.json\nwarnDays: 180\n"
                + "changes: [{ title: a, date: 2026-02-03, insteadOf: 2026-05-04 }]\n",
        ]
        let terms = try calendars.map { try Self.policy(calendar: $0).clockTerms }
        #expect(Set(terms + [sample]).count == 5)
        // When somebody is told moves no clock.
        let warned = try Self.policy(
            calendar: "division: england-and-wales\npublished: bank-holidays.json\nwarnDays: 181\n")
        #expect(warned.clockTerms == sample)
    }
}
