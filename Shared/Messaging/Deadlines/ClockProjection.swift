import Contracts
import PostgresClient
import Safeguarding

/// When clocks that are set already would fall due under the policy that a process runs with.
///
/// A clock keeps the policy version under which it was set. Only an operator's request projects it anew, and names the
/// terms whose consequences the operator has seen: a service that runs by other terms refuses.
public struct ClockProjection: Sendable {
    /// What decides when clocks fall due, in short: the same for the same settings and calendar, 32 hexadecimal digits.
    public let terms: String
    private let due: @Sendable (_ setting: String?, _ rule: String, _ from: Instant) -> DueTime?

    /// - Parameters:
    ///   - terms: everything that decides when clocks fall due, as one text.
    ///   - due: the due time of a clock by its setting, or by its rule where there is no such setting, counted from then.
    public init(
        terms: String, due: @escaping @Sendable (_ setting: String?, _ rule: String, _ from: Instant) -> DueTime?
    ) {
        self.terms = SHA256.identifier("clock-terms", terms)
        self.due = due
    }

    /// Where a clock goes; `nil` if it stays: it falls due then anyway, or follows no policy.
    public func move(of deadline: Deadline) -> DueTime? {
        guard let explanation = ClockExplanation(document: deadline.explanation), let from = explanation.from,
            let projected = due(explanation.setting, explanation.rule, from), projected.due != deadline.due
        else { return nil }
        return projected
    }
}

/// What an operator asks for by `reproject`.
public struct Reprojection: RecordedDocument, Equatable {
    /// The terms whose consequences the operator has seen.
    public let terms: String
    /// Clocks of this kind only.
    public let kind: String?

    /// All clocks, or those of one kind.
    public init(terms: String, kind: String?) {
        self.terms = terms
        self.kind = kind
    }

    /// As a request carries it.
    public static let record = Record(
        Reprojection.init,
        required("terms", \.terms, .line(), "The terms whose consequences the operator has seen."),
        optional("kind", \.kind, .line(), "Clocks of this kind only."))
}

/// A clock that is set, as a row of the table has it.
public struct ArmedClock: Sendable {
    /// The clock.
    public let deadline: Deadline

    /// The columns `key`, `household`, `due_at` and `explanation`, in this order from the first; `nil` if they are no clock.
    public init?(row: Row) throws(PostgresError) {
        guard let key = DeadlineKey(text: try row.text("key")) else { return nil }
        let household = HouseholdID(try row.uuid("household"))
        deadline = Deadline(
            key: key, household: household, due: Instant(microsecondsSinceEpoch: try row.timestamp("due_at")),
            explanation: try row.bytes("explanation"))
    }
}
