/// Which days are working days: not Saturdays, Sundays and bank holidays (domain.md section 11).
///
/// Holidays are data, since some come by proclamation. A year is covered if the list has each standing holiday of it; what
/// the list does not have of other years comes from the standing rules, so that a single day never takes the others away.
public struct WorkingCalendar: Sendable, Equatable {
    /// Whose holidays they are.
    public let division: HolidayDivision
    /// What the published list has, as it came.
    public let listed: [Holiday]
    /// What the partnership has added to it.
    public let changes: [HolidayChange]
    /// Years for which the list is complete.
    public let coveredYears: Set<Int>
    /// Every day off of the years that were worked out.
    private let daysOff: [CalendarDate: String]

    /// A calendar by the published list of a division and by what was added to it; without either, the standing rules.
    public init(
        division: HolidayDivision = .englandAndWales, listed: [Holiday] = [], changes: [HolidayChange] = []
    ) {
        self.division = division
        self.listed = listed
        self.changes = changes
        let byYear = Dictionary(grouping: listed, by: \.day.parts.year)
        var covered: Set<Int> = []
        var daysOff: [CalendarDate: String] = [:]
        for year in Set(BankHolidayRules.years).union(byYear.keys) {
            let known = byYear[year] ?? []
            let missing = WorkingCalendar.missing(of: year, in: division, known, changes)
            if !known.isEmpty, missing.isEmpty { covered.insert(year) }
            // What was proclaimed long ago stands in the rules; a list that covers the year has said it all.
            let filled = covered.contains(year) ? [] : missing + BankHolidayRules.extra(of: year)
            for holiday in filled + known { daysOff[holiday.day] = holiday.title }
        }
        for change in changes {
            if let gone = change.insteadOf { daysOff[gone] = nil }
        }
        for change in changes {
            if let day = change.day { daysOff[day] = change.title }
        }
        coveredYears = covered
        self.daysOff = daysOff
    }

    /// Standing holidays that a list lacks between its first day and its last: it has a hole there, and is not the published one.
    public static func holes(in listed: [Holiday], of division: HolidayDivision, _ changes: [HolidayChange] = [])
        -> [Holiday]
    {
        let days = listed.map(\.day)
        guard let first = days.min(), let last = days.max() else { return [] }
        let byYear = Dictionary(grouping: listed, by: \.day.parts.year)
        return (first.parts.year...last.parts.year).flatMap { year in
            missing(of: year, in: division, byYear[year] ?? [], changes).filter { $0.day > first && $0.day < last }
        }
    }

    /// The standing holidays of a year that are not among the known ones, but for what a change takes away.
    private static func missing(
        of year: Int, in division: HolidayDivision, _ known: [Holiday], _ changes: [HolidayChange]
    ) -> [Holiday] {
        let kinds = Set(known.compactMap { StandingHoliday(title: $0.title) })
        let gone = Set(changes.compactMap(\.insteadOf))
        return BankHolidayRules.standing(of: year, in: division)
            .filter { !kinds.contains($0.kind) && !gone.contains($0.holiday.day) }.map(\.holiday)
    }

    /// Why the day is not a working day; `nil` if it is one.
    public func reasonOff(_ day: CalendarDate) -> String? {
        switch day.weekday {
        case 6: return "Saturday"
        case 7: return "Sunday"
        default: break
        }
        let year = day.parts.year
        if BankHolidayRules.years.contains(year) || coveredYears.contains(year) { return daysOff[day] }
        return daysOff[day]
            ?? BankHolidayRules.holidays(of: year, in: division).first { $0.day == day }?.title
    }

    /// The day itself if it is a working day, or else the next one, with the days passed over.
    public func workingDay(from start: CalendarDate) -> (day: CalendarDate, skipped: [SkippedDay]) {
        var day = start
        var skipped: [SkippedDay] = []
        while let reason = reasonOff(day) {
            skipped.append(SkippedDay(day: day, reason: reason))
            day = day.adding(days: 1)
        }
        return (day, skipped)
    }

    /// The day that is so many working days after another, which is day 0, with the days passed over.
    public func day(_ count: Int, after start: CalendarDate) -> (day: CalendarDate, skipped: [SkippedDay]) {
        var day = start
        var left = count
        var skipped: [SkippedDay] = []
        while left > 0 {
            day = day.adding(days: 1)
            if let reason = reasonOff(day) {
                skipped.append(SkippedDay(day: day, reason: reason))
            } else {
                left -= 1
            }
        }
        return (day, skipped)
    }
}

/// A day that does not count, and why.
public struct SkippedDay: Sendable, Equatable {
    /// A day on which the deadline would have run, or ended.
    public let day: CalendarDate
    /// `Saturday`, `Sunday`, or the holiday's name.
    public let reason: String

    /// A day, and why it does not count.
    public init(day: CalendarDate, reason: String) {
        self.day = day
        self.reason = reason
    }
}
