import JSON
import KafkaClient
import Messaging
import Safeguarding
import TestSupport

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

    private(set) var policy: Policy
    private(set) var tracker: EscalationTracker
    private(set) var state = TrackerState()
    private var virtual: VirtualHousehold
    var now: Instant { virtual.now }
    var clocks: [DeadlineKey: Deadline] { virtual.deadlines }
    private(set) var told: [Told] = []
    /// What the notifier reads, with the moment at which it comes.
    private(set) var due: [(at: Instant, notices: NoticeDue)] = []
    /// Notices that were due again: the notifier issues each once, and nobody should have said it twice (N1).
    private(set) var repeated = 0
    private(set) var rulings: [String: [RefusalReason]] = [:]
    private var identifiers: Set<String> = []
    /// Answers that were taken up, by their notices.
    private(set) var taken: [NoticeID: AnswerTaken] = [:]
    private(set) var rows: [EscalationRow] = []
    /// How much later than due each clock fired, in virtual microseconds.
    private(set) var latenessMicroseconds: [Int64] = []
    private var results = 0

    init(ladder: String? = nil, at start: String = "2026-11-02T10:00:00Z") throws {
        var policy = try VirtualPartnership.sample()
        if let ladder { policy = try policy.on(ladder: ladder) }
        try self.init(under: policy, at: start)
    }

    init(under policy: Policy, at start: String = "2026-11-02T10:00:00Z") throws {
        self.policy = policy
        tracker = EscalationTracker(policy: policy, topics: Topics())
        virtual = VirtualHousehold(VirtualPartnership.household, at: try Instant.reading(start))
    }

    /// The service starts again, under another policy.
    mutating func restart(under policy: Policy) {
        self.policy = policy
        tracker = EscalationTracker(policy: policy, topics: Topics())
    }

    static func sample() throws -> Policy {
        try VirtualHousehold.samplePolicy()
    }

    /// Publishes a fact as an agency; returns the event's id.
    @discardableResult
    mutating func publish(
        _ body: FactBody, as agency: String, about people: [PersonID] = [child], at said: Instant? = nil
    ) throws -> String {
        let code = try VirtualPartnership.code(agency)
        let fact = try virtual.fact(
            body, as: code,
            children: people.map { Fact.Child(person: $0, references: [code: "\(agency)-\($0.text.prefix(4))"]) },
            happenedAt: said)
        try handle(fact.event)
        return fact.eventID
    }

    /// Hands the outcome of a referral to the tracker, as the hub's desk publishes it.
    mutating func publish(_ outcome: ReferralOutcome) throws { try publish(outcome, id: "outcome") }

    /// Hands a lowered rating to the tracker, as the hub's desk publishes it.
    mutating func publish(_ lowered: RatingLowered) throws { try publish(lowered, id: "rating") }

    private mutating func publish(_ result: some ScreeningResult, id: String) throws {
        results += 1
        try handle(virtual.event(result, id: "\(id)-\(results)", from: "mash-screener"))
        keep(result.notices)
    }

    private mutating func handle(_ event: ReceivedEvent) throws {
        try take(tracker.handle(event, of: VirtualPartnership.household, state: &state, now: now))
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
        while let due = virtual.nextDue(until: end) {
            latenessMicroseconds.append(now.microsecondsSinceEpoch - due.due.microsecondsSinceEpoch)
            try take(tracker.fire(due, state: &state, now: now))
        }
    }

    private mutating func take(_ effects: [Effect<EscalationRow>]) throws {
        let (published, written) = try virtual.carryOut(effects)
        rows += written
        for event in published.compactMap(\.event) { try take(event) }
        var writer = JSONWriter()
        state.write(to: &writer)
        let read = try TrackerState(reading: JSONDocument(parsing: writer.bytes).root)
        guard let read, read == state else { throw Failure("the document does not read back what was written") }
        state = read
    }

    private mutating func take(_ event: ReceivedEvent) throws {
        // Whoever reads it takes an identifier for the same event once more, and passes it.
        guard identifiers.insert(event.envelope.id).inserted else {
            throw Failure("two events have the identifier \(event.envelope.id)")
        }
        switch event.envelope.type {
        case NoticeDue.type.text: keep(try NoticeDue.reading(event))
        case EventRuling.type.text:
            let ruling = try EventRuling.reading(event)
            rulings[ruling.eventID] = ruling.reasons
        case AnswerTaken.type.text:
            let answer = try AnswerTaken.reading(event)
            taken[answer.noticeID] = answer
        default: throw Failure("nobody expects \(event.envelope.type)")
        }
    }

    private mutating func keep(_ due: NoticeDue) {
        self.due.append((now, due))
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
