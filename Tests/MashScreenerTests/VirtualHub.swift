import Contracts
import Messaging
import Policy
import Safeguarding
import TestSupport

@testable import MashScreener

/// The screening hub of one household in virtual time: facts go in, clocks fire when their time comes, and what is said
/// is kept. No I/O, no sleeping.
struct VirtualHub {
    static let household = HouseholdID(digest: [1])

    let policy: Policy
    let screener: MashScreener
    private var virtual: VirtualHousehold
    private(set) var state = OpenItems()

    /// At a moment, such as `2026-04-02T10:00:00Z`.
    init(at time: String, policy: Policy? = nil) throws {
        self.policy = try policy ?? VirtualHousehold.samplePolicy()
        screener = MashScreener(policy: self.policy, topics: Topics())
        virtual = VirtualHousehold(VirtualHub.household, at: try VirtualHousehold.instant(time))
    }

    static func instant(_ text: String) throws -> Instant { try VirtualHousehold.instant(text) }

    static func agency(_ text: String) throws -> AgencyCode { try VirtualHousehold.agency(text) }

    var now: Instant { virtual.now }
    var clocks: [DeadlineKey: Deadline] { virtual.deadlines }
    var measured: [Messaging.Measurement] { virtual.measured }
    var tombstones: Int { virtual.published.count { $0.record.value == nil } }
    /// How many records were published under each word of the metrics.
    var publishedByKind: [String: Int] {
        virtual.published.compactMap(\.record.tally).reduce(into: [:]) { $0[$1, default: 0] += 1 }
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
        let code = try VirtualHub.agency(agency)
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
            .screening(ScreeningFact(itemID: try VirtualHub.itemID(referral), by: by, action: action)), from: "mash",
            children: [])
    }

    private mutating func take(_ body: FactBody, from agency: String, children: [Fact.Child]) throws {
        let fact = try virtual.fact(body, as: try VirtualHub.agency(agency), children: children)
        try virtual.carryOut(try screener.handle(fact.event, of: VirtualHub.household, state: &state, now: now))
    }

    /// Lets time pass: every clock that falls due fires at its moment, in order.
    mutating func wait(until time: String) throws {
        while let due = virtual.nextDue(until: try VirtualHub.instant(time)) {
            try virtual.carryOut(screener.fire(due, state: &state, now: now))
        }
    }

    /// An operator moves a clock.
    mutating func move(_ kind: String, to due: DueTime) throws {
        let key = DeadlineKey(kind: kind, subject: try VirtualHub.itemID().text)
        let deadline = Deadline(key: key, household: VirtualHub.household, due: due)
        virtual.arm(deadline)
        try virtual.carryOut(screener.moved(deadline, state: &state, now: now))
    }

    /// Everything of a type that was published so far, with when.
    func all<Payload: EventPayload>(_ type: Payload.Type) -> [(at: Instant, payload: Payload)] { virtual.all(type) }

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
        all(EventRuling.self).flatMap(\.payload.reasons).map(\.code.rawValue)
    }
}
