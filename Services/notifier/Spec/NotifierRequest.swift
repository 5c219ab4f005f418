import Contracts
import Messaging
import Safeguarding

/// What an operator may ask of the notifier, as the content of a `ServiceRequest`: the command line writes it, and the notifier
/// reads it.
public enum NotifierRequest: RecordedDocument, Equatable {
    /// A recipient is to hear nothing from now on.
    case doNotNotify(AgencyCode, address: String)
    /// A recipient is to hear again.
    case notifyAgain(AgencyCode, address: String)
    /// Deliveries that failed are to be tried again: those named, or all if none is.
    case retry([Int64])
    /// What an agency's topic has lost is to be delivered again, or left as it is.
    case recover(AgencyCode, isLeft: Bool)

    /// Deliveries named in one request, at the most.
    public static let maximumDeliveries = 1000

    private struct Recipient: Sendable {
        let agency: AgencyCode
        let address: String

        static let record = Record(
            Recipient.init, required("agency", \.agency, .agency(), "Whose contact."),
            required("address", \.address, .line(2000), "The contact's e-mail address or the webhook's URL."))
    }

    private struct Receiver: Sendable {
        let agency: AgencyCode

        static let record = Record(Receiver.init, required("agency", \.agency, .agency(), "Whose topic of notices."))
    }

    private struct Deliveries: Sendable {
        let numbers: [Int64]

        static let record = Record(
            Deliveries.init,
            optional(
                "deliveries", \.numbers, .list(.offset(), 0...maximumDeliveries), or: [],
                "Which, by their numbers; all that have failed if none is named."))
    }

    /// As a request carries it.
    public static let record = Record<NotifierRequest>(
        oneOf: "do", "What is asked.",
        RecordVariant("do-not-notify", Recipient.record, { .doNotNotify($0.agency, address: $0.address) }) {
            guard case .doNotNotify(let agency, let address) = $0 else { return nil }
            return Recipient(agency: agency, address: address)
        },
        RecordVariant("notify-again", Recipient.record, { .notifyAgain($0.agency, address: $0.address) }) {
            guard case .notifyAgain(let agency, let address) = $0 else { return nil }
            return Recipient(agency: agency, address: address)
        },
        RecordVariant("retry", Deliveries.record, { .retry($0.numbers) }) {
            guard case .retry(let numbers) = $0 else { return nil }
            return Deliveries(numbers: numbers)
        },
        RecordVariant("deliver-again", Receiver.record, { .recover($0.agency, isLeft: false) }) {
            guard case .recover(let agency, false) = $0 else { return nil }
            return Receiver(agency: agency)
        },
        RecordVariant("leave-lost", Receiver.record, { .recover($0.agency, isLeft: true) }) {
            guard case .recover(let agency, true) = $0 else { return nil }
            return Receiver(agency: agency)
        })
}
