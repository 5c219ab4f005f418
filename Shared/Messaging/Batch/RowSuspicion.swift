import KafkaClient
import PostgresClient
import Safeguarding
import Synchronization

/// Decides whether a row that a constraint refused is the fault of its message: pure.
///
/// A constraint, a default or a trigger that is wrong refuses everybody's rows, with the same code as one that rightly refuses a
/// single row. So a message is given up for it only while rows of others pass. Others are another household, or where the
/// household is not known yet, another agency's topic: nobody can hold a service up with rows that are all its own. Nor can two
/// by turns, for longer than `RefusalPatience` lasts.
struct RowSuspicion: Sendable {
    /// Whose rows they are.
    enum Origin: Hashable, Sendable {
        case household(HouseholdID)
        case topic(String)
    }

    /// What two failures have in common that are alike.
    struct Failure: Hashable, Sendable {
        let sqlState: String?
        let statement: String?
        let constraint: String?
    }

    /// What became of somebody else's row that was tried meanwhile.
    enum Comparison: Equatable, Sendable {
        case passed
        case failed(Failure)
    }

    /// Whose fault a failure is taken for.
    enum Blame: Equatable, Sendable {
        case message
        /// The constraint's: it is waited for.
        case everybody
        /// The constraint's, to all appearances; but it was waited for long enough.
        case messageAfterWaiting
    }

    /// The last one that was given up, if nothing has passed since.
    private var last: (failure: Failure, origin: Origin)?
    private var patience: RefusalPatience

    init(patience: RefusalPatience = RefusalPatience()) { self.patience = patience }

    /// Something has passed.
    mutating func notePassing() {
        last = nil
        patience.notePassing()
    }

    /// Whether the message of that origin is to be given up for that failure, when others have fared so meanwhile.
    mutating func blame(
        _ failure: Failure, of origin: Origin, others: [Comparison], at now: ContinuousClock.Instant
    ) -> Blame {
        if others.contains(.passed) {
            notePassing()
            return .message
        }
        // Nobody to compare with: the first is the message's; a second one, of somebody else and with nothing in between, is not.
        let isAnothersToo = last.map { $0.failure == failure && $0.origin != origin } ?? false
        guard others.contains(.failed(failure)) || isAnothersToo else {
            last = (failure, origin)
            return .message
        }
        guard patience.isWornOut(by: failure, at: now) else { return .everybody }
        last = (failure, origin)
        return .messageAfterWaiting
    }
}

/// What the batches of one process have seen of it.
final class RowSuspicions: Sendable {
    private let state: Mutex<RowSuspicion>

    init(patience: RefusalPatience = RefusalPatience()) { state = Mutex(RowSuspicion(patience: patience)) }

    func notePassing() { state.withLock { $0.notePassing() } }

    func blame(_ failure: RowSuspicion.Failure, of origin: RowSuspicion.Origin, others: [RowSuspicion.Comparison])
        -> RowSuspicion.Blame
    {
        state.withLock { $0.blame(failure, of: origin, others: others, at: .now) }
    }
}

extension RowSuspicion.Failure {
    /// Statements at which the server tells what it checks last: one of a real transaction, one of a trial.
    static let lastStatements: Set<String> = ["COMMIT", "SET CONSTRAINTS ALL IMMEDIATE"]

    /// Whether it is the same refusal, met in a trial or in earnest.
    func isLike(_ other: Self) -> Bool {
        let isSamePlace = statement == other.statement || (isLast && other.isLast)
        return sqlState == other.sqlState && constraint == other.constraint && isSamePlace
    }

    /// Whether a transaction that has run these statements has passed the one that is refused. Every one has passed the last.
    func isTaken(by statements: Set<String>) -> Bool {
        guard let statement, !isLast else { return true }
        return statements.contains(statement)
    }

    private var isLast: Bool { statement.map(Self.lastStatements.contains) ?? false }

    init(_ error: PostgresError) {
        self.init(sqlState: error.sqlState, statement: error.statementName, constraint: error.constraintName)
    }
}

extension RowSuspicion.Origin {
    init(_ message: InboundMessage, _ household: HouseholdID?) {
        self = household.map { .household($0) } ?? .topic(message.record.topic)
    }
}
