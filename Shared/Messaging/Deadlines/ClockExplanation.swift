import Contracts
import JSON
import Safeguarding

/// Why a clock falls due when it does, as it stands beside the clock: frozen when it was set (P6).
public struct ClockExplanation: Sendable, Equatable {
    /// An operator has moved the clock to where it is.
    public struct Move: Sendable, Equatable {
        /// The request's number; who asked and why stands there.
        public let request: Int64
        /// When it would have fallen due.
        public let dueBefore: Instant
    }

    /// From when it was counted.
    public var from: Instant?
    /// `1 working day`, `4 hours`; another sentence for a clock that follows no policy.
    public var rule: String
    /// Which of the policy's settings says so.
    public var setting: String?
    /// Which version of the policy.
    public var policyVersion: String?
    /// Days that did not count.
    public var skipped: [SkippedDay]
    /// Who moved it since, if anybody has.
    public var move: Move?

    /// What policy says of a due time.
    public init(_ due: DueTime, move: Move? = nil) {
        (from, rule, setting) = (due.from, due.rule, due.setting)
        (policyVersion, skipped) = (due.policyVersion, due.skipped)
        self.move = move
    }

    /// Reads what `encoded` wrote, and what earlier versions wrote; `nil` if it is not an object with a rule.
    public init?(reading bytes: [UInt8]) {
        guard let root = try? JSONDocument(parsing: bytes, limits: .event).root, let rule = root["rule"]?.string else {
            return nil
        }
        self.rule = rule
        from = root["from"]?.string.flatMap { Instant(rfc3339: $0) }
        setting = root["setting"]?.string
        policyVersion = root["policyVersion"]?.string
        skipped = (root["skipped"]?.elements ?? []).compactMap { entry in
            guard let day = entry["day"]?.string.flatMap({ CalendarDate($0) }), let reason = entry["reason"]?.string
            else { return nil }
            return SkippedDay(day: day, reason: reason)
        }
        if let move = root["moved"], let request = move["request"]?.int64,
            let before = move["dueBefore"]?.string.flatMap({ Instant(rfc3339: $0) })
        {
            self.move = Move(request: request, dueBefore: before)
        }
    }

    /// One sentence, as far as the parts are known: see `DueTime.sentence`.
    public var sentence: String {
        var text = rule
        if let from { text += " from \(from)" }
        if let policyVersion { text += ", policy \(policyVersion)" }
        return text + DueTime.sentence(of: skipped)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("from", from?.rfc3339)
        writer.field("rule", rule)
        writer.field("setting", setting)
        writer.field("policyVersion", policyVersion)
        writer.array("skipped", skipped) { writer, skipped in
            writer.beginObject()
            writer.field("day", skipped.day.description)
            writer.field("reason", skipped.reason)
            writer.endObject()
        }
        if let move {
            writer.object("moved") {
                $0.field("request", Int(move.request))
                $0.field("dueBefore", move.dueBefore.rfc3339)
            }
        }
    }

    /// As the column has it.
    public var encoded: [UInt8] {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        write(to: &writer)
        writer.endObject()
        return writer.bytes
    }
}

extension Deadline {
    /// A clock with its explanation as policy gave it.
    public init(key: DeadlineKey, household: HouseholdID, due: DueTime) {
        self.init(key: key, household: household, due: due.due, explanation: ClockExplanation(due).encoded)
    }
}
