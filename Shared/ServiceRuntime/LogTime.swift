import Glibc

/// The time of a log line: RFC 3339 in universal time with milliseconds and `Z`, whatever TZ is set.
enum LogTime {
    /// Now, as `2026-11-27T19:46:11.042Z`.
    static var now: String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return text(secondsSinceEpoch: time.tv_sec, milliseconds: time.tv_nsec / 1_000_000)
    }

    /// From 1970 on.
    static func text(secondsSinceEpoch: Int, milliseconds: Int) -> String {
        func digits(_ number: Int, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        let (day, second) = secondsSinceEpoch.quotientAndRemainder(dividingBy: 86_400)
        let (year, month, dayOfMonth) = date(daysSinceEpoch: day)
        let date = [digits(year, 4), digits(month, 2), digits(dayOfMonth, 2)].joined(separator: "-")
        let clock = [second / 3600, second / 60 % 60, second % 60].map { digits($0, 2) }.joined(separator: ":")
        return date + "T" + clock + "." + digits(milliseconds, 3) + "Z"
    }

    /// In years that begin with March, so that the day that is added comes last: 146,097 days are 400 years.
    private static func date(daysSinceEpoch: Int) -> (year: Int, month: Int, day: Int) {
        let days = daysSinceEpoch + 719_468
        let (era, dayOfEra) = days.quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}
