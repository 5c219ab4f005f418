import Contracts
import PostgresClient

/// The identity of an event in the inbox: the first 16 bytes of a SHA-256.
///
/// An event is its source and its id (contract.md section 1), on the topic where it stands: what somebody publishes under
/// another's source is another event, and takes no identity away from the other. What cannot be read has no such pair and is
/// identified by the place where it stands.
public struct EventIdentity: Hashable, Comparable, Sendable {
    /// The identity as a column has it.
    public let uuid: PostgresUUID

    /// On one topic the same pair is the same event, under whatever offset it comes.
    public init(topic: String, source: EventSource, id: String) {
        self.init(digest: SHA256.digest(of: "event", topic, source.text, id))
    }

    /// An identity as a column has it.
    public init(_ uuid: PostgresUUID) { self.uuid = uuid }

    /// An unreadable record is only ever itself.
    public init(topic: String, partition: Int32, offset: Int64) {
        self.init(digest: SHA256.digest(of: "record", topic, "\(partition)/\(offset)"))
    }

    private init(digest: [UInt8]) {
        uuid = PostgresUUID(bytes: digest.prefix(16)) ?? PostgresUUID(high: 0, low: 0)
    }

    /// 32 hexadecimal digits.
    public var hexadecimal: String { uuid.hex }

    /// By bits: the order in which inbox rows are inserted, so that two transactions never wait for each other crosswise.
    public static func < (left: EventIdentity, right: EventIdentity) -> Bool { left.uuid < right.uuid }
}
