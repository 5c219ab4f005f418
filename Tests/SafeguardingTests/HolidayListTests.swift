import Safeguarding
import Testing

/// The published list and the standing rules beside each other (domain.md section 11; trials, calendar).
struct HolidayListTests {
    static func date(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }

    /// Titles in the order in which a year of England and Wales has them.
    private static let titles = [
        "New Year’s Day", "Good Friday", "Easter Monday", "Early May bank holiday", "Spring bank holiday",
        "Summer bank holiday", "Christmas Day", "Boxing Day",
    ]

    /// A year of the list, by its rules alone.
    private static func year(_ year: Int, without: Set<String> = []) throws -> [Holiday] {
        let days = try #require(PublishedHolidays.list[year])
        return try zip(days, titles).filter { !without.contains($1) }.map { Holiday(try date("\(year)-\($0)"), $1) }
    }

    /// The weekdays of a year that are no working days, as `MM-DD`.
    private static func off(_ year: Int, _ calendar: WorkingCalendar) throws -> [String] {
        let first = try date("\(year)-01-01")
        return (0..<366).map { first.adding(days: $0) }
            .filter { $0.parts.year == year && $0.weekday < 6 && calendar.reasonOff($0) != nil }
            .map { String($0.description.dropFirst(5)) }
    }

    @Test("trial calendar: one added day takes none of the other holidays of its year away")
    func addedDay() throws {
        let added = WorkingCalendar(changes: [HolidayChange("Proclaimed", day: try Self.date("2031-06-03"))])
        let plain = try Self.off(2031, WorkingCalendar())
        #expect(plain.count == 8)
        #expect(try Self.off(2031, added) == (plain + ["06-03"]).sorted())
        // Nor does a list that has no more of the year than that.
        let listed = WorkingCalendar(listed: [Holiday(try Self.date("2031-06-03"), "Proclaimed")])
        #expect(try Self.off(2031, listed) == (plain + ["06-03"]).sorted())
        #expect(listed.coveredYears == [] && added.coveredYears == [])
    }

    @Test("A year is covered only if the list has each of its standing holidays")
    func covered() throws {
        let whole = WorkingCalendar(listed: try Self.year(2024) + Self.year(2025))
        #expect(whole.coveredYears == [2024, 2025])
        for title in Self.titles {
            let listed = try Self.year(2024) + Self.year(2025, without: [title])
            let calendar = WorkingCalendar(listed: listed)
            #expect(calendar.coveredYears == [2024], "\(title)")
            // What it does not have is filled, so that no clock ends on it.
            #expect(try Self.off(2025, calendar) == PublishedHolidays.list[2025], "\(title)")
        }
    }

    @Test("A covered year is what the list says of it, also where the rules would have another day")
    func listRules() throws {
        var listed = try Self.year(2025)
        listed[4] = Holiday(try Self.date("2025-06-03"), "Spring bank holiday (moved)")
        let calendar = WorkingCalendar(listed: listed)
        #expect(calendar.coveredYears == [2025])
        #expect(try calendar.reasonOff(Self.date("2025-05-26")) == nil)
        #expect(try calendar.reasonOff(Self.date("2025-06-03")) == "Spring bank holiday (moved)")
        // The years beside it keep their own.
        #expect(try calendar.reasonOff(Self.date("2026-05-25")) == "Spring bank holiday")
    }

    @Test("A partly listed year has a moved holiday where the list has it, and not a second time by the rules")
    func partlyListed() throws {
        let calendar = WorkingCalendar(listed: [Holiday(try Self.date("2031-06-03"), "Spring bank holiday")])
        #expect(try calendar.reasonOff(Self.date("2031-05-26")) == nil)
        #expect(try calendar.reasonOff(Self.date("2031-06-03")) == "Spring bank holiday")
    }

    @Test("A change moves a day or takes it away, in a covered year and in any other")
    func changes() throws {
        for listed in [[], try Self.year(2025)] {
            let moved = WorkingCalendar(
                listed: listed,
                changes: [
                    HolidayChange("Moved", day: try Self.date("2025-06-03"), insteadOf: try Self.date("2025-05-26"))
                ])
            #expect(try moved.reasonOff(Self.date("2025-05-26")) == nil)
            #expect(try moved.reasonOff(Self.date("2025-06-03")) == "Moved")
            let gone = WorkingCalendar(
                listed: listed, changes: [HolidayChange("Gone", day: nil, insteadOf: try Self.date("2025-05-26"))])
            #expect(try gone.reasonOff(Self.date("2025-05-26")) == nil)
            #expect(try gone.reasonOff(Self.date("2025-05-05")) != nil)
        }
        // A list that is published without a holiday that has fallen away covers its year, once that is said.
        let without = try Self.year(2025, without: ["Spring bank holiday"])
        let change = HolidayChange("Gone", day: nil, insteadOf: try Self.date("2025-05-26"))
        #expect(WorkingCalendar(listed: without, changes: [change]).coveredYears == [2025])
        #expect(WorkingCalendar.holes(in: without, of: .englandAndWales, [change]) == [])
    }

