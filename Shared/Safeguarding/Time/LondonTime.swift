/// Wall-clock time in Europe/London: GMT, and an hour more from the last Sunday of March to the last Sunday of October,
/// changing at 01:00 UTC. The rule in force since 1996, applied to every year.
public enum LondonTime {
    /// The day that it is in London.
    public static func date(at instant: Instant) -> CalendarDate {
        let seconds = instant.microsecondsSinceEpoch.quotientFloor(1_000_000) + Int64(offsetSeconds(at: instant))
        return CalendarDate(daysSinceEpoch: Int(seconds.quotientFloor(86_400)))
    }

    /// The moment at which London's clocks show that hour of a day. Hours from 2 on exist on every day.
    public static func instant(_ date: CalendarDate, hour: Int) -> Instant {
        let wall = Instant(
            microsecondsSinceEpoch: (Int64(date.daysSinceEpoch) * 86_400 + Int64(hour) * 3600) * 1_000_000)
        let summer = wall.adding(seconds: -3600)
        return isSummer(summer) ? summer : wall
    }

    /// Seconds that London is ahead of UTC.
    public static func offsetSeconds(at instant: Instant) -> Int { isSummer(instant) ? 3600 : 0 }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

    /// `Fri 27 November 2026, 17:00 UK time`, as people at the agencies read it.
    public static func text(_ instant: Instant) -> String {
        let seconds = instant.microsecondsSinceEpoch.quotientFloor(1_000_000) + Int64(offsetSeconds(at: instant))
        let minutes = (seconds - seconds.quotientFloor(86_400) * 86_400) / 60
        func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + "\(number)" }
        return "\(text(date(at: instant))), \(two(minutes / 60)):\(two(minutes % 60)) UK time"
    }

    /// `Fri 27 November 2026`
    public static func text(_ date: CalendarDate) -> String {
        let (year, month, day) = date.parts
        return "\(weekdays[date.weekday - 1]) \(day) \(months[month - 1]) \(year)"
    }

    private static func isSummer(_ instant: Instant) -> Bool {
        let day = CalendarDate(daysSinceEpoch: Int(instant.microsecondsSinceEpoch.quotientFloor(86_400_000_000)))
        let year = day.parts.year
        return instant >= change(year: year, month: 3) && instant < change(year: year, month: 10)
    }

    /// 01:00 UTC on the month's last Sunday. Both months have 31 days.
    private static func change(year: Int, month: Int) -> Instant {
        let last = CalendarDate(year: year, month: month, day: 31) ?? CalendarDate(daysSinceEpoch: 0)
        let sunday = last.adding(days: -(last.weekday % 7))
        return Instant(microsecondsSinceEpoch: (Int64(sunday.daysSinceEpoch) * 86_400 + 3600) * 1_000_000)
    }
}
