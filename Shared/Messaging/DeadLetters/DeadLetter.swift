import Contracts
import KafkaClient
import Safeguarding

/// A message that could not be handled, on its way to the operators with its bytes as they came.
public struct DeadLetter: Sendable {
    /// The record as it came.
    public let record: KafkaMessage
    /// Why it could not be handled.
    public let failure: MessageFailure
    /// When it was first given up.
    public let at: Instant

    /// A letter about one record.
    public init(record: KafkaMessage, failure: MessageFailure, at: Instant) {
        self.record = record
        self.failure = failure
        self.at = at
    }

    /// The longest value that a letter carries, twice what an event may be. Beyond it the rest stays where it came from: ten
    /// kilobytes on a topic must not become megabytes here.
    static let maximumValueBytes = 512 * 1024

    /// The record for `dead-letters.<service>`: same key, same bytes, and headers that say where it came from and why.
    public func outgoing(topic: String) -> OutgoingRecord {
        let value = record.value ?? []
        var origin = [
            (name: DeadLetterHeader.topic, value: record.topic),
            (name: DeadLetterHeader.partition, value: String(record.partition)),
            (name: DeadLetterHeader.offset, value: String(record.offset)),
            (name: DeadLetterHeader.code, value: failure.code),
            (name: DeadLetterHeader.reason, value: failure.reason),
            (name: DeadLetterHeader.firstSeen, value: at.rfc3339),
        ]
        let whole = record.cutFromBytes ?? value.count
        if whole > min(value.count, DeadLetter.maximumValueBytes) {
            origin.append((name: DeadLetterHeader.cutFrom, value: String(whole)))
        }
        return OutgoingRecord(
            topic: topic, key: record.key.map { DeadLetter.text(of: $0) },
            value: Array(value.prefix(DeadLetter.maximumValueBytes)),
            headers: RecordHeaders.encoded(record, adding: origin))
    }
}

extension DeadLetter {
    /// A key as PostgreSQL can hold it: it takes no NUL, and a key may be anything.
    private static func text(of key: [UInt8]) -> String {
        String(decoding: key.prefix(1024).map { $0 == 0 ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
    }
}

/// The names of a dead letter's headers.
public enum DeadLetterHeader {
    /// The topic it came from.
    public static let topic = "keepsight-topic"
    /// The partition it came from.
    public static let partition = "keepsight-partition"
    /// The offset it came from.
    public static let offset = "keepsight-offset"
    /// Kebab-case code of the failure.
    public static let code = "keepsight-code"
    /// The sentence that explains the failure.
    public static let reason = "keepsight-reason"
    /// RFC 3339.
    public static let firstSeen = "keepsight-first-seen"
    /// Bytes of the whole value, where the letter carries only its beginning.
    public static let cutFrom = "keepsight-cut-from"
}
