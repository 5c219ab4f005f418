import Safeguarding

/// Between what moments and days an event may speak of what has happened (E4), by one clock. Without the clock they are noted,
/// and held against it once it is known.
struct MomentLimits: Sendable {
    /// How far ahead of our clock a sender's may be.
    static let toleranceSeconds: Int64 = 300
    /// 2000-01-01T00:00:00Z: before it there is nothing that anybody could still answer.
    static let earliest = Instant(microsecondsSinceEpoch: 946_684_800_000_000)
    /// 2000-01-01
    static let earliestDay = CalendarDate(daysSinceEpoch: 10_957)
    /// 1900-01-01
    static let earliestBirth = CalendarDate(daysSinceEpoch: -25_567)

    let now: Instant?

    func check(_ moment: Instant, at pointer: @autoclosure () -> String, _ reasons: inout RefusalReasons) {
        guard let now else { return reasons.noted.note(moment) }
        if moment < MomentLimits.earliest {
            reasons.add(.outOfRange, at: pointer(), "Give a time from 2000-01-01 on: when it happened.")
        } else if moment > now.adding(seconds: MomentLimits.toleranceSeconds) {
            reasons.add(
                .futureTime, at: pointer(),
                "The time lies more than five minutes ahead. Say when it happened, and check the clock and the offset.")
        }
    }

    /// A day that has come.
    func check(
        _ day: CalendarDate, from earliest: CalendarDate, at pointer: @autoclosure () -> String,
        _ reasons: inout RefusalReasons
    ) {
        guard let now else { return reasons.noted.note(day, from: earliest) }
        if day < earliest {
            reasons.add(.outOfRange, at: pointer(), "Give a date from \(earliest) on.")
        } else if day > LondonTime.date(at: now) {
            reasons.add(.futureTime, at: pointer(), "This day has not come. Give the day on which it was.")
        }
    }

    /// A day on which a child is expected; of one that was born it may be long past.
    func check(
        expected day: CalendarDate, isBorn: Bool, at pointer: @autoclosure () -> String,
        _ reasons: inout RefusalReasons
    ) {
        guard let now else { return reasons.noted.note(expected: day, isBorn: isBorn) }
        let today = LondonTime.date(at: now)
        let earliest = isBorn ? MomentLimits.earliestBirth : today.adding(months: -12)
        guard day < earliest || day > today.adding(months: 12) else { return }
        reasons.add(
            .outOfRange, at: pointer(),
            isBorn
                ? "Give the day on which the child was expected, or leave it out."
                : "Give a day within a year of today; of a child that is born, give the dateOfBirth.")
    }
}
