extension WorkingCalendar {
    /// The moment at which so many minutes of working time have passed, with the days passed over. Working time is from the
    /// opening hour to the closing hour in London of each working day; what begins outside it begins with the next.
    public func instant(_ minutes: Int, ofWorkAfter start: Instant, from openingHour: Int, to closingHour: Int)
        -> (due: Instant, skipped: [SkippedDay])
    {
        precondition(openingHour < closingHour, "a working day has no hour: no clock would ever be due")
        precondition(minutes >= 0, "a clock runs backwards: it would be due before it was set")
        var day = LondonTime.date(at: start)
        var left = Int64(minutes) * 60_000_000
        var skipped: [SkippedDay] = []
        while true {
            if let reason = reasonOff(day) {
                skipped.append(SkippedDay(day: day, reason: reason))
            } else {
                let begin = max(start, LondonTime.instant(day, hour: openingHour))
                let worked =
                    LondonTime.instant(day, hour: closingHour).microsecondsSinceEpoch
                    - begin.microsecondsSinceEpoch
                if worked >= left {
                    return (Instant(microsecondsSinceEpoch: begin.microsecondsSinceEpoch + left), skipped)
                }
                left -= max(worked, 0)
            }
            day = day.adding(days: 1)
        }
    }
}
