import Safeguarding

/// Times of clocks as people read them.
enum ClockText {
    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `Tue 29 Dec 2026, 17:00`: the wall clock in London.
    static func london(_ instant: Instant) -> String {
        let wall = instant.adding(seconds: Int64(LondonTime.offsetSeconds(at: instant)))
        let time = wall.rfc3339.dropFirst(11).prefix(5)
        return day(LondonTime.date(at: instant)) + ", " + time
    }

    /// `Tue 29 Dec 2026`
    static func day(_ date: CalendarDate) -> String {
        let (year, month, day) = date.parts
        return "\(weekdays[date.weekday - 1]) \(day) \(months[month - 1]) \(year)"
    }

    /// `in 2 days 3 hours`, `3 hours 5 minutes late`: how long a clock still runs, or how late it is.
    static func distance(from now: Instant, to due: Instant) -> String {
        let seconds = due.seconds(since: now)
        let length = length(abs(seconds))
        return seconds < 0 ? length + " late" : "in " + length
    }

    /// The two largest units that are not nothing; real days of 24 hours.
    static func length(_ seconds: Int64) -> String {
        let parts = [(seconds / 86_400, "day"), (seconds / 3600 % 24, "hour"), (seconds / 60 % 60, "minute")]
            .filter { $0.0 > 0 }
            .prefix(2)
            .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
        return parts.isEmpty ? "less than a minute" : parts.joined(separator: " ")
    }
}
