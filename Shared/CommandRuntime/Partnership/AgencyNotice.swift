import Contracts
import KafkaClient
import Safeguarding

/// What stands on an agency's notices topic, as values.
public enum AgencyNotice: Sendable {
    /// The receipt of an event that was taken.
    case accepted(ReceiptAccepted)
    /// The receipt of an event that was refused, with every reason.
    case refused(ReceiptRefused)
    /// A notice.
    case issued(NoticeIssued)

    /// `nil` for what is none of the three, or cannot be read.
    public init?(_ message: KafkaMessage) {
        guard let event = AgencyNotice.event(message) else { return nil }
        var reasons = RefusalReasons()
        switch event.envelope.type {
        case ReceiptAccepted.type.text:
            guard let receipt = ReceiptAccepted(reading: event.data, &reasons) else { return nil }
            self = .accepted(receipt)
        case ReceiptRefused.type.text:
            guard let receipt = ReceiptRefused(reading: event.data, &reasons) else { return nil }
            self = .refused(receipt)
        case NoticeIssued.type.text:
            guard let notice = NoticeIssued(reading: event.data, &reasons) else { return nil }
            self = .issued(notice)
        default: return nil
        }
    }

    /// The event in a record, structured or binary; `nil` if there is none.
    public static func event(_ message: KafkaMessage) -> ReceivedEvent? {
        let headers = message.headers.map { (name: $0.name, value: $0.value) }
        return try? EnvelopeReader.read(value: message.value ?? [], headers: headers, now: .now)
    }

    /// The event that a receipt answers.
    public var answeredEvent: String? {
        switch self {
        case .accepted(let receipt): receipt.eventID
        case .refused(let receipt): receipt.eventID
        case .issued: nil
        }
    }

    /// Whether it only says what the event waits for: its receipt proper has come, or is to come.
    public var isInterim: Bool {
        switch self {
        case .accepted(let receipt): receipt.isInterim
        case .refused, .issued: false
        }
    }

    /// Whether the event waits for an operator.
    public var waitsForOperator: Bool {
        if case .accepted(let receipt) = self { return receipt.waitsForOperator }
        return false
    }

    /// Where the record stands that a receipt answers.
    public var answeredRecord: RecordPlace? {
        switch self {
        case .accepted(let receipt): receipt.record
        case .refused(let receipt): receipt.record
        case .issued: nil
        }
    }
}
