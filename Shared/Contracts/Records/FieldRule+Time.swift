import JSON
import Safeguarding

extension FieldRule where Value == Instant {
    /// A moment that has happened (E4).
    public static func pastInstant() -> FieldRule {
        FieldRule(
            FieldShape(
                schema: ["type": "string", "format": "date-time"],
                words: "time with an offset, such as `2026-11-23T10:15:00Z`",
                beyondSchema: ["from 2000-01-01 to five minutes ahead of our clock, and one that exists"]),
            read: { value, reasons in
                guard let moment = value.instant(&reasons) else { return nil }
                reasons.moments?.check(moment, at: value.pointer, &reasons)
                return moment
            }, write: { $1.string($0.rfc3339) })
    }

    /// A moment, whenever it is.
    public static func instant() -> FieldRule {
        FieldRule(
            FieldShape(
                schema: ["type": "string", "format": "date-time"],
                words: "time with an offset, such as `2026-11-23T10:15:00Z`",
                beyondSchema: ["one that exists"]), read: { $0.instant(&$1) }, write: { $1.string($0.rfc3339) })
    }
}

extension FieldRule where Value == CalendarDate {
    /// A day that has come, from 2000-01-01 on (E4).
    public static func pastDate() -> FieldRule { pastDate(from: MomentLimits.earliestDay) }

    /// A day on which somebody was born: from 1900 to today (E4).
    public static func birthDate() -> FieldRule { pastDate(from: MomentLimits.earliestBirth) }

    /// A day, whenever it is.
    public static func date() -> FieldRule {
        FieldRule(
            shape(["a day that exists"]), read: { $0.date(&$1) }, write: { $1.string($0.description) })
    }

    private static func pastDate(from earliest: CalendarDate) -> FieldRule {
        FieldRule(
            shape(["a day that exists, from \(earliest) to today"]),
            read: { value, reasons in
                guard let day = value.date(&reasons) else { return nil }
                reasons.moments?.check(day, from: earliest, at: value.pointer, &reasons)
                return day
            }, write: { $1.string($0.description) })
    }

    private static func shape(_ beyond: [String]) -> FieldShape {
        FieldShape(schema: ["type": "string", "format": "date"], words: "date as `YYYY-MM-DD`", beyondSchema: beyond)
    }
}
