import Contracts
import Safeguarding

/// Why a clock falls due when it does, as it stands beside the clock: frozen when it was set (P6).
public struct ClockExplanation: RecordedDocument, Equatable {
    /// An operator has moved the clock to where it is.
    public struct Move: Sendable, Equatable {
        /// The request's number; who asked and why stands there.
        public let request: Int64
        /// When it would have fallen due.
        public let dueBefore: Instant

        fileprivate static let record = Record(
            Move.init, required("request", \.request, .offset(), "The request's number."),
            required("dueBefore", \.dueBefore, .instant(), "When it would have fallen due."))
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

    private init(
        from: Instant?, rule: String, setting: String?, policyVersion: String?, skipped: [SkippedDay], move: Move?
    ) {
        (self.from, self.rule, self.setting) = (from, rule, setting)
        (self.policyVersion, self.skipped, self.move) = (policyVersion, skipped, move)
    }

    /// As the column has it.
    public static let record = Record(
        ClockExplanation.init(from:rule:setting:policyVersion:skipped:move:),
        optional("from", \.from, .instant(), "From when it was counted."),
        required("rule", \.rule, .text(2000), "How long, or why where it follows no policy."),
        optional("setting", \.setting, .line(), "Which of the policy's settings says so."),
        optional("policyVersion", \.policyVersion, .line(), "Which version of the policy."),
        optional("skipped", \.skipped, .list(.object(skippedDay), 0...10_000), or: [], "Days that did not count."),
        optional("moved", \.move, .object(Move.record), "Who moved it since."))

    private static let skippedDay = Record(
        SkippedDay.init(day:reason:), required("day", \.day, .date(), "The day."),
        required("reason", \.reason, .text(2000), "Why it does not count."))

    /// One sentence, as far as the parts are known: see `DueTime.sentence`.
    public var sentence: String {
        var text = rule
        if let from { text += " from \(from)" }
        if let policyVersion { text += ", policy \(policyVersion)" }
        return text + DueTime.sentence(of: skipped)
    }
}

extension Deadline {
    /// A clock with its explanation as policy gave it.
    public init(key: DeadlineKey, household: HouseholdID, due: DueTime) {
        self.init(key: key, household: household, due: due.due, explanation: ClockExplanation(due).document)
    }
}
