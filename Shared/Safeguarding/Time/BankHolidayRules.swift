/// A bank holiday that comes every year, by the name that the published list has for it.
enum StandingHoliday: String, CaseIterable, Sendable {
    case newYear = "New Year's Day"
    case secondJanuary = "2nd January"
    case saintPatrick = "St Patrick's Day"
    case goodFriday = "Good Friday"
    case easterMonday = "Easter Monday"
    case earlyMay = "Early May bank holiday"
    case spring = "Spring bank holiday"
    case boyne = "Battle of the Boyne (Orangemen's Day)"
    case summer = "Summer bank holiday"
    case saintAndrew = "St Andrew's Day"
    case christmas = "Christmas Day"
    case boxing = "Boxing Day"

    /// By a title of the list, which may say more: `Early May bank holiday (VE day)`. `nil` for a day that is proclaimed.
    init?(title: String) {
        // The list writes the apostrophe of print, people the one of keyboards.
        let plain = title.split(separator: "\u{2019}", omittingEmptySubsequences: false).joined(separator: "'")
            .lowercased()
        guard let holiday = StandingHoliday.allCases.first(where: { plain.hasPrefix($0.rawValue.lowercased()) }) else {
            return nil
        }
        self = holiday
    }
}

/// The standing rules for bank holidays, and what was proclaimed beside them from 1978 on, when the early May holiday began:
/// for years that the published list does not cover (Banking and Financial Dealings Act 1971; St Andrew's Day Bank Holiday
/// (Scotland) Act 2007; what is proclaimed each year alike).
enum BankHolidayRules {
    /// The years that are worked out once; any other one when it is asked for.
    static let years = 1978...2120

    /// Every day off of a year, with its name.
    static func holidays(of year: Int, in division: HolidayDivision) -> [Holiday] {
        standing(of: year, in: division).map(\.holiday) + extra(of: year)
    }

    /// Days beside the standing ones.
    static func extra(of year: Int) -> [Holiday] {
        (proclaimed[year] ?? []).compactMap { month, day, title in
            CalendarDate(year: year, month: month, day: day).map { Holiday($0, title) }
        }
    }

    /// Each standing holiday of a year, where it fell or falls.
    static func standing(of year: Int, in division: HolidayDivision) -> [(kind: StandingHoliday, holiday: Holiday)] {
        var taken: Set<CalendarDate> = []
        var found: [(kind: StandingHoliday, holiday: Holiday)] = []
        func take(_ kind: StandingHoliday, _ day: CalendarDate?) {
            guard let day, kind.exists(in: year, division) else { return }
            let free = moved[year]?[kind].flatMap { CalendarDate(year: year, month: $0.month, day: $0.day) } ?? day
            taken.insert(free)
            found.append((kind, Holiday(free, kind.rawValue)))
        }
        /// The day itself, or the next weekday that is not off already in its place.
        func takeDate(_ kind: StandingHoliday, _ month: Int, _ day: Int) {
            guard let date = CalendarDate(year: year, month: month, day: day), kind.exists(in: year, division) else {
                return
            }
            var free = date
            while free.weekday > 5 || taken.contains(free) { free = free.adding(days: 1) }
            taken.insert(free)
            found.append((kind, Holiday(free, kind.rawValue + (free == date ? "" : " (substitute day)"))))
        }
        takeDate(.newYear, 1, 1)
        takeDate(.secondJanuary, 1, 2)
        takeDate(.saintPatrick, 3, 17)
        let easter = easterSunday(year)
        take(.goodFriday, easter?.adding(days: -2))
        take(.easterMonday, easter?.adding(days: 1))
        take(.earlyMay, monday(in: 5, of: year, last: false))
        take(.spring, monday(in: 5, of: year, last: true))
        takeDate(.boyne, 7, 12)
        take(.summer, monday(in: 8, of: year, last: division != .scotland))
        takeDate(.saintAndrew, 11, 30)
        // Whichever of the two falls on a weekday keeps it; the other takes what is free after it.
        let isSunday = CalendarDate(year: year, month: 12, day: 25)?.weekday == 7
        if isSunday { takeDate(.boxing, 12, 26) }
        takeDate(.christmas, 12, 25)
        if !isSunday { takeDate(.boxing, 12, 26) }
        return found
    }

    /// Standing holidays that were moved for a year.
    private static let moved: [Int: [StandingHoliday: (month: Int, day: Int)]] = [
        1995: [.earlyMay: (5, 8)], 2002: [.spring: (6, 4)], 2012: [.spring: (6, 4)], 2020: [.earlyMay: (5, 8)],
        2022: [.spring: (6, 2)],
    ]

    /// Days that were proclaimed beside the standing ones, for the whole kingdom.
    private static let proclaimed: [Int: [(month: Int, day: Int, title: String)]] = [
        1981: [(7, 29, "Royal wedding")], 1999: [(12, 31, "Millennium bank holiday")],
        2002: [(6, 3, "Golden Jubilee bank holiday")], 2011: [(4, 29, "Royal wedding")],
        2012: [(6, 5, "Diamond Jubilee bank holiday")],
        2022: [(6, 3, "Platinum Jubilee bank holiday"), (9, 19, "State Funeral of Queen Elizabeth II")],
        2023: [(5, 8, "Coronation of King Charles III")],
    ]

    private static func monday(in month: Int, of year: Int, last: Bool) -> CalendarDate? {
        guard let day = CalendarDate(year: year, month: month, day: last ? 31 : 1) else { return nil }
        return last ? day.adding(days: -(day.weekday - 1)) : day.adding(days: (8 - day.weekday) % 7)
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

extension StandingHoliday {
    /// Whether it is a bank holiday there, in that year.
    fileprivate func exists(in year: Int, _ division: HolidayDivision) -> Bool {
        switch self {
        case .newYear, .goodFriday, .spring, .summer, .christmas, .boxing: true
        case .earlyMay: year >= 1978
        case .easterMonday: division != .scotland
        case .secondJanuary: division == .scotland
        case .saintAndrew: division == .scotland && year >= 2007
        case .saintPatrick, .boyne: division == .northernIreland
        }
    }
}
