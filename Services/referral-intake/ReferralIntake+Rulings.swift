import Contracts
import Messaging
import PostgresClient
import Safeguarding

/// What other services say to events that only they can judge: kept with the event, and delivered in the same transaction.
/// So whoever has its receipt finds intake knowing what it says.
extension ReferralIntake {
    /// A ruling with the event and the attempt that it is about.
    struct Judgement: Sendable {
        let event: EventIdentity
        let ruling: KeptRuling
        /// Whether nothing is judged yet, since the event waits for an operator.
        let isDelayed: Bool
        /// The referral that the event decides.
        let settles: ScreeningItemID?
    }

    /// Which event a ruling is about; read once, since the events that are looked up follow from it.
    func judgement(of message: InboundMessage) -> Result<Judgement, MessageFailure> {
        message.content {
            do throws(MessageFailure) { return .success(try readJudgement(of: message)) } catch {
                return .failure(error)
            }
        }
    }

    private func readJudgement(of message: InboundMessage) throws(MessageFailure) -> Judgement {
        let event: ReceivedEvent
        switch message.reading {
        case .success(let readable): event = readable
        case .failure(let refusal): throw MessageFailure(code: "undecodable", reason: refusal.description)
        }
        guard event.envelope.type == EventRuling.type.text else {
            throw MessageFailure(code: "unknown-type", reason: "Only rulings belong on this topic.")
        }
        let ruling = try EventRuling.reading(event)
        guard let fact = event.envelope.causationID.flatMap({ FactName($0) }) else {
            throw MessageFailure(code: "undecodable", reason: "The ruling does not name the fact that it is about.")
        }
        let identity = EventIdentity(
            topic: topics.events(of: ruling.agency).name, source: .agency(ruling.agency), id: ruling.eventID)
        return Judgement(
            event: identity,
            ruling: KeptRuling(
                reference: fact.reference, recordedAt: ruling.recordedAt, reasons: ruling.reasons),
            isDelayed: ruling.isDelayed, settles: ruling.settles)
    }

    /// A ruling on an event that is not on record is kept all the same: the database has lost the event, is about to read it
    /// again, and will find what was said to it.
    func keep(_ message: InboundMessage, _ register: inout Register, now: Instant)
        throws(MessageFailure) -> [Effect<NoRows>]
    {
        let judgement = try judgement(of: message).get()
        guard !judgement.isDelayed else { return delay(judgement, register) }
        guard register.keep(judgement.ruling, on: judgement.event), let entry = register.journal[judgement.event],
            register.ruling(on: entry) == judgement.ruling
        else { return [] }
        let clocks = conclude(judgement, entry, &register)
        return clocks + tell(judgement, entry, register, now)
    }

    /// What intake itself has noted beside the event comes to its end with the ruling.
    private func conclude(_ judgement: Judgement, _ entry: JournalEntry, _ register: inout Register)
        -> [Effect<NoRows>]
    {
        if !judgement.ruling.reasons.isEmpty { register.release(judgement.event, judgement.ruling.reference) }
        if let item = judgement.settles { register.additions.settledReferrals.append(item) }
        if entry.eventType == ReferralMade.type.text, !judgement.ruling.reasons.isEmpty {
            register.additions.withdrawnReferrals.append(judgement.event)
        }
        guard entry.eventType == ConsultationRecorded.type.text else { return [] }
        register.endWaiting(of: judgement.event)
        return [.disarm(WaitingEvent.deadline(of: judgement.event))]
    }

    private func tell(_ judgement: Judgement, _ entry: JournalEntry, _ register: Register, _ now: Instant)
        -> [Effect<NoRows>]
    {
        if judgement.ruling.isDiscard {
            let receipts = receipts(register, now)
            return entry.allAsked.map { receipts.discarded(entry, judgement.ruling.reasons, at: $0) }
        }
        guard entry.isJudgedHere else { return answer(entry, register, now) }
        // It was accepted, and whoever is to act on it cannot: its sender, who has a receipt, gets the event back.
        guard !judgement.ruling.reasons.isEmpty else { return [] }
        return [receipts(register, now).handedBack(entry, judgement.ruling.reasons)]
    }

    /// Nothing is judged, so nothing is kept: the event stays pending, and its sender is told for whom it waits. Several
    /// services may say so of one event, and none of them knows of the others: each time it is the same receipt, byte for
    /// byte, under the same id.
    private func delay(_ judgement: Judgement, _ register: Register) -> [Effect<NoRows>] {
        // A view waits for its decision anyway: whoever is not party to one would learn by this that it was made.
        guard let entry = register.journal[judgement.event], register.ruling(on: entry) == nil,
            entry.eventType != ConsultationRecorded.type.text,
            register.reference(of: entry.event, attempt: entry.attempt) == judgement.ruling.reference
        else { return [] }
        let receipts = receipts(register, entry.recordedAt)
        return entry.allAsked.map { receipts.waits(entry, at: $0) }
    }
}
