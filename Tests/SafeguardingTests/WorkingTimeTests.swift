import Foundation
import Safeguarding
import Testing

/// domain.md section 11: vectors, daylight saving, and a slow, obviously right implementation beside ours.
struct WorkingTimeTests {
    /// From one day that is looked at to the next, where there are decades of them: `deploy/test --long` looks at each. Eleven
    /// divides neither a week nor a year, so every weekday and every date comes.
    static let step = ProcessInfo.processInfo.environment["KEEPSIGHT_LONG_TESTS"] == nil ? 11 : 1

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

    @Test("A working day without an hour, and a clock that runs backwards, stop the process and are named")
    func impossibleClocks() async throws {
        let without = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = WorkingCalendar().instant(1, ofWorkAfter: Instant(microsecondsSinceEpoch: 0), from: 17, to: 9)
        }
        let hourless = String(decoding: without?.standardErrorContent ?? [], as: UTF8.self)
        #expect(hourless.contains("has no hour"))
        let backwards = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = WorkingCalendar().instant(-1, ofWorkAfter: Instant(microsecondsSinceEpoch: 0), from: 9, to: 17)
        }
        let negative = String(decoding: backwards?.standardErrorContent ?? [], as: UTF8.self)
        #expect(negative.contains("runs backwards"))
    }

    @Test("The standing rules give the published list, moved and proclaimed days included", arguments: 2020...2027)
    func rules(_ year: Int) throws {
        #expect(off(year, WorkingCalendar()) == PublishedHolidays.list[year])
    }

    /// The weekdays of a year that are no working days, as `MM-DD`.
    private func off(_ year: Int, _ calendar: WorkingCalendar) -> [String] {
        guard let first = CalendarDate(year: year, month: 1, day: 1) else { return [] }
        return (0..<366).map { first.adding(days: $0) }
            .filter { $0.parts.year == year && $0.weekday < 6 && calendar.reasonOff($0) != nil }
            .map { String($0.description.dropFirst(5)) }
    }

    /// Where a date falls on a weekend or beside another holiday, its substitute stands as the Act has it: each pattern of
    /// Christmas once.
    @Test(
        "Substitute days for Christmas, Boxing Day and New Year, by the weekday of 25 December",
        arguments: [
            ("Monday", 2023, ["12-25", "12-26"]), ("Tuesday", 2029, ["12-25", "12-26"]),
            ("Wednesday", 2024, ["12-25", "12-26"]), ("Thursday", 2025, ["12-25", "12-26"]),
            ("Friday", 2026, ["12-25", "12-28"]), ("Saturday", 2027, ["12-27", "12-28"]),
            ("Sunday", 2022, ["12-26", "12-27"]),
        ])
    func substitutes(_ weekday: String, _ year: Int, _ expected: [String]) {
        #expect(off(year, WorkingCalendar()).filter { $0.hasPrefix("12") } == expected)
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

    @Test("An hour clock is elapsed time, also through the nights in which London's clocks change")
    func elapsed() throws {
        for start in ["2026-03-28T23:30:00Z", "2026-10-24T23:30:00Z"] {
            let from = try #require(Instant(rfc3339: start))
            let due = ClockLength.hours(4).due(
                from: from, calendar: WorkingCalendar(), practiceHour: 17, policyVersion: "1")
            #expect(due.due.seconds(since: from) == 4 * 3600)
        }
    }

    @Test(
        "A working day is London's: a referral just before and just after midnight there",
        arguments: [
            // 23:30 and 00:30 of British Summer Time are both before midnight in UTC.
            ("2026-06-10T22:30:00Z", "2026-06-11T16:00:00Z"), ("2026-06-10T23:30:00Z", "2026-06-12T16:00:00Z"),
            ("2026-01-13T23:30:00Z", "2026-01-14T17:00:00Z"), ("2026-01-14T00:30:00Z", "2026-01-15T17:00:00Z"),
            // The days on which the clocks change are Sundays: day 0 is the Sunday itself, day 1 the Monday after.
            ("2026-03-29T00:30:00Z", "2026-03-30T16:00:00Z"), ("2026-03-28T23:30:00Z", "2026-03-30T16:00:00Z"),
            ("2026-10-25T00:30:00Z", "2026-10-26T17:00:00Z"), ("2026-10-25T01:30:00Z", "2026-10-26T17:00:00Z"),
            ("2026-10-24T23:30:00Z", "2026-10-26T17:00:00Z"),
        ])
    func midnight(_ start: String, _ due: String) throws {
        let from = try #require(Instant(rfc3339: start))
        let clock = ClockLength.workingDays(1).due(
            from: from, calendar: WorkingCalendar(), practiceHour: 17, policyVersion: "1")
        #expect(clock.due.rfc3339 == due)
    }

    @Test("London's days and hours are Foundation's, as far as its tables go")
    func everyDay() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "Europe/London"))
        let first = try WorkingTimeTests.date("2000-01-01")
        // They end in 2037; the rule we use is the one in force, applied on.
        for offset in 0..<13_800 {
            let day = first.adding(days: offset)
            let (year, month, dayOfMonth) = day.parts
            let theirs = try #require(
                calendar.date(from: DateComponents(year: year, month: month, day: dayOfMonth, hour: 17)))
            #expect(
                LondonTime.instant(day, hour: 17).microsecondsSinceEpoch == Int64(theirs.timeIntervalSince1970)
                    * 1_000_000)
        }
    }

    @Test("London's clocks are those of somebody who walks through every hour from 2000 to 2101")
    func everyHour() async throws {
        let slow = SlowCalendar()
        var hour = try #require(Instant(rfc3339: "2000-01-01T00:00:00Z"))
        var isSummer = false
        var wrong: [String] = []
        for (place, day) in slow.days.enumerated() {
            if day.day == 1 { await Task.yield() }
            // The last Sunday of a month of 31 days is one of its last seven days.
            let isChange = day.weekday == 6 && day.day > 24
            guard isChange || place % Self.step == 0 else {
                hour = hour.adding(seconds: 86_400)
                continue
            }
            for hourOfDay in 0..<24 {
                if isChange, hourOfDay == 1 {
                    if day.month == 3 { isSummer = true }
                    if day.month == 10 { isSummer = false }
                }
                let date = hourOfDay == 23 && isSummer ? day.next : day
                if LondonTime.offsetSeconds(at: hour) != (isSummer ? 3600 : 0)
                    || LondonTime.date(at: hour).description != date.description
                {
                    wrong.append("\(day) \(hourOfDay):00 UTC")
                }
                hour = hour.adding(seconds: 3600)
            }
        }
        #expect(wrong == [], "\(wrong.count) hours")
    }

    @Test("Every day from 2000 to 2101 is the day, the weekday and on or off as somebody counts who walks")
    func everyDate() throws {
        let slow = SlowCalendar()
        let calendar = WorkingCalendar()
        var date = try WorkingTimeTests.date("2000-01-01")
        var wrong: [String] = []
        for day in slow.days {
            if date.description != day.description || date.weekday != day.weekday + 1
                || CalendarDate(day.description) != date || (calendar.reasonOff(date) != nil) != slow.isOff(day)
            {
                wrong.append(day.description)
            }
            date = date.adding(days: 1)
        }
        #expect(wrong == [], "\(wrong.count) days")
    }

    @Test(
        "Counting working days is walking day by day, from days of 2000 to 2100", arguments: [1, 2, 5, 10, 15, 45])
    func slowAndObvious(_ count: Int) async throws {
        let slow = SlowCalendar()
        let calendar = WorkingCalendar()
        let first = try WorkingTimeTests.date("2000-01-01")
        var wrong: [String] = []
        for place in stride(from: count % Self.step, to: slow.days.count, by: Self.step)
        where slow.days[place].year <= 2100 {
            let start = slow.days[place]
            // Others wait for this thread.
            if place % 100 < Self.step { await Task.yield() }
            var walk = place
            var left = count
            var skipped = 0
            while left > 0 {
                walk += 1
                if slow.isOff(slow.days[walk]) { skipped += 1 } else { left -= 1 }
            }
            let (due, passed) = calendar.day(count, after: first.adding(days: place))
            if due.description != slow.days[walk].description || passed.count != skipped {
                wrong.append(start.description)
            }
        }
        #expect(wrong == [], "\(wrong.count) starts")
    }

    @Test(
        "Months end on the same day, the month's last one if there is none, or the next working day",
        arguments: [
            ("2026-11-24T12:00:00Z", 12, "2027-11-24T17:00:00Z"), ("2026-01-31T12:00:00Z", 1, "2026-03-02T17:00:00Z"),
            ("2028-02-29T12:00:00Z", 12, "2029-02-28T17:00:00Z"), ("2026-11-30T12:00:00Z", 3, "2027-03-01T17:00:00Z"),
            ("2025-12-25T12:00:00Z", 12, "2026-12-29T17:00:00Z"), ("2026-05-15T12:00:00Z", 1, "2026-06-15T16:00:00Z"),
        ])
    func months(_ start: String, _ months: Int, _ due: String) throws {
        let clock = ClockLength.months(months).due(
            from: try #require(Instant(rfc3339: start)), calendar: WorkingCalendar(), practiceHour: 17,
            policyVersion: "1")
        #expect(clock.due.rfc3339 == due)
        #expect(ClockLength(text: clock.rule) == .months(months))
    }

    @Test(
        "A length is read as it is written",
        arguments: [
            ClockLength.hours(1), .hours(4), .workingDays(1), .workingDays(45), .minutes(1), .minutes(90),
            .workingMinutes(1), .workingMinutes(90), .workingMinutes(60), .workingMinutes(240),
        ])
    func text(_ length: ClockLength) {
        #expect(ClockLength(text: length.text) == length)
        for other in [
            "", "1", "1 hours", "0 hours", "2 hour", "-1 hours", "one hour", "1 working  day", "60 working minutes",
            "1 minutes",
        ] {
            #expect(ClockLength(text: other) == nil, "\(other)")
        }
    }

    @Test(
        "Working minutes pass from the opening to the practice hour of working days, in London, and at no other time",
        arguments: [
            // Within a day, to its end and not a minute beyond, and over nights, a weekend and Easter.
            ("2026-11-02T10:00:00Z", 90, "2026-11-02T11:30:00Z"), ("2026-11-02T16:00:00Z", 60, "2026-11-02T17:00:00Z"),
            ("2026-11-02T16:00:00Z", 61, "2026-11-03T09:01:00Z"), ("2026-11-06T16:30:00Z", 90, "2026-11-09T10:00:00Z"),
            ("2026-11-02T10:00:00Z", 480, "2026-11-03T10:00:00Z"),
            ("2026-11-02T10:00:00Z", 961, "2026-11-04T10:01:00Z"),
            ("2026-04-02T15:00:00Z", 120, "2026-04-07T09:00:00Z"),
            // What begins outside working time begins with it; the practice hour itself is outside.
            ("2026-11-02T03:00:00Z", 1, "2026-11-02T09:01:00Z"), ("2026-11-02T17:00:00Z", 1, "2026-11-03T09:01:00Z"),
            ("2026-11-02T23:30:00Z", 30, "2026-11-03T09:30:00Z"), ("2026-11-07T12:00:00Z", 30, "2026-11-09T09:30:00Z"),
            // The clocks go forward and back in nights that nobody works.
            ("2026-03-27T16:30:00Z", 60, "2026-03-30T08:30:00Z"), ("2026-10-23T15:30:00Z", 60, "2026-10-26T09:30:00Z"),
        ])
    func workingMinutes(_ start: String, _ minutes: Int, _ due: String) throws {
        let clock = ClockLength.workingMinutes(minutes).due(
            from: try #require(Instant(rfc3339: start)), calendar: WorkingCalendar(), practiceHour: 17, openingHour: 9,
            policyVersion: "1")
        #expect(clock.due.rfc3339 == due)
    }

    @Test("Working minutes say which days they skipped, and minutes skip none")
    func skippedMinutes() throws {
        let start = try #require(Instant(rfc3339: "2026-12-24T16:30:00Z"))
        let work = ClockLength.workingMinutes(60).due(
            from: start, calendar: WorkingCalendar(), practiceHour: 17, openingHour: 10, policyVersion: "1")
        #expect(work.due.rfc3339 == "2026-12-29T10:30:00Z")
        #expect(work.skipped.map(\.reason) == ["Christmas Day", "Saturday", "Sunday", "Boxing Day (substitute day)"])
        let passed = ClockLength.minutes(60).due(
            from: start, calendar: WorkingCalendar(), practiceHour: 17, policyVersion: "1")
        #expect(passed.due.rfc3339 == "2026-12-24T17:30:00Z" && passed.skipped.isEmpty)
    }

    @Test("Counting working minutes is walking minute by minute")
    func minuteByMinute() throws {
        let calendar = WorkingCalendar()
        var instant = try #require(Instant(rfc3339: "2026-12-23T14:00:00Z"))
        let start = instant
        var worked = 0
        while worked < 700 {
            let day = LondonTime.date(at: instant)
            let isWork =
                calendar.reasonOff(day) == nil && instant >= LondonTime.instant(day, hour: 9)
                && instant < LondonTime.instant(day, hour: 17)
            instant = instant.adding(seconds: 60)
            guard isWork else { continue }
            worked += 1
            let due = calendar.instant(worked, ofWorkAfter: start, from: 9, to: 17).due
            #expect(due == instant, "\(worked) minutes")
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
