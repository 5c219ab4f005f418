import Safeguarding

/// Working days and London's clocks in the slowest way there is: walking day by day, and hour by hour, with no arithmetic
/// that ours could share. Years as people write them; days as a year, a month and a day that are counted up.
struct SlowCalendar {
    struct Day: Hashable, Comparable, CustomStringConvertible {
        var year: Int
        var month: Int
        var day: Int
        /// 0 is Monday.
        var weekday: Int

        var description: String {
            func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
            return "\(year)-\(two(month))-\(two(day))"
        }

        var next: Day {
            var next = self
            next.weekday = (weekday + 1) % 7
            next.day += 1
            if next.day > SlowCalendar.length(of: month, year) { (next.month, next.day) = (month + 1, 1) }
            if next.month > 12 { (next.year, next.month) = (year + 1, 1) }
            return next
        }

        static func < (left: Day, right: Day) -> Bool {
            (left.year, left.month, left.day) < (right.year, right.month, right.day)
        }
    }

    /// A Saturday that everybody can look up.
    static let first = Day(year: 2000, month: 1, day: 1, weekday: 5)

    static func length(of month: Int, _ year: Int) -> Int {
        if month == 2 { return year % 400 == 0 ? 29 : year % 100 == 0 ? 28 : year % 4 == 0 ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Every day from 2000-01-01 to 2101-12-31.
    let days: [Day]
    private let holidays: Set<Day>

    init() {
        var days: [Day] = []
        var day = SlowCalendar.first
        while day.year < 2102 {
            days.append(day)
            day = day.next
        }
        self.days = days
        var holidays: Set<Day> = []
        for year in 2000...2101 {
            holidays.formUnion(SlowCalendar.holidays(of: year, days.filter { $0.year == year }))
        }
        self.holidays = holidays
    }

    func isOff(_ day: Day) -> Bool { day.weekday > 4 || holidays.contains(day) }

    /// What single proclamations said: days that came, and the Mondays that became working days for them.
    private static let proclaimed: [Int: (added: [(Int, Int)], gone: [(Int, Int)])] = [
        2002: ([(6, 3), (6, 4)], [(5, 27)]), 2011: ([(4, 29)], []), 2012: ([(6, 4), (6, 5)], [(5, 28)]),
        2020: ([(5, 8)], [(5, 4)]), 2022: ([(6, 2), (6, 3), (9, 19)], [(5, 30)]), 2023: ([(5, 8)], []),
    ]

    /// What the Act and the yearly proclamations say, read aloud.
    private static func holidays(of year: Int, _ days: [Day]) -> Set<Day> {
        func on(_ month: Int, _ day: Int) -> Int { days.firstIndex { $0.month == month && $0.day == day } ?? 0 }
        var off: Set<Day> = []
        /// The first day from there that is a weekday and not off already.
        func take(from start: Int) {
            var place = start
            while days[place].weekday > 4 || off.contains(days[place]) { place += 1 }
            off.insert(days[place])
        }
        take(from: on(1, 1))
        let mondays = days.filter { $0.weekday == 0 }
        off.insert(mondays.filter { $0.month == 5 }[0])
        off.formUnion(mondays.filter { $0.month == 5 }.suffix(1) + mondays.filter { $0.month == 8 }.suffix(1))
        let easter = days.firstIndex(of: easterSunday(year, days)) ?? 0
        off.insert(days[easter - 2])
        off.insert(days[easter + 1])
        // Whichever of the two falls on a weekday keeps it; the other takes what is free after it.
        let (christmas, boxing) = (on(12, 25), on(12, 26))
        let fixed = [christmas, boxing].filter { days[$0].weekday <= 4 }
        for place in fixed { off.insert(days[place]) }
        for place in [christmas, boxing] where !fixed.contains(place) { take(from: place) }
        for (month, day) in proclaimed[year]?.added ?? [] { off.insert(days[on(month, day)]) }
        for (month, day) in proclaimed[year]?.gone ?? [] { off.remove(days[on(month, day)]) }
        return off
    }

    /// By the tables of Lilius and Clavius: golden number and epact give the Paschal full moon; Easter is the Sunday after.
    private static func easterSunday(_ year: Int, _ days: [Day]) -> Day {
        let golden = year % 19 + 1
        let century = year / 100 + 1
        let droppedLeapDays = 3 * century / 4 - 12
        let moonCorrection = (8 * century + 5) / 25 - 5
        var epact = (11 * golden + 20 + moonCorrection - droppedLeapDays) % 30
        if epact < 0 { epact += 30 }
        if epact == 24 || epact == 25 && golden > 11 { epact += 1 }
        var fullMoon = 44 - epact
        if fullMoon < 21 { fullMoon += 30 }
        var place = (days.firstIndex { $0.month == 3 && $0.day == 1 } ?? 0) + fullMoon - 1
        repeat { place += 1 } while days[place].weekday != 6
        return days[place]
    }
}
