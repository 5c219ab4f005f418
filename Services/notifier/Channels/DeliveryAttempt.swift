import Channels
import Messaging
import Policy
import PostgresClient
import Safeguarding

/// What an attempt has made of a message, and so of each delivery in it: pure.
struct DeliveryAttempt: Sendable, Equatable {
    enum State: String, Sendable {
        case waiting, delivered, failed
    }

    /// The message's number.
    let id: Int64
    /// The deliveries that are in it: what becomes of one becomes of all.
    let deliveries: [Int64]
    let state: State
    let attempts: Int
    let reason: DeliveryOutcome.Reason?
    /// The other side's status; nothing where nobody answered.
    let status: Int?
    /// When it is tried again, if it waits.
    let nextAttempt: Instant?

    /// What the outcome makes of a message; `nil` where nothing is to be recorded, since the attempt says nothing of it.
    static func settling(
        _ message: DueMessage, _ outcome: DeliveryOutcome, status: Int, _ policy: Policy, now: Instant
    ) -> DeliveryAttempt? {
        let attempts = message.attempts + 1
        func attempt(_ state: State, _ reason: DeliveryOutcome.Reason?, next: Instant? = nil) -> DeliveryAttempt {
            DeliveryAttempt(
                id: message.id, deliveries: message.items.map(\.id), state: state, attempts: attempts, reason: reason,
                status: status == 0 ? nil : status, nextAttempt: next)
        }
        switch outcome {
        case .delivered: return attempt(.delivered, nil)
        case .never(let reason): return attempt(.failed, reason)
        case .later(let reason):
            guard let next = policy.nextAttempt(after: attempts, from: now) else { return attempt(.failed, .gaveUp) }
            return attempt(.waiting, reason, next: next)
        case .paused, .untried: return nil
        }
    }

    /// The statement that records them.
    static func record(_ attempts: [DeliveryAttempt]) -> Query {
        let each = attempts.flatMap { attempt in attempt.deliveries.map { (id: $0, attempt: attempt) } }
        return Query(
            NotifierSQL.recordDeliveries,
            [
                .int8Array(each.map(\.id)), .textArray(each.map(\.attempt.state.rawValue)),
                .int4Array(each.map { Int32(clamping: $0.attempt.attempts) }),
                .optionalTextArray(each.map { $0.attempt.reason?.rawValue }),
                .optionalInt4Array(each.map { $0.attempt.status.map { Int32(clamping: $0) } }),
                .optionalTimestampArray(each.map { $0.attempt.nextAttempt?.microsecondsSinceEpoch }),
            ])
    }
}

/// Addresses that have just failed and are left alone for a while, so that a dead receiver does not take the places of
/// others: pure.
struct RestingAddresses: Sendable {
    /// More rest than this is no longer remembered.
    static let maximumCount = 1000
    static let seconds: Int64 = 30

    private var until: [String: Instant] = [:]

    /// Addresses that rest now.
    mutating func resting(at now: Instant) -> [String] {
        until = until.filter { $0.value > now }
        return until.keys.sorted()
    }

    /// Notes how an address has answered.
    mutating func note(_ address: String, _ outcome: DeliveryOutcome, now: Instant) {
        switch outcome {
        case .later(.unreachable), .later(.tooSlow):
            guard until.count < RestingAddresses.maximumCount else { return }
            until[address] = now.adding(seconds: RestingAddresses.seconds)
        default: until[address] = nil
        }
    }
}
