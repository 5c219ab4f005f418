import Contracts
import Foundation
import Messaging
import Policy
import Safeguarding

@testable import MashScreener

/// The screening desk of one household in virtual time: facts go in, clocks fire when their time comes, and what is said
/// is kept. No I/O, no sleeping.
struct Desk {
    static let household = HouseholdID(digest: [1])
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("deploy/policy").path

    let policy: Policy
    let screener: MashScreener
    private let topics = Topics()
    private(set) var state = ScreeningDesk()
    private(set) var now: Instant
    private(set) var clocks: [DeadlineKey: Deadline] = [:]
    private(set) var said: [(at: Instant, topic: String, event: ReceivedEvent)] = []
    private(set) var tombstones = 0
    private(set) var tallies: [String: Int] = [:]
    private(set) var measured: [Messaging.Measurement] = []
    private var facts = 0

    /// At a moment, such as `2026-04-02T10:00:00Z`.
    init(at time: String, policy: Policy? = nil) throws {
        self.policy = try policy ?? Policy.load(directory: Desk.folder)
        screener = MashScreener(policy: self.policy, topics: Topics())
        now = try Desk.instant(time)
    }

    static func instant(_ text: String) throws -> Instant {
        guard let instant = Instant(rfc3339: text) else { throw Wrong(text: text) }
        return instant
    }

    struct Wrong: Error { let text: String }

    static func agency(_ text: String) throws -> AgencyCode {
        guard let code = AgencyCode(text) else { throw Wrong(text: text) }
        return code
    }

    /// The only open item.
    var item: ScreeningItemUpdated? { state.items.first?.shown }

    static func itemID(_ referral: String = "R1", from agency: String = "health-visiting") throws -> ScreeningItemID {
        ScreeningItemID(household: household, referrer: try self.agency(agency), referralID: referral)
    }

    mutating func refer(
        _ id: String = "R1", from agency: String = "health-visiting", concerns: [String] = ["medical"],
        isImmediateRisk: Bool = false, children: UInt8 = 1
    ) throws {
        let code = try Desk.agency(agency)
        try take(
            .referral(
                ReferralFact(
                    referralID: id, referrerRole: "health visitor", sourceOfReferral: .healthVisitor,
                    primaryNeed: nil,
                    concernKinds: concerns, isImmediateRisk: isImmediateRisk)), from: agency,
            children: (1...children).map { number in
                Fact.Child(
                    person: PersonID(digest: [number]), dateOfBirth: nil, expectedDateOfBirth: nil, sex: nil,
                    references: [code: "HV-\(number)"])
            })
    }

    mutating func act(_ action: ScreeningFact.Action, on referral: String = "R1", by name: String = "Sam Example")
        throws
    {
        let by = Person(name: name, role: "screener")
        try take(
            .screening(ScreeningFact(itemID: try Desk.itemID(referral), by: by, action: action)), from: "mash",
            children: [])
    }

    private mutating func take(_ body: FactBody, from agency: String, children: [Fact.Child]) throws {
        facts += 1
        let context = Fact.Context(
            agency: try Desk.agency(agency), eventID: "e\(facts)", eventType: body.type.text,
            household: Desk.household, happenedAt: now, recordedAt: now)
        let envelope = Envelope(
            id: "fact-\(facts)", source: .service("referral-intake"), type: body.type.text, time: now)
        let bytes = EnvelopeWriter.write(envelope) {
            Fact(context: context, children: children, body: body).write(to: &$0)
        }
        let event = try EnvelopeReader.read(value: bytes, headers: [], now: now)
        carryOut(try screener.handle(event, of: Desk.household, state: &state, now: now))
    }

    /// Lets time pass: every clock that falls due fires at its moment, in order.
    mutating func wait(until time: String) throws {
        let end = try Desk.instant(time)
        while let next = clocks.values.filter({ $0.due <= end }).min(by: {
            ($0.due, $0.key.text) < ($1.due, $1.key.text)
        }) {
            now = max(now, next.due)
            clocks[next.key] = nil
            let due = DueDeadline(key: next.key, household: next.household, due: next.due)
            carryOut(screener.fire(due, state: &state, now: now))
        }
        now = end
    }

    /// An operator moves a clock.
    mutating func move(_ kind: String, to due: DueTime) throws {
        let key = DeadlineKey(kind: kind, subject: try Desk.itemID().text)
        let deadline = Deadline(key: key, household: Desk.household, due: due)
        clocks[key] = deadline
        carryOut(screener.moved(deadline, state: &state, now: now))
    }

    private mutating func carryOut(_ effects: [Effect<NoRows>]) {
        for effect in effects {
            switch effect {
            case .arm(let deadline): clocks[deadline.key] = deadline
            case .disarm(let key): clocks[key] = nil
            case .measure(let measurement): measured.append(measurement)
            case .record: break
            case .publish(let record):
                if let tally = record.tally { tallies[tally, default: 0] += 1 }
                guard let value = record.value else {
                    tombstones += 1
                    continue
                }
                if let event = try? EnvelopeReader.read(value: value, headers: [], now: now) {
                    said.append((now, record.topic, event))
                }
            }
        }
    }

    /// Everything of a type that was said so far, with when.
    func all<Payload: EventPayload>(_ type: Payload.Type) -> [(at: Instant, payload: Payload)] {
        var reasons = RefusalReasons()
        return said.filter { $0.event.envelope.type == Payload.type.text }
            .compactMap { entry in Payload(reading: entry.event.data, &reasons).map { (entry.at, $0) } }
    }

    /// What agencies are told to do, as `time agency task stage role`.
    var prompts: [String] {
        all(NoticeDue.self).flatMap { at, notices in
            notices.receivers.map { receiver in
                ([at.rfc3339, receiver.agency.text, receiver.task?.rawValue ?? "-"]
                    + receiver.addressedTo.map { "\($0.stage) \($0.role)" }).joined(separator: " ")
            }
        }
    }

    var refusals: [String] {
        all(VerdictGiven.self).flatMap(\.payload.reasons).map(\.code.rawValue)
    }
}
