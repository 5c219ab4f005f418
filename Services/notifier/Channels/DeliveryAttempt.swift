import Channels
import Contracts
import Messaging
import Policy
import PostgresClient
import Safeguarding

/// A delivery whose time has come.
struct DueDelivery: Sendable, Equatable {
    let id: Int64
    let notice: NoticeID
    let agency: AgencyCode
    let address: String
    let template: MessageTemplate
    /// Attempts that were made before.
    let attempts: Int
    let respondBy: Instant?

    /// What a message may know.
    var facts: MessageFacts {
        MessageFacts(reference: NoticeReference(of: notice, for: agency), agency: agency, due: respondBy)
    }

    /// By which the receiver knows a second copy for one: derived from notice and agency, and good for nothing else.
    var messageIdentifier: String { "notice-" + SHA256.identifier("notice-message", agency.text, notice.text) }
}

extension DueDelivery {
    /// A row of `find-due-deliveries.sql`; `nil` if it is not one that we wrote.
    init?(_ row: Row) throws(PostgresError) {
        guard let notice = NoticeID(try row.text(1)), let agency = AgencyCode(try row.text(2)) else { return nil }
        self.init(
            id: try row.int8(0), notice: notice, agency: agency, address: try row.text(3),
            template: .named(try row.text(4)), attempts: Int(try row.int4(5)),
            respondBy: try row.optionalTimestamp(6).map(Instant.init(microsecondsSinceEpoch:)))
    }
}

/// What an attempt has made of a delivery: pure.
struct DeliveryAttempt: Sendable, Equatable {
    enum State: String, Sendable {
        case waiting, delivered, failed
    }

    let id: Int64
    let state: State
    let attempts: Int
    let reason: DeliveryOutcome.Reason?
    /// The other side's status; nothing where nobody answered.
    let status: Int?
    /// When it is tried again, if it waits.
    let nextAttempt: Instant?

    /// What the outcome makes of a delivery; `nil` where nothing is to be recorded, since the attempt says nothing of it.
    static func settling(
        _ delivery: DueDelivery, _ outcome: DeliveryOutcome, status: Int, _ policy: Policy, now: Instant
    ) -> DeliveryAttempt? {
        let attempts = delivery.attempts + 1
        func attempt(_ state: State, _ reason: DeliveryOutcome.Reason?, next: Instant? = nil) -> DeliveryAttempt {
            DeliveryAttempt(
                id: delivery.id, state: state, attempts: attempts, reason: reason, status: status == 0 ? nil : status,
                nextAttempt: next)
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
        Query(
            NotifierSQL.recordDeliveries,
            [
                .int8Array(attempts.map(\.id)), .textArray(attempts.map(\.state.rawValue)),
                .int4Array(attempts.map { Int32(clamping: $0.attempts) }),
                .optionalTextArray(attempts.map { $0.reason?.rawValue }),
                .optionalInt4Array(attempts.map { $0.status.map { Int32(clamping: $0) } }),
                .optionalTimestampArray(attempts.map { $0.nextAttempt?.microsecondsSinceEpoch }),
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
