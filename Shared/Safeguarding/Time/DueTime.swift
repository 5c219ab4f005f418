/// When something falls due, and why then: a clock explains itself (P6).
public struct DueTime: Sendable, Equatable {
    /// When it falls due.
    public let due: Instant
    /// From when it was counted.
    public let from: Instant
    /// `1 working day`, `4 hours`.
    public let rule: String
    /// Which version of the policy said so.
    public let policyVersion: String
    /// Days that did not count.
    public let skipped: [SkippedDay]

    /// One sentence: from when, by which rule and policy, which days were skipped.
    public var sentence: String {
        var text = "\(rule) from \(from), policy \(policyVersion)"
        // A long clock skips many weekends; the first few days say enough.
        let named = skipped.prefix(12).map { "\($0.day) (\($0.reason))" }.joined(separator: ", ")
        if !skipped.isEmpty { text += "; skipped \(named)" + (skipped.count > 12 ? ", …" : "") }
        return text
    }
}

/// How long a clock runs.
public enum ClockLength: Sendable, Equatable {
    /// Real hours, day and night.
    case hours(Int)
    /// Working days; the day of the trigger is day 0, and it is due at the practice hour of the last one.
    case workingDays(Int)

    /// The due time of a clock of this length.
    public func due(from start: Instant, calendar: WorkingCalendar, practiceHour: Int, policyVersion: String) -> DueTime
    {
        switch self {
        case .hours(let hours):
            return DueTime(
                due: start.adding(seconds: Int64(hours) * 3600), from: start,
                rule: hours == 1 ? "1 hour" : "\(hours) hours", policyVersion: policyVersion, skipped: [])
        case .workingDays(let days):
            let (day, skipped) = calendar.day(days, after: LondonTime.date(at: start))
            return DueTime(
                due: LondonTime.instant(day, hour: practiceHour), from: start,
                rule: days == 1 ? "1 working day" : "\(days) working days", policyVersion: policyVersion,
                skipped: skipped)
        }
    }
}
