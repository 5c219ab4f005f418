import Contracts
import KafkaClient
import Messaging
import PostgresClient
import Safeguarding

/// What senders are answered. What one wrote into `correlationid` and `causationid` comes back to it here and goes nowhere
/// else; of our own identifiers a receipt says nothing.
struct Receipts {
    let topics: Topics
    let secret: PostgresUUID
    let now: Instant

    /// An event is in effect.
    func accepted(_ entry: JournalEntry, recordedAt: Instant, at asked: Asked) -> Effect<NoRows> {
        let payload = ReceiptAccepted(
            eventID: entry.eventID, eventType: entry.eventType, recordedAt: recordedAt, record: asked.place,
            ignored: entry.ignored)
        return publish(payload, to: entry.agency, asked, occasion: "answered", tally: "receipt accepted")
    }

    /// An event is on record, and waits for what it is about. What becomes of it, its receipt says.
    func waits(_ entry: JournalEntry, for waitingFor: ReceiptAccepted.WaitingFor, at asked: Asked) -> Effect<NoRows> {
        interim(entry, at: asked, waitingFor, occasion: "waits for its " + waitingFor.kind)
    }

    /// An event waits for an operator. It is named by its sender's own id: what it waits behind would be the same for
    /// everybody who waits there (N4).
    func waits(_ entry: JournalEntry, at asked: Asked) -> Effect<NoRows> {
        let itself = ReceiptAccepted.WaitingFor(
            kind: ReceiptAccepted.WaitingFor.operatorKind, id: entry.eventID, until: nil)
        return interim(entry, at: asked, itself, occasion: "waits")
    }

    private func interim(
        _ entry: JournalEntry, at asked: Asked, _ waitingFor: ReceiptAccepted.WaitingFor, occasion: String
    ) -> Effect<NoRows> {
        let payload = ReceiptAccepted(
            eventID: entry.eventID, eventType: entry.eventType, recordedAt: entry.recordedAt, record: asked.place,
            ignored: entry.ignored, waitingFor: waitingFor)
        return publish(payload, to: entry.agency, asked, occasion: occasion, tally: "receipt waiting")
    }

    /// An event has no effect.
    func refused(
        _ reasons: [RefusalReason], eventID: String?, eventType: String?, to agency: AgencyCode, at asked: Asked
    ) -> Effect<NoRows> {
        refusal(reasons, eventID: eventID, eventType: eventType, to: agency, at: asked, occasion: "answered")
    }

    /// An event that was accepted to wait has waited long enough: its sender gets it back.
    func handedBack(_ entry: JournalEntry, _ reasons: [RefusalReason]) -> Effect<NoRows> {
        takenBack(entry, reasons, at: entry.asked, occasion: "handed back")
    }

    /// An operator has taken an event out, whatever its sender was told before.
    func discarded(_ entry: JournalEntry, _ reasons: [RefusalReason], at asked: Asked) -> Effect<NoRows> {
        takenBack(entry, reasons, at: asked, occasion: "discarded")
    }

    private func takenBack(_ entry: JournalEntry, _ reasons: [RefusalReason], at asked: Asked, occasion: String)
        -> Effect<NoRows>
    {
        refusal(
            reasons, eventID: entry.eventID, eventType: entry.eventType, to: entry.agency, at: asked, occasion: occasion
        )
    }

    private func refusal(
        _ reasons: [RefusalReason], eventID: String?, eventType: String?, to agency: AgencyCode, at asked: Asked,
        occasion: String
    ) -> Effect<NoRows> {
        let payload = ReceiptRefused(eventID: eventID, eventType: eventType, reasons: reasons, record: asked.place)
        return publish(
            payload, to: agency, asked, occasion: occasion,
            tally: "receipt refused " + (reasons.first?.code.rawValue ?? ""))
    }

    /// A record is answered once for each occasion. The receipt is its own key: receipts need no order among themselves, and
    /// a key says nothing of the family.
    private func publish(
        _ payload: some EventPayload, to agency: AgencyCode, _ asked: Asked, occasion: String, tally: String
    ) -> Effect<NoRows> {
        let id =
            "receipt-"
            + SHA256.identifier(
                "receipt", secret.hex, agency.text, "\(asked.place.partition)", "\(asked.place.offset)", occasion)
        let lineage = EventLineage(
            traceparent: asked.traceparent, correlationID: asked.correlationID, causationID: asked.causationID)
        return .publish(
            ReferralIntake.publisher.record(
                payload, id: id, on: topics.notices(of: agency), key: id, from: lineage, at: now, tally: tally))
    }
}

extension Asked {
    /// How the sender of a record asked, as far as it can be read.
    init(_ message: InboundMessage) {
        let record = message.record
        self.init(place: RecordPlace(partition: Int(record.partition), offset: record.offset))
        guard case .success(let event) = message.reading else { return }
        correlationID = event.envelope.correlationID
        causationID = event.envelope.causationID
        traceparent = event.envelope.traceparent
    }
}
