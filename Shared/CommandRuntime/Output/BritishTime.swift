import Safeguarding

/// Days and times as people here write them, by the wall clock in London. JSON has RFC 3339 instead.
public enum BritishTime {
    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `29 Dec 2026 17:00`: for a column of a table.
    public static func short(_ instant: Instant) -> String { date(LondonTime.date(at: instant)) + " " + time(instant) }

    /// `29/12/26 17:00`: for a column of a table that has many.
    public static func compact(_ instant: Instant) -> String {
        let (year, month, day) = LondonTime.date(at: instant).parts
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
        return "\(two(day))/\(two(month))/\(two(year % 100)) \(time(instant))"
    }

    /// `Tue 29 Dec 2026, 17:00`: for a sentence.
    public static func long(_ instant: Instant) -> String { day(LondonTime.date(at: instant)) + ", " + time(instant) }

    /// `Tue 29 Dec 2026, 17:00 UK time`: for somebody who may not know by whose clock.
    public static func full(_ instant: Instant) -> String { long(instant) + " UK time" }

    /// `29 Dec 2026`
    public static func date(_ date: CalendarDate) -> String {
        let (year, month, day) = date.parts
        return "\(day) \(months[month - 1]) \(year)"
    }

    /// `Tue 29 Dec 2026`
    public static func day(_ date: CalendarDate) -> String { weekdays[date.weekday - 1] + " " + self.date(date) }

    /// `in 2 days 3 hours`, `3 hours 5 minutes late`: how long a deadline is ahead, or how late it is.
    public static func distance(from now: Instant, to due: Instant) -> String {
        let seconds = due.seconds(since: now)
        let length = length(abs(seconds))
        return seconds < 0 ? length + " late" : "in " + length
    }

    /// The two largest units that are not nothing; real days of 24 hours.
    public static func length(_ seconds: Int64) -> String {
        let parts = [(seconds / 86_400, "day"), (seconds / 3600 % 24, "hour"), (seconds / 60 % 60, "minute")]
            .filter { $0.0 > 0 }
            .prefix(2)
            .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
        return parts.isEmpty ? "less than a minute" : parts.joined(separator: " ")
    }

    private static func time(_ instant: Instant) -> Substring {
        instant.adding(seconds: Int64(LondonTime.offsetSeconds(at: instant))).rfc3339.dropFirst(11).prefix(5)
    }
}
