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

    /// The record for `dead-letters.<service>`: same key, same bytes, and headers that say where it came from and why.
    public func outgoing(topic: String) -> OutgoingRecord {
        let origin = [
            (name: DeadLetterHeader.topic, value: record.topic),
            (name: DeadLetterHeader.partition, value: String(record.partition)),
            (name: DeadLetterHeader.offset, value: String(record.offset)),
            (name: DeadLetterHeader.code, value: failure.code),
            (name: DeadLetterHeader.reason, value: failure.reason),
            (name: DeadLetterHeader.firstSeen, value: at.rfc3339),
        ]
        return OutgoingRecord(
            topic: topic, key: record.key.map { String(decoding: $0, as: UTF8.self) }, value: record.value ?? [],
            headers: encodedHeaders(record, adding: origin))
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
}
