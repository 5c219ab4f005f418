import Foundation
import JSON
import KafkaClient
import Messaging
import Safeguarding

@testable import Contracts
@testable import EscalationTracker
@testable import Notifier
@testable import Policy

/// One household and the tracker, in virtual time: facts go in, clocks fire in order when time is moved, and every notice
/// that the notifier would issue is kept with the moment at which it was. No I/O; the household's document is written and
/// read again after each event, as the engine does it.
struct VirtualPartnership {
    /// A notice as its agency would get it.
    struct Told: Equatable, CustomStringConvertible {
        let at: Instant
        let agency: String
        let kind: NoticeKind
        let task: NoticeTask?
        let addressedTo: [String]
        let children: [PersonID]
        let details: [ChildDetail]
        let because: Set<PartyReason>
        let id: NoticeID
        let body: NoticeBody

        var description: String {
            let task = task.map { " \($0.rawValue)" } ?? ""
            let people = addressedTo.isEmpty ? "" : " for " + addressedTo.joined(separator: ", ")
            return "\(at.rfc3339) \(agency): \(kind.rawValue)\(task)\(people)"
        }
    }

    static let household = HouseholdID(digest: [7])
    static let child = PersonID(digest: [1])
    static let sibling = PersonID(digest: [2])

    let policy: Policy
    let tracker: EscalationTracker
    private(set) var casebook = Casebook()
    private(set) var now: Instant
    private(set) var told: [Told] = []
    /// Notices that were due again: the notifier issues each once, and nobody should have said it twice (N1).
    private(set) var repeated = 0
    private(set) var verdicts: [String: [RefusalReason]] = [:]
    /// Answers that were taken up, by their notices.
    private(set) var taken: [NoticeID: AnswerTaken] = [:]
    private(set) var clocks: [DeadlineKey: Deadline] = [:]
    private(set) var rows: [EscalationRow] = []
    /// How much later than due each clock fired, in virtual microseconds.
    private(set) var latenessMicroseconds: [Int64] = []
    private var events = 0

    init(ladder: String? = nil, at start: String = "2026-11-02T10:00:00Z") throws {
        var policy = try VirtualPartnership.sample()
        if let ladder { policy = try policy.on(ladder: ladder) }
        self.policy = policy
        tracker = EscalationTracker(policy: policy, topics: Topics())
        now = try Instant.reading(start)
    }

    static func sample() throws -> Policy {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("deploy/policy").path
        return try Policy.load(directory: folder)
    }

    /// Publishes a fact as an agency; returns the event's id.
    @discardableResult
    mutating func publish(_ body: FactBody, as agency: String, about people: [PersonID] = [child]) throws -> String {
        events += 1
        let id = "e\(events)"
        let code = try VirtualPartnership.code(agency)
        let fact = Fact(
            context: Fact.Context(
                agency: code, eventID: id, eventType: body.type.text, household: VirtualPartnership.household,
                happenedAt: now, recordedAt: now),
            children: people.map { Fact.Child(person: $0, references: [code: "\(agency)-\($0.text.prefix(4))"]) },
            body: body)
        var writer = JSONWriter()
        writer.beginObject()
        fact.write(to: &writer)
        writer.endObject()
        try handle(body.type.text, id: "fact-\(id)", JSONDocument(parsing: writer.bytes).root)
        return id
    }

    /// Hands the outcome of a referral to the tracker, as the hub's desk publishes it.
    mutating func publish(_ outcome: ReferralOutcome) throws {
        var writer = JSONWriter()
        writer.beginObject()
        outcome.write(to: &writer)
        writer.endObject()
        events += 1
        try handle(ReferralOutcome.type.text, id: "outcome-\(events)", JSONDocument(parsing: writer.bytes).root)
        keep(outcome.notices)
    }

    /// Hands a lowered rating to the tracker, as the hub's desk publishes it.
    mutating func publish(_ lowered: RatingLowered) throws {
        var writer = JSONWriter()
        writer.beginObject()
        lowered.write(to: &writer)
        writer.endObject()
        events += 1
        try handle(RatingLowered.type.text, id: "rating-\(events)", JSONDocument(parsing: writer.bytes).root)
        keep(lowered.notices)
    }

    private mutating func handle(_ type: String, id: String, _ data: JSONValue) throws {
        let envelope = Envelope(id: id, source: .service("referral-intake"), type: type, time: now)
        let effects = try tracker.handle(
            ReceivedEvent(envelope: envelope, data: data), of: VirtualPartnership.household, state: &casebook, now: now)
        try take(effects)
    }

    /// Moves time on; everything that falls due on the way fires when it is due, in order.
    mutating func wait(until text: String) throws {
        try wait(until: Instant.reading(text))
    }

    /// Moves time on by so many working days, to their practice hour and a second more.
    mutating func wait(workingDays: Int) throws {
        try wait(until: policy.due(.workingDays(workingDays), from: now).due.adding(seconds: 1))
    }

    private mutating func wait(until end: Instant) throws {
        while let next = clocks.values.min(by: { ($0.due, $0.key.text) < ($1.due, $1.key.text) }), next.due <= end {
            clocks[next.key] = nil
            now = max(now, next.due)
            latenessMicroseconds.append(now.microsecondsSinceEpoch - next.due.microsecondsSinceEpoch)
            let due = DueDeadline(key: next.key, household: next.household, due: next.due)
            try take(tracker.fire(due, state: &casebook, now: now))
        }
        now = end
    }

    private mutating func take(_ effects: [Effect<EscalationRow>]) throws {
        for effect in effects {
            switch effect {
            case .arm(let deadline): clocks[deadline.key] = deadline
            case .disarm(let key): clocks[key] = nil
            case .record(let row): rows.append(row)
            case .publish(let record): try take(record)
            case .measure: break
            }
        }
        var writer = JSONWriter()
        casebook.write(to: &writer)
        let read = try Casebook(reading: JSONDocument(parsing: writer.bytes).root)
        guard let read, read == casebook else { throw Failure("the document does not read back what was written") }
        casebook = read
    }

    private mutating func take(_ record: OutgoingRecord) throws {
        let event = try EnvelopeReader.read(
            value: record.value ?? [], headers: [], now: Instant(microsecondsSinceEpoch: .max))
        switch event.envelope.type {
        case NoticeDue.type.text: keep(try NoticeDue.reading(event))
        case VerdictGiven.type.text:
            let verdict = try VerdictGiven.reading(event)
            verdicts[verdict.eventID] = verdict.reasons
        case AnswerTaken.type.text:
            let answer = try AnswerTaken.reading(event)
            taken[answer.noticeID] = answer
        default: throw Failure("nobody expects \(event.envelope.type)")
        }
    }

    private mutating func keep(_ due: NoticeDue) {
        for draft in NoticePlanner.of(due) {
            let id = draft.notice(of: VirtualPartnership.household)
            // The notifier issues a notice once.
            guard !told.contains(where: { $0.id == id }) else {
                repeated += 1
                continue
            }
            told.append(
                Told(
                    at: now, agency: draft.agency.text, kind: draft.kind, task: draft.task,
                    addressedTo: draft.addressedTo.map(\.role),
                    children: draft.told.map(\.person), details: draft.details,
                    because: draft.because, id: id, body: due.body))
        }
    }

    static func code(_ text: String) throws -> AgencyCode {
        guard let code = AgencyCode(text) else { throw Failure("no agency \(text)") }
        return code
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}

extension Instant {
    static func reading(_ text: String) throws -> Instant {
        guard let instant = Instant(rfc3339: text) else { throw VirtualPartnership.Failure("no instant: \(text)") }
        return instant
    }
}
