import CommandRuntime
import Contracts
import JSON
import Messaging
import PostgresClient
import Safeguarding

/// A clock that is set, with what its service says of it.
struct ClockLine: Sendable {
    let service: String
    let key: DeadlineKey
    let household: HouseholdID
    let due: Instant
    let explanation: ClockExplanation?
    /// What happens when it falls due.
    let consequence: String?
    /// Who moved it, and why, if anybody has.
    let movedBy: (name: String, reason: String)?
    /// The database's clock.
    let now: Instant

    init?(_ row: Row, service: String) throws(PostgresError) {
        guard let clock = try ArmedClock(row: row) else { return nil }
        self.service = service
        (key, household, due) = (clock.deadline.key, clock.deadline.household, clock.deadline.due)
        explanation = ClockExplanation(document: clock.deadline.explanation)
        consequence = try row.optionalText("consequence")
        let (name, reason) = (try row.optionalText("moved_by"), try row.optionalText("moved_because"))
        movedBy = name.flatMap { name in reason.map { (name, $0) } }
        now = Instant(microsecondsSinceEpoch: try row.timestamp("now"))
    }

    /// Everything that there is to say, a line each.
    var text: TerminalText {
        var lines = [
            key.text,
            field("due", "\(BritishTime.long(due)) (\(due.rfc3339)): \(BritishTime.distance(from: now, to: due))"),
            field("set by", "\(service), for household \(household)"),
        ]
        if let explanation {
            let setting = explanation.setting.map { " (\($0))" } ?? ""
            lines.append(field("runs", explanation.rule + setting))
            if let from = explanation.from {
                lines.append(field("from", "\(BritishTime.long(from)) (\(from.rfc3339))"))
            }
            if let version = explanation.policyVersion { lines.append(field("policy", "version \(version)")) }
            for (place, skipped) in explanation.skipped.enumerated() {
                lines.append(field(place == 0 ? "skipped" : "", "\(BritishTime.day(skipped.day)): \(skipped.reason)"))
            }
            if explanation.skipped.isEmpty { lines.append(field("skipped", "no day")) }
            if let move = explanation.move {
                let who = movedBy.map { " by \($0.name): \($0.reason)" } ?? ""
                lines.append(
                    field("moved", "from \(BritishTime.long(move.dueBefore)), on request \(move.request)\(who)"))
            }
        }
        lines.append(field("then", consequence ?? "The service has not said what this kind of clock is for."))
        return TerminalText(lines: lines)
    }

    private func field(_ name: String, _ value: String) -> String { name.padded(to: 9) + value }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("deadline", key.text)
        writer.field("kind", key.kind)
        writer.field("service", service)
        writer.field("household", household.text)
        writer.field("dueAt", due.rfc3339)
        writer.field("secondsLeft", Int(due.seconds(since: now)))
        writer.field("late", due < now)
        if let explanation { writer.object("explanation") { ClockExplanation.record.write(explanation, &$0) } }
        if let movedBy {
            writer.object("movedBy") {
                $0.field("name", movedBy.name)
                $0.field("reason", movedBy.reason)
            }
        }
        writer.field("then", consequence)
        writer.endObject()
    }
}
