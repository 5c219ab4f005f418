import Contracts
import JSON
import Safeguarding

/// When an agency has last said who answers for it at each stage, and how often it has been reminded since that was due
/// (row B3).
struct Responsibility: Sendable, Equatable {
    /// From which day it was so; never, at first.
    var attestedOn: CalendarDate?
    /// Since it was due.
    var reminders = 0

    init() {}

    init?(document: JSONValue?) {
        self.init()
        guard let document else { return }
        var reasons = RefusalReasons()
        attestedOn = document.optionalDate("attestedOn", &reasons)
        reminders = document["reminders"]?.int64.map { Int($0) } ?? 0
        guard reasons.isEmpty else { return nil }
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("attestedOn", attestedOn?.description)
        writer.field("reminders", reminders)
        writer.endObject()
    }
}
