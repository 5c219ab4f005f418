/// How long a record is kept, in the calendar's own measure.
public enum RetentionLength: Sendable, Equatable {
    /// Calendar years.
    case years(Int)
    /// Calendar days.
    case days(Int)

    /// Days at the least, so that lengths can be compared.
    public var atLeastDays: Int {
        switch self {
        case .years(let years): years * 365
        case .days(let days): days
        }
    }
}
