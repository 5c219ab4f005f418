import Contracts
import DecisionDocument
import Safeguarding

/// When an agency has last said who answers for it at each stage, and how often it has been reminded since that was due
/// (row B3).
struct Responsibility: Sendable, Equatable {
    /// From which day it was so; never, at first.
    var attestedOn: CalendarDate?
    /// Since it was due.
    var reminders = 0
}

extension Responsibility {
    static let record = Record(
        startingAs: Responsibility(),
        optional("attestedOn", at: \.attestedOn, .date(), "From which day it was so."),
        optional("reminders", at: \.reminders, .count(), or: 0, "Since it was due."))
}
