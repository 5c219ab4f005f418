/// Which days are working days in England: not Saturdays, Sundays and bank holidays (domain.md section 11).
///
/// Holidays are data, since some come by proclamation; for years that the data does not cover, the standing rules.
public struct WorkingCalendar: Sendable, Equatable {
    /// Holidays by day, with their names, for the covered years.
    public let holidays: [CalendarDate: String]
    /// Years for which the data is complete.
    public let coveredYears: Set<Int>

    /// A calendar of published holidays; every year that has one is covered.
    public init(holidays: [CalendarDate: String] = [:]) {
        self.holidays = holidays
        coveredYears = Set(holidays.keys.map(\.parts.year))
    }

    /// Why the day is not a working day; `nil` if it is one.
    public func reasonOff(_ day: CalendarDate) -> String? {
        switch day.weekday {
        case 6: return "Saturday"
        case 7: return "Sunday"
        default: break
        }
        let year = day.parts.year
        return coveredYears.contains(year) ? holidays[day] : BankHolidayRules.holidays(of: year)[day]
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

/// The standing rules for bank holidays in England and Wales (Banking and Financial Dealings Act 1971, and what is
/// proclaimed each year alike).
enum BankHolidayRules {
    static func holidays(of year: Int) -> [CalendarDate: String] {
        guard let newYear = CalendarDate(year: year, month: 1, day: 1),
            let christmas = CalendarDate(year: year, month: 12, day: 25), let easter = easterSunday(year)
        else { return [:] }
        var holidays: [CalendarDate: String] = [
            weekday(from: newYear): "New Year's Day",
            easter.adding(days: -2): "Good Friday",
            easter.adding(days: 1): "Easter Monday",
            monday(in: 5, of: year, last: false): "Early May bank holiday",
            monday(in: 5, of: year, last: true): "Spring bank holiday",
            monday(in: 8, of: year, last: true): "Summer bank holiday",
        ]
        // Christmas Day and Boxing Day move to the next days that are free, in their order.
        switch christmas.weekday {
        case 5: holidays[christmas.adding(days: 3)] = "Boxing Day (substitute day)"
        case 6, 7:
            let monday = christmas.adding(days: christmas.weekday == 6 ? 2 : 1)
            holidays[monday] = christmas.weekday == 6 ? "Christmas Day (substitute day)" : "Boxing Day"
            holidays[monday.adding(days: 1)] =
                christmas.weekday == 6 ? "Boxing Day (substitute day)" : "Christmas Day (substitute day)"
        default: holidays[christmas.adding(days: 1)] = "Boxing Day"
        }
        if christmas.weekday < 6 { holidays[christmas] = "Christmas Day" }
        return holidays
    }

    private static func weekday(from day: CalendarDate) -> CalendarDate {
        day.weekday < 6 ? day : day.adding(days: 8 - day.weekday)
    }

    private static func monday(in month: Int, of year: Int, last: Bool) -> CalendarDate {
        let first = CalendarDate(year: year, month: month, day: last ? 31 : 1) ?? CalendarDate(daysSinceEpoch: 0)
        return last ? first.adding(days: -(first.weekday - 1)) : first.adding(days: (8 - first.weekday) % 7)
    }

    /// Gauss's rule in its anonymous Gregorian form.
    private static func easterSunday(_ year: Int) -> CalendarDate? {
        let century = year / 100
        let golden = year % 19
        let epact = (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30
        let weekday = (32 + 2 * (century % 4) + 2 * (year % 100 / 4) - epact - year % 100 % 4) % 7
        let correction = (golden + 11 * epact + 22 * weekday) / 451
        let sum = epact + weekday - 7 * correction + 114
        return CalendarDate(year: year, month: sum / 31, day: sum % 31 + 1)
    }
}
