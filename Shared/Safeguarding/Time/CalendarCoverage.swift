extension WorkingCalendar {
    /// Days from one day to the end of the last year that the list covers; negative once that is over. `nil` if it covers none.
    public func daysCovered(from day: CalendarDate) -> Int? {
        guard let year = coveredYears.max(), let last = CalendarDate(year: year, month: 12, day: 31) else { return nil }
        return last.daysSinceEpoch - day.daysSinceEpoch
    }

    /// What is to be said of how far the list goes; `nil` as long as more than `warnDays` are left.
    ///
    /// Clocks go on by the standing rules where the list ends, and nobody would see that a proclaimed day is not known.
    public func warning(on day: CalendarDate, warnDays: Int) -> String? {
        guard let left = daysCovered(from: day), let year = coveredYears.max() else {
            return "The calendar has no published list that covers a year, so days off follow the standing rules alone "
                + "and a day that is proclaimed is not known. Name the published list in calendar.yaml."
        }
        guard left < warnDays else { return nil }
        let ending = left < 0 ? "ended \(-left) days ago" : "ends in \(left) days"
        return
            "The list of bank holidays covers the years up to \(year), the last of which \(ending); after it the standing "
            + "rules are used, and a day that is proclaimed is not known. Put the list that is published now in its place "
            + "and start the services again."
    }
}
