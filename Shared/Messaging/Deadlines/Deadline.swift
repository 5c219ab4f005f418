import Safeguarding

/// The name of a clock within its service: `<kind>:<what it is about>`.
public struct DeadlineKey: Hashable, Sendable {
    /// Kebab-case: `acknowledgement`, `reconvened-discussion`.
    public let kind: String
    /// What it is about: a notice, a decision, a screening item.
    public let subject: String

    /// The clock of that kind on that subject.
    public init(kind: String, subject: String) {
        self.kind = kind
        self.subject = subject
    }

    /// Reads `<kind>:<subject>`; `nil` without a colon.
    public init?(text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        self.init(kind: String(text[..<colon]), subject: String(text[text.index(after: colon)...]))
    }

    /// `<kind>:<subject>`.
    public var text: String { kind + ":" + subject }
}

/// A clock to set: what falls due when, and why then.
public struct Deadline: Sendable, Equatable {
    /// Which clock.
    public var key: DeadlineKey
    /// Whose clock: it fires under this household's lock, in its order.
    public var household: HouseholdID
    /// When it falls due.
    public var due: Instant
    /// Why then, as an encoded JSON object: from when, which policy version, which days were skipped (P6).
    public var explanation: [UInt8]

    /// A clock to set.
    public init(key: DeadlineKey, household: HouseholdID, due: Instant, explanation: [UInt8]) {
        self.key = key
        self.household = household
        self.due = due
        self.explanation = explanation
    }
}

/// A clock that has fallen due and is no longer set.
public struct DueDeadline: Sendable, Equatable {
    /// Which clock.
    public var key: DeadlineKey
    /// Whose clock.
    public var household: HouseholdID
    /// When it fell due.
    public var due: Instant

    /// A clock that has fallen due.
    public init(key: DeadlineKey, household: HouseholdID, due: Instant) {
        self.key = key
        self.household = household
        self.due = due
    }
}

extension DueDeadline: Comparable {
    /// In the order in which they fire: by due time, then by key, so that it is the same whoever fires them.
    public static func < (left: DueDeadline, right: DueDeadline) -> Bool {
        (left.due, left.key.text, left.household) < (right.due, right.key.text, right.household)
    }
}

/// For how long the deadlines of a household wait that could not be fired.
enum DeadlinePause {
    /// Seconds after so many attempts in vain: a minute, then four times as long each time, four hours at the most.
    static func seconds(afterAttempts attempts: Int) -> Double {
        min(4 * 3600, 60 * Double(1 << (2 * min(6, max(0, attempts - 1)))))
    }
}
