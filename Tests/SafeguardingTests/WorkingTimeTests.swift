import Foundation
import Safeguarding
import Testing

/// domain.md section 11: vectors, daylight saving, and a slow, obviously right implementation beside ours.
struct WorkingTimeTests {
    static func date(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }

    @Test(
        "The vectors of domain.md section 11",
        arguments: [
            ("2026-04-02", 1, "2026-04-07"), ("2026-12-24", 1, "2026-12-29"), ("2026-11-21", 1, "2026-11-23"),
            ("2026-03-25", 15, "2026-04-17"), ("2026-11-22", 15, "2026-12-11"), ("2026-12-10", 15, "2027-01-05"),
            ("2026-12-17", 10, "2027-01-05"), ("2026-11-02", 45, "2027-01-07"), ("2021-01-15", 45, "2021-03-19"),
            ("2021-01-20", 15, "2021-02-10"), ("2020-12-24", 1, "2020-12-29"),
        ])
    func vectors(_ start: String, _ days: Int, _ due: String) throws {
        let calendar = WorkingCalendar()
        #expect(calendar.day(days, after: try WorkingTimeTests.date(start)).day == (try WorkingTimeTests.date(due)))
    }

    @Test("The standing rules give the published list of 2026 and 2027")
    func rules() throws {
        let published = [
            "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25",
            "2026-12-28", "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30",
            "2027-12-27", "2027-12-28",
        ]
        let first = try WorkingTimeTests.date("2026-01-01")
        let off = (0..<730).map { first.adding(days: $0) }
            .filter { $0.weekday < 6 && WorkingCalendar().reasonOff($0) != nil }
        #expect(off.map(\.description) == published)
    }

    @Test(
        "17:00 in London is 17:00 UTC in winter and 16:00 in summer; both changes of 2026",
        arguments: [
            ("2026-03-28", "2026-03-28T17:00:00Z"), ("2026-03-29", "2026-03-29T16:00:00Z"),
            ("2026-10-24", "2026-10-24T16:00:00Z"), ("2026-10-25", "2026-10-25T17:00:00Z"),
        ])
    func daylightSaving(_ day: String, _ instant: String) throws {
        #expect(LondonTime.instant(try WorkingTimeTests.date(day), hour: 17).rfc3339 == instant)
        #expect(LondonTime.date(at: LondonTime.instant(try WorkingTimeTests.date(day), hour: 17)).description == day)
    }

    @Test("London's days and hours are Foundation's, every day from 2000 to 2100")
    func everyDay() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "Europe/London"))
        let first = try WorkingTimeTests.date("2000-01-01")
        // Foundation's tables end their rules in 2037; the rule we use is the one in force, applied on.
        for offset in stride(from: 0, to: 13_800, by: 1) {
            let day = first.adding(days: offset)
            let (year, month, dayOfMonth) = day.parts
            let theirs = try #require(
                calendar.date(from: DateComponents(year: year, month: month, day: dayOfMonth, hour: 17)))
            #expect(
                LondonTime.instant(day, hour: 17).microsecondsSinceEpoch == Int64(theirs.timeIntervalSince1970)
                    * 1_000_000)
        }
    }

    @Test("Counting working days is stepping day by day and skipping those off")
    func slowAndObvious() throws {
        let calendar = WorkingCalendar()
        let first = try WorkingTimeTests.date("2000-01-01")
        for offset in stride(from: 0, to: 36_525, by: 7) {
            let start = first.adding(days: offset + offset / 7 % 7)
            let count = 1 + offset % 45
            var day = start
            var counted = 0
            while counted < count {
                day = day.adding(days: 1)
                if day.weekday < 6, calendar.reasonOff(day) == nil { counted += 1 }
            }
            let (due, skipped) = calendar.day(count, after: start)
            #expect(due == day)
            #expect(due.daysSinceEpoch - start.daysSinceEpoch == count + skipped.count, "each day is counted or named")
        }
    }

    @Test("A clock says from when, by which policy, and which days it skipped")
    func explains() throws {
        let start = try #require(Instant(rfc3339: "2026-12-24T10:00:00Z"))
        let due = ClockLength.workingDays(1).due(
            from: start, calendar: WorkingCalendar(), practiceHour: 17, policyVersion: "2026.1")
        #expect(due.due.rfc3339 == "2026-12-29T17:00:00Z")
        #expect(due.skipped.map(\.reason) == ["Christmas Day", "Saturday", "Sunday", "Boxing Day (substitute day)"])
        #expect(due.sentence.hasPrefix("1 working day from 2026-12-24T10:00:00Z, policy 2026.1; skipped 2026-12-25"))
    }
}
