import Contracts
import JSON
import Messaging
import PostgresClient
import Safeguarding

/// An event that was let in, as the journal has it.
struct JournalEntry: Sendable {
    let event: EventIdentity
    let agency: AgencyCode
    let eventID: String
    let eventType: String
    let happenedAt: Instant
    let recordedAt: Instant
    /// Of what it says: the same id with another digest is another event.
    let digest: [UInt8]
    /// How many events with this id were let in, with this one; all before it were refused.
    let attempt: Int
    let asked: Asked
    /// Whether the table has a row of an earlier attempt.
    var isReplacement = false
    /// The data as it came; empty where it was read back.
    let content: [UInt8]
    /// Whose record it is; most events are about one household, an agency's own matters about none.
    var households: [HouseholdID] = []

    /// Those beside the first, as an array in PostgreSQL's own notation.
    var otherHouseholds: String? {
        households.count > 1 ? "{" + households.dropFirst().map(\.text).joined(separator: ",") + "}" : nil
    }

    /// Whether intake itself judges it. A type that is in the catalogue no more was judged when it was let in.
    var isJudgedHere: Bool {
        EventCatalogue.terms(of: eventType)?.adjudicator ?? .referralIntake == .referralIntake
    }
}

/// How a sender asked: what its receipt gives back to it, and nobody else gets.
struct Asked: Sendable, Equatable {
    let place: RecordPlace
    var correlationID: String?
    var causationID: String?
    var traceparent: String?
}

/// What whoever can judge an event has said to it.
struct KeptVerdict: Sendable, Equatable {
    /// Which attempt it is about.
    let reference: PostgresUUID
    let recordedAt: Instant
    /// What stands against it; nothing if it is accepted.
    let reasons: [RefusalReason]
}

extension Register {
    /// How it stands with an event on record.
    enum Standing: Equatable {
        case accepted(recordedAt: Instant)
        case refused([RefusalReason])
        /// Its judge has not said anything yet.
        case pending
    }

    /// What an attempt's facts, children and households are named after: the same each time that it is brought into effect,
    /// and nothing that could be computed from the sender's id.
    func reference(of event: EventIdentity, attempt: Int) -> PostgresUUID {
        let digest = SHA256.digest(of: "attempt", secret.hex, event.hexadecimal, "\(attempt)")
        return PostgresUUID(bytes: digest.prefix(16)) ?? event.uuid
    }

    func verdict(on entry: JournalEntry) -> KeptVerdict? {
        guard let kept = verdicts[entry.event] else { return nil }
        let reference = reference(of: entry.event, attempt: entry.attempt)
        return kept.first { $0.reference == reference }
    }

    func standing(of entry: JournalEntry) -> Standing {
        if let verdict = verdict(on: entry) {
            return verdict.reasons.isEmpty ? .accepted(recordedAt: verdict.recordedAt) : .refused(verdict.reasons)
        }
        return entry.isJudgedHere ? .accepted(recordedAt: entry.recordedAt) : .pending
    }

    /// What a consultation waits for, if it does.
    func waitingFor(_ consultation: ConsultationRecorded, _ event: EventIdentity) -> ReceiptAccepted.WaitingFor? {
        let subject = Admission.subject(decision: consultation.decisionID)
        guard let until = waiting[subject]?.first(where: { $0.event == event })?.until else { return nil }
        return ReceiptAccepted.WaitingFor(kind: "decision", id: consultation.decisionID, until: until)
    }

    /// An event is let in. Of two under one id in a batch only the last is written: the first was refused.
    mutating func note(_ entry: JournalEntry) {
        var entry = entry
        if let known = journal[entry.event] {
            let count = additions.journal.count
            additions.journal.removeAll { $0.event == entry.event }
            entry.isReplacement = additions.journal.count == count || known.isReplacement
        }
        journal[entry.event] = entry
        additions.journal.append(entry)
    }

    /// Keeps a verdict. `false` if it is on record already.
    mutating func keep(_ verdict: KeptVerdict, on event: EventIdentity) -> Bool {
        guard verdicts[event]?.contains(where: { $0.reference == verdict.reference }) != true else { return false }
        verdicts[event, default: []].append(verdict)
        additions.verdicts.append((event, verdict))
        return true
    }
}

extension KeptVerdict {
    /// As a column has what stands against the event; `nil` if nothing does.
    var refusal: [UInt8]? {
        guard !reasons.isEmpty else { return nil }
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.array("reasons", reasons) { writer, reason in reason.write(to: &writer) }
        writer.endObject()
        return writer.bytes
    }

    /// Reads the columns `reference`, `recorded_at` and `refusal`. A refusal that cannot be read is one all the same.
    init(reference: PostgresUUID, recordedAt: Instant, refusal: [UInt8]?) {
        self.init(
            reference: reference, recordedAt: recordedAt, reasons: refusal.map(KeptVerdict.reasons(reading:)) ?? [])
    }

    private static func reasons(reading refusal: [UInt8]) -> [RefusalReason] {
        var problems = RefusalReasons()
        let root = (try? JSONDocument(parsing: refusal, limits: .event))?.root
        let reasons = root?["reasons"]?.elements.compactMap { RefusalReason(reading: $0, &problems) } ?? []
        guard reasons.isEmpty else { return reasons }
        return [
            RefusalReason(
                path: "", code: .refusedBefore,
                message: "The event was refused before; the reasons cannot be read any more. Send it with a new id.")
        ]
    }
}

extension RefusalCode {
    /// The event was refused before, for reasons that cannot be read any more.
    static let refusedBefore = RefusalCode(rawValue: "refused-before")
}
