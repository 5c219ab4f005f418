import Safeguarding

/// The moments and days of one event, as far as their limits (E4) depend on a clock that is not known yet: the outermost of
/// each kind decide for all of them.
struct NotedMoments: Sendable, Equatable {
    private var latest: Instant?
    private var latestDay: CalendarDate?
    private var earliestExpected: CalendarDate?
    private var latestExpected: CalendarDate?
    /// Whether one lies before what any clock allows.
    private var isTooEarly = false

    mutating func note(_ moment: Instant) {
        isTooEarly = isTooEarly || moment < MomentLimits.earliest
        latest = max(latest ?? moment, moment)
    }

    mutating func note(_ day: CalendarDate, from earliest: CalendarDate) {
        isTooEarly = isTooEarly || day < earliest
        latestDay = max(latestDay ?? day, day)
    }

    mutating func note(expected day: CalendarDate, isBorn: Bool) {
        if isBorn {
            isTooEarly = isTooEarly || day < MomentLimits.earliestBirth
        } else {
            earliestExpected = min(earliestExpected ?? day, day)
        }
        latestExpected = max(latestExpected ?? day, day)
    }

    /// Whether all of them lie within their limits at that moment.
    func lieWithinLimits(at now: Instant) -> Bool {
        guard !isTooEarly else { return false }
        if let latest, latest > now.adding(seconds: MomentLimits.toleranceSeconds) { return false }
        guard latestDay != nil || latestExpected != nil else { return true }
        let today = LondonTime.date(at: now)
        if let latestDay, latestDay > today { return false }
        if let latestExpected, latestExpected > today.adding(months: 12) { return false }
        if let earliestExpected, earliestExpected < today.adding(months: -12) { return false }
        return true
    }
}
