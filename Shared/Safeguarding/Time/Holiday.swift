/// A part of the United Kingdom with bank holidays of its own, by its name in the published list.
public enum HolidayDivision: String, CaseIterable, Sendable {
    /// England and Wales.
    case englandAndWales = "england-and-wales"
    /// Scotland.
    case scotland
    /// Northern Ireland.
    case northernIreland = "northern-ireland"
}

/// A bank holiday: a day, and what it is called.
public struct Holiday: Hashable, Sendable {
    /// The day that is off.
    public let day: CalendarDate
    /// Its name, as `Boxing Day (substitute day)`.
    public let title: String

    /// A holiday on a day.
    public init(_ day: CalendarDate, _ title: String) {
        self.day = day
        self.title = title
    }
}

/// What a partnership adds to the list, until the list has it: a day is proclaimed, or moved, or falls away.
public struct HolidayChange: Hashable, Sendable {
    /// Its name.
    public let title: String
    /// The day that is off; `nil` where a holiday falls away.
    public let day: CalendarDate?
    /// The day that is a working day because of it; `nil` where a day comes beside the others.
    public let insteadOf: CalendarDate?

    /// A change: a new day, a day in the place of another, or a day that falls away.
    public init(_ title: String, day: CalendarDate?, insteadOf: CalendarDate? = nil) {
        self.title = title
        self.day = day
        self.insteadOf = insteadOf
    }
}
