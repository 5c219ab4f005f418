import Contracts
import Messaging
import PostgresClient
import Safeguarding

/// A delivery that is part of no e-mail yet.
struct GatheredDelivery: Sendable, Equatable {
    let id: Int64
    let agency: AgencyCode
    let address: String
    let pace: DeliveryPace
    let due: Instant
}

extension GatheredDelivery {
    /// A row of `find-gathered-deliveries.sql`; `nil` if it is not one that we wrote.
    init?(_ row: Row) throws(PostgresError) {
        guard let agency = AgencyCode(try row.text("agency")), let pace = DeliveryPace(rawValue: try row.text("pace"))
        else {
            return nil
        }
        self.init(
            id: try row.int8("id"), agency: agency, address: try row.text("address"), pace: pace,
            due: Instant(microsecondsSinceEpoch: try row.timestamp("next_attempt_at")))
    }
}

/// Which deliveries go together (contract N2): pure. What falls due takes with it everything else that waits for the same contact at
/// the same pace. What it is put into is written down before it is sent and does not change: a process that is killed sends the same
/// e-mail again under the same Message-ID, and one that fails is tried again as a whole.
enum MessagePlan {
    /// An e-mail names no more than so many notices; the rest is another.
    static let maximumDeliveries = 200

    private struct Contact: Hashable {
        let agency: AgencyCode
        /// Upper and lower case make no other mailbox.
        let address: String
        let pace: DeliveryPace
    }

    /// The messages, each by the numbers of its deliveries, the first of which is the message's own number; those that have
    /// waited longest first.
    static func messages(of waiting: [GatheredDelivery], now: Instant) -> [[Int64]] {
        let contacts = Dictionary(grouping: waiting) {
            Contact(agency: $0.agency, address: $0.address.lowercased(), pace: $0.pace)
        }
        var messages: [(due: Instant, deliveries: [Int64])] = []
        for deliveries in contacts.values {
            guard let due = deliveries.map(\.due).min(), due <= now else { continue }
            var numbers = deliveries.map(\.id).sorted()[...]
            while !numbers.isEmpty {
                messages.append((due, Array(numbers.prefix(maximumDeliveries))))
                numbers = numbers.dropFirst(maximumDeliveries)
            }
        }
        return messages.sorted { ($0.due, $0.deliveries[0]) < ($1.due, $1.deliveries[0]) }.map(\.deliveries)
    }

    /// The statement that writes them down.
    static func compose(_ messages: [[Int64]]) -> Query {
        Query(
            NotifierSQL.composeMessages,
            [
                .int8Array(messages.flatMap { $0 }),
                .int8Array(messages.flatMap { message in message.map { _ in message[0] } }),
            ])
    }
}
