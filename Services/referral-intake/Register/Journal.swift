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
    /// JSON Pointers of what its type does not have: every receipt of it lists them. Their keys are the sender's own words, so
    /// they go nowhere else.
    var ignored: [String] = []
    /// How it was asked for again, while it was judged elsewhere: each is answered with the ruling.
    var askers: [Asked] = []

    /// So many wait for one ruling beside the first; beyond them a record is refused, to be sent again.
    static let maximumAskers = 20

    /// Every record of the event that is answered with its ruling.
    var allAsked: [Asked] { [asked] + askers }

    /// Those beside the first, as an array in PostgreSQL's own notation.
    var otherHouseholds: String? {
        households.count > 1 ? "{" + households.dropFirst().map(\.text).joined(separator: ",") + "}" : nil
    }

    /// The pointers as a column has them, one a line, since none has a line feed; `nil` for none, which costs nothing.
    var ignoredLines: String? { ignored.isEmpty ? nil : ignored.joined(separator: "\n") }

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

extension Asked {
    fileprivate static let record = Record(
        Asked.init, flat(\.place, RecordPlace.record),
        optional("correlationid", \.correlationID, .verbatim(), "The sender's own."),
        optional("causationid", \.causationID, .verbatim(), "The sender's own."),
        optional("traceparent", \.traceparent, .verbatim(), "W3C trace context."))
}

/// Several of them, as a column has them.
struct Askers: RecordedDocument, Equatable {
    let askers: [Asked]

    static let record = Record(
        Askers.init,
        required(
            "askers", \.askers, .list(.object(Asked.record), 0...JournalEntry.maximumAskers),
            "In the order in which they asked."))
}

/// What whoever can judge an event has said to it.
struct KeptRuling: Sendable, Equatable {
    /// Which attempt it is about.
    let reference: PostgresUUID
    let recordedAt: Instant
    /// What stands against it; nothing if it is accepted.
    let reasons: [RefusalReason]

    /// Whether an operator has taken the event out.
    var isDiscard: Bool { reasons.first?.code == .discardedByOperator }
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

    func ruling(on entry: JournalEntry) -> KeptRuling? {
        guard let kept = rulings[entry.event] else { return nil }
        let reference = reference(of: entry.event, attempt: entry.attempt)
        return kept.first { $0.reference == reference }
    }

    func standing(of entry: JournalEntry) -> Standing {
        if let ruling = ruling(on: entry) {
            return ruling.reasons.isEmpty ? .accepted(recordedAt: ruling.recordedAt) : .refused(ruling.reasons)
        }
        return entry.isJudgedHere ? .accepted(recordedAt: entry.recordedAt) : .pending
    }

    /// What a consultation waits for, if it does.
    func waitingFor(_ consultation: ConsultationRecorded, _ event: EventIdentity) -> ReceiptAccepted.WaitingFor? {
        let subject = Admission.subject(
            decision: consultation.decisionID, of: consultation.decidedBy)
        guard let until = waiting[subject]?.first(where: { $0.event == event })?.until else { return nil }
        return ReceiptAccepted.WaitingFor(
            kind: ReceiptAccepted.WaitingFor.decisionKind, id: consultation.decisionID, until: until)
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

    /// Keeps a ruling. `false` if there is one already: an attempt has one, unless an operator takes out what was accepted.
    mutating func keep(_ ruling: KeptRuling, on event: EventIdentity) -> Bool {
        guard let place = rulings[event]?.firstIndex(where: { $0.reference == ruling.reference }) else {
            rulings[event, default: []].append(ruling)
            additions.rulings.append((event, ruling))
            return true
        }
        guard ruling.isDiscard, rulings[event]?[place].reasons.isEmpty == true else { return false }
        rulings[event]?[place] = ruling
        let isOfIt = { (added: (event: EventIdentity, ruling: KeptRuling)) in
            added.event == event && added.ruling.reference == ruling.reference
        }
        if let added = additions.rulings.firstIndex(where: isOfIt) {
            additions.rulings[added].ruling = ruling
        } else {
            additions.replacedRulings.append((event, ruling))
        }
        return true
    }

    /// An event is asked for again while it is judged. `false` if as many wait for its ruling as may.
    mutating func add(_ asker: Asked, to event: EventIdentity) -> Bool {
        guard let entry = journal[event], entry.askers.count < JournalEntry.maximumAskers else { return false }
        guard entry.asked.place != asker.place, !entry.askers.contains(where: { $0.place == asker.place }) else {
            return true
        }
        journal[event]?.askers.append(asker)
        additions.asked.insert(event)
        return true
    }
}

extension KeptRuling {
    /// As a column has what stands against the event; `nil` if nothing does.
    var refusal: [UInt8]? {
        reasons.isEmpty ? nil : KeptReasons(reasons: reasons).document
    }

    /// Reads the columns `reference`, `recorded_at` and `refusal`. A refusal that cannot be read is one all the same.
    init(reference: PostgresUUID, recordedAt: Instant, refusal: [UInt8]?) {
        self.init(
            reference: reference, recordedAt: recordedAt, reasons: refusal.map(KeptRuling.reasons(reading:)) ?? [])
    }

    private static func reasons(reading refusal: [UInt8]) -> [RefusalReason] {
        KeptReasons(document: refusal)?.reasons
            ?? [
                RefusalReason(
                    path: "", code: .refusedBefore,
                    message: "The event was refused before; the reasons cannot be read any more. Send it with a new id."
                )
            ]
    }
}

/// What stands against an event, as a column has it.
struct KeptReasons: RecordedDocument, Equatable {
    let reasons: [RefusalReason]

    static let record = Record(
        KeptReasons.init,
        required(
            "reasons", \.reasons, .list(.reason(), 1...RefusalReasons.maximum + 1), "Every reason, the first one first."
        ))
}

extension RefusalCode {
    /// The event was refused before, for reasons that cannot be read any more.
    static let refusedBefore = RefusalCode(rawValue: "refused-before")
}
