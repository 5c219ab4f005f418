import KafkaClient
import PostgresClient
import Safeguarding
import Synchronization

/// Decides whether a row that a constraint refused is the fault of its message: pure.
///
/// A constraint, a default or a trigger that is wrong refuses everybody's rows, with the same code as one that rightly refuses a
/// single row. So a message is given up for it only while rows of others pass. Others are another household, or where the
/// household is not known yet, another agency's topic: nobody can hold a service up with rows that are all its own.
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

    /// The last one that was given up, if nothing has passed since.
    private var last: (failure: Failure, origin: Origin)?

    /// Something has passed.
    mutating func notePassing() { last = nil }

    /// Whether the message of that origin is to be given up for that failure, when others have fared so meanwhile.
    mutating func isMessages(_ failure: Failure, of origin: Origin, others: [Comparison]) -> Bool {
        if others.contains(.passed) {
            last = nil
            return true
        }
        if others.contains(.failed(failure)) { return false }
        // Nobody to compare with. The first is the message's; a second one, of somebody else and with nothing in between, is not.
        if let last, last.failure == failure, last.origin != origin { return false }
        last = (failure, origin)
        return true
    }
}

/// What the batches of one process have seen of it.
final class RowSuspicions: Sendable {
    private let state = Mutex(RowSuspicion())

    func notePassing() { state.withLock { $0.notePassing() } }

    func isMessages(_ failure: RowSuspicion.Failure, of origin: RowSuspicion.Origin, others: [RowSuspicion.Comparison])
        -> Bool
    {
        state.withLock { $0.isMessages(failure, of: origin, others: others) }
    }
}

extension RowSuspicion.Failure {
    init(_ error: PostgresError) {
        self.init(sqlState: error.sqlState, statement: error.statementName, constraint: error.constraintName)
    }
}

extension RowSuspicion.Origin {
    init(_ message: InboundMessage, _ household: HouseholdID?) {
        self = household.map { .household($0) } ?? .topic(message.record.topic)
    }
}
