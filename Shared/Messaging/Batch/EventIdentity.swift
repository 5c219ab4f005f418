import Contracts

/// The identity of an event in the inbox: the first 16 bytes of a SHA-256, kept as 32 hexadecimal digits.
///
/// An event is its source and its id (contract.md section 1). What cannot be read has no such pair and is identified by
/// the place where it stands.
public struct EventIdentity: Hashable, Comparable, Sendable {
    /// 32 hexadecimal digits.
    public let hexadecimal: String

    /// The same pair is the same event, under whatever offset it comes.
    public init(source: EventSource, id: String) {
        hexadecimal = SHA256.identifier("event", source.text, id)
    }

    /// An unreadable record is only ever itself.
    public init(topic: String, partition: Int32, offset: Int64) {
        hexadecimal = SHA256.identifier("record", topic, "\(partition)/\(offset)")
    }

    /// By digits: the order in which inbox rows are inserted, so that two transactions never wait for each other crosswise.
    public static func < (left: EventIdentity, right: EventIdentity) -> Bool { left.hexadecimal < right.hexadecimal }
}