    @Test("A hole is a holiday or a year that is missing between the list's first day and its last")
    func holes() throws {
        #expect(WorkingCalendar.holes(in: [], of: .englandAndWales) == [])
        #expect(WorkingCalendar.holes(in: try Self.year(2024) + Self.year(2025), of: .englandAndWales) == [])
        let one = try Self.year(2024, without: ["Easter Monday"]) + Self.year(2025)
        #expect(WorkingCalendar.holes(in: one, of: .englandAndWales).map(\.day.description) == ["2024-04-01"])
        let whole = try Self.year(2024) + Self.year(2026)
        #expect(
            WorkingCalendar.holes(in: whole, of: .englandAndWales).map(\.day.parts.year)
                == Array(repeating: 2025, count: 8))
        // A list that begins or ends in the midst of a year has none: what lies outside it is not covered.
        let future = try Self.year(2024).dropFirst(3) + Self.year(2025).dropLast(2)
        #expect(WorkingCalendar.holes(in: Array(future), of: .englandAndWales) == [])
        #expect(WorkingCalendar(listed: Array(future)).coveredYears == [])
    }

    @Test(
        "Days that were moved or proclaimed from 1978 on are in the standing rules, and what they were moved from is worked",
        arguments: [
            ("1978-05-01", true), ("1977-05-02", false), ("1981-07-29", true), ("1995-05-08", true),
            ("1995-05-01", false),
            ("1999-12-31", true), ("2002-06-03", true), ("2002-06-04", true), ("2002-05-27", false),
            ("2011-04-29", true),
            ("2012-06-04", true), ("2012-06-05", true), ("2012-05-28", false), ("2020-05-08", true),
            ("2020-05-04", false),
            ("2022-06-02", true), ("2022-06-03", true), ("2022-05-30", false), ("2022-09-19", true),
            ("2023-05-08", true),
            ("2023-05-01", true),
        ])
    func proclaimed(_ day: String, _ isOff: Bool) throws {
        for division in HolidayDivision.allCases {
            let calendar = WorkingCalendar(division: division)
            #expect((try calendar.reasonOff(Self.date(day)) != nil) == isOff, "\(division.rawValue)")
        }
    }

    @Test(
        "Each division has its own standing holidays",
        arguments: [
            ("2027-01-04", [HolidayDivision.scotland]), ("2026-01-02", [.scotland]), ("2026-03-17", [.northernIreland]),
            ("2026-04-06", [.englandAndWales, .northernIreland]), ("2026-07-13", [.northernIreland]),
            ("2026-08-03", [.scotland]), ("2026-08-31", [.englandAndWales, .northernIreland]),
            ("2026-11-30", [.scotland]), ("2006-11-30", []), ("2019-12-02", [.scotland]),
            ("2026-12-28", [.englandAndWales, .scotland, .northernIreland]),
        ])
    func divisions(_ day: String, _ off: [HolidayDivision]) throws {
        let found = try HolidayDivision.allCases.filter {
            try WorkingCalendar(division: $0).reasonOff(Self.date(day)) != nil
        }
        #expect(found == off)
    }

    @Test("Two substitutes of one weekend stand on two days")
    func substitutes() throws {
        let scotland = WorkingCalendar(division: .scotland)
        #expect(try scotland.reasonOff(Self.date("2022-01-03")) == "New Year's Day (substitute day)")
        #expect(try scotland.reasonOff(Self.date("2022-01-04")) == "2nd January (substitute day)")
        #expect(try scotland.reasonOff(Self.date("2023-01-03")) == "2nd January (substitute day)")
        #expect(try scotland.reasonOff(Self.date("2023-01-04")) == nil)
    }

    @Test("Years far beyond what is worked out beforehand follow the rules as well")
    func farAway() throws {
        #expect(try Self.off(2121, WorkingCalendar()).count == 8)
        #expect(try Self.off(2120, WorkingCalendar()).count == 8)
    }

    @Test("Somebody is told when the last covered year ends in fewer days than that, and after it has ended")
    func warning() throws {
        let calendar = WorkingCalendar(listed: try Self.year(2024) + Self.year(2025))
        #expect(try calendar.daysCovered(from: Self.date("2025-12-01")) == 30)
        #expect(try calendar.warning(on: Self.date("2025-12-01"), warnDays: 30) == nil)
        let near = try #require(try calendar.warning(on: Self.date("2025-12-02"), warnDays: 30))
        #expect(near.contains("up to 2025") && near.contains("ends in 29 days"))
        let over = try #require(try calendar.warning(on: Self.date("2026-01-02"), warnDays: 30))
        #expect(over.contains("ended 2 days ago"))
        let none = try #require(try WorkingCalendar().warning(on: Self.date("2025-12-02"), warnDays: 30))
        #expect(none.contains("no published list") && WorkingCalendar().coveredYears == [])
    }
}
