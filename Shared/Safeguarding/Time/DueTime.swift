/// When something falls due, and why then: a clock explains itself (P6).
public struct DueTime: Sendable, Equatable {
    /// When it falls due.
    public let due: Instant
    /// From when it was counted.
    public let from: Instant
    /// How long it runs.
    public let length: ClockLength
    /// Which of the policy's settings says so, as `clocks.challengeWindow`; `nil` if it is none of them.
    public let setting: String?
    /// Which version of the policy said so.
    public let policyVersion: String
    /// Days that did not count.
    public let skipped: [SkippedDay]

    /// `1 working day`, `4 hours`.
    public var rule: String { length.text }

    /// One sentence: from when, by which rule and policy, which days were skipped.
    public var sentence: String {
        "\(rule) from \(from), policy \(policyVersion)" + DueTime.sentence(of: skipped)
    }

    /// What a sentence about a clock ends with. A long clock skips many weekends; the first few days say enough.
    public static func sentence(of skipped: [SkippedDay]) -> String {
        guard !skipped.isEmpty else { return "" }
        let named = skipped.prefix(12).map { "\($0.day) (\($0.reason))" }.joined(separator: ", ")
        return "; skipped \(named)" + (skipped.count > 12 ? ", …" : "")
    }
}

/// How long a clock runs.
public enum ClockLength: Sendable, Equatable {
    /// Real minutes, day and night.
    case minutes(Int)
    /// Real hours, day and night.
    case hours(Int)
    /// Minutes of working days, from the opening hour to the practice hour.
    case workingMinutes(Int)
    /// Working days; the day of the trigger is day 0, and it is due at the practice hour of the last one.
    case workingDays(Int)
    /// Months of the calendar: due at the practice hour of the same day of the month, or of the next working day.
    case months(Int)

    /// The due time of a clock of this length, which `setting` asks for.
    public func due(
        from start: Instant, calendar: WorkingCalendar, practiceHour: Int, openingHour: Int = 9, policyVersion: String,
        setting: String? = nil
    ) -> DueTime {
        switch self {
        case .minutes, .hours:
            return DueTime(
                due: start.adding(seconds: elapsedSeconds), from: start, length: self, setting: setting,
                policyVersion: policyVersion, skipped: [])
        case .workingMinutes(let minutes):
            let (due, skipped) = calendar.instant(
                minutes, ofWorkAfter: start, from: openingHour, to: practiceHour)
            return DueTime(
                due: due, from: start, length: self, setting: setting, policyVersion: policyVersion, skipped: skipped)
        case .workingDays(let days):
            let (day, skipped) = calendar.day(days, after: LondonTime.date(at: start))
            return DueTime(
                due: LondonTime.instant(day, hour: practiceHour), from: start, length: self, setting: setting,
                policyVersion: policyVersion, skipped: skipped)
        case .months(let months):
            let day = LondonTime.date(at: start).adding(months: months)
            let (due, skipped) = calendar.workingDay(from: day)
            return DueTime(
                due: LondonTime.instant(due, hour: practiceHour), from: start, length: self, setting: setting,
                policyVersion: policyVersion, skipped: skipped)
        }
    }
}

extension ClockLength {
    /// `1 working day`, `4 hours`, `90 working minutes`.
    public var text: String {
        func counted(_ count: Int, _ unit: String) -> String { "\(count) \(unit)\(count == 1 ? "" : "s")" }
        switch self {
        case .minutes(let minutes): return counted(minutes, "minute")
        case .hours(let hours): return counted(hours, "hour")
        case .workingMinutes(let minutes) where minutes % 60 == 0: return counted(minutes / 60, "working hour")
        case .workingMinutes(let minutes): return counted(minutes, "working minute")
        case .months(let months): return counted(months, "month")
        case .workingDays(let days): return counted(days, "working day")
        }
    }

    /// Reads what `text` wrote, and nothing else.
    public init?(text: String) {
        guard let space = text.firstIndex(of: " "), let count = Int(text[..<space]), count > 0, count < 1_000_000 else {
            return nil
        }
        switch text[text.index(after: space)...] {
        case "minute", "minutes": self = .minutes(count)
        case "hour", "hours": self = .hours(count)
        case "working hour", "working hours": self = .workingMinutes(count * 60)
        case "working minute", "working minutes": self = .workingMinutes(count)
        case "month", "months": self = .months(count)
        case "working day", "working days": self = .workingDays(count)
        default: return nil
        }
        guard self.text == text else { return nil }
    }

    /// Of a length that passes day and night; 0 for any other.
    private var elapsedSeconds: Int64 {
        switch self {
        case .minutes(let minutes): Int64(minutes) * 60
        case .hours(let hours): Int64(hours) * 3600
        case .workingMinutes, .workingDays, .months: 0
        }
    }
}
