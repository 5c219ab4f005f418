import Contracts
import JSON
import KafkaClient
import Messaging
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import ReferralIntake

/// Intake with its register in memory: events go in, what is published comes out. No database, no broker, no sleeping.
struct VirtualIntake {
    /// What was published.
    struct Said {
        let topic: String
        let key: String?
        let event: ReceivedEvent
        /// As it stands on the topic.
        let value: [UInt8]

        var type: String { event.envelope.type }
        var isAccepted: Bool { type == ReceiptAccepted.type.text }
        var codes: [String] { (event.data["reasons"]?.elements ?? []).compactMap { $0["code"]?.string } }
        var paths: [String] { (event.data["reasons"]?.elements ?? []).compactMap { $0["path"]?.string } }
        var message: String { event.data["reasons"]?.elements.first?["message"]?.string ?? "" }
        /// Without what differs from one receipt to the next.
        var content: String { String(decoding: event.data.rawBytes, as: UTF8.self) }
    }

    /// What an agency writes beside the data.
    struct Attributes {
        var source: String?
        var correlationID: String?
        var causationID: String?
    }

    let policy: Policy
    let topics = Topics()
    let intake: ReferralIntake
    /// No single one: intake finds out itself whose each event is.
    private var virtual: VirtualHousehold
    private(set) var register = Register()
    private var seen: Set<EventIdentity> = []
    private var offsets: [String: Int64] = [:]

    /// Under the sample policy, or another.
    init(policy other: Policy? = nil) throws {
        policy = try other ?? Policy.load(directory: TestEnvironment.project + "/deploy/policy")
        intake = ReferralIntake(policy: policy, topics: topics)
        virtual = VirtualHousehold(HouseholdID(digest: [0]), at: Partnership.now)
    }

    var now: Instant {
        get { virtual.now }
        set { virtual.now = newValue }
    }

    var clocks: [DeadlineKey: Deadline] { virtual.deadlines }

    /// Publishes an event; what came of it.
    mutating func publish(
        _ type: String, as agency: String, id: String, _ data: String, _ attributes: Attributes = Attributes(),
        time: Instant? = nil
    ) throws -> [Said] {
        let when = (time ?? now.adding(seconds: -60)).rfc3339
        return try take(record(type, as: agency, id: id, time: when, data, attributes))
    }

    /// The record of an event, on its agency's topic.
    mutating func record(
        _ type: String, as agency: String, id: String, time: String, _ data: String,
        _ attributes: Attributes = Attributes()
    ) throws -> KafkaMessage {
        let extra = [("correlationid", attributes.correlationID), ("causationid", attributes.causationID)]
            .compactMap { name, value in value.map { #""\#(name)":"\#($0)","# } }.joined()
        let source = attributes.source ?? "/agencies/\(agency)"
        let event = #"""
            {"specversion":"1.0","id":"\#(id)","source":"\#(source)","type":"keepsight.\#(type)",\#(extra)\#
            "time":"\#(time)","data":\#(data)}
            """#
        return record(on: topics.events(of: try #require(AgencyCode(agency))).name, Array(event.utf8))
    }

    /// Publishes bytes as they are.
    mutating func send(_ bytes: [UInt8], as agency: String) throws -> [Said] {
        let code = try #require(AgencyCode(agency))
        return try take(record(on: topics.events(of: code).name, bytes))
    }

    /// Another service's ruling on a fact.
    mutating func judge(_ fact: Said, _ reasons: [RefusalReason] = [], at moment: Instant? = nil) throws -> [Said] {
        try take(ruling(on: fact, reasons, at: moment))
    }

    /// What another service has said on `events.judged`.
    mutating func hear(_ said: [OutgoingRecord]) throws -> [Said] {
        try said.flatMap { try take(record(on: topics.rulings.name, $0.value ?? [])) }
    }

    /// The record of such a ruling.
    mutating func ruling(on said: Said, _ reasons: [RefusalReason] = [], at moment: Instant? = nil) throws
        -> KafkaMessage
    {
        let fact = try Fact.reading(said.event)
        let ruling = EventRuling(on: fact, reasons: reasons, at: moment ?? now)
        return record(of: ruling, on: said, id: "verdict-")
    }

    /// The record of what another service says in place of a ruling that it has given.
    mutating func record(of ruling: EventRuling, on said: Said) -> KafkaMessage {
        record(of: ruling, on: said, id: "discarded-")
    }

    private mutating func record(of ruling: EventRuling, on said: Said, id: String) -> KafkaMessage {
        let cause = said.event.envelope.id
        return record(
            on: topics.rulings.name,
            virtual.bytes(ruling, id: id + cause, from: "escalation-tracker", causationID: cause))
    }

    /// One record, as the engine hands it on.
    mutating func take(_ record: KafkaMessage) throws -> [Said] {
        let message = InboundMessage(record)
        var workspace = ReferralIntake.Workspace(register: register)
        let effects =
            seen.insert(message.identity).inserted
            ? try intake.handle(message, in: &workspace, now: now)
            : intake.handleRepeated(message, in: &workspace, now: now)
        register = workspace.register
        return try carryOut(effects)
    }

    /// A record that the database will not hold.
    mutating func giveUp(_ bytes: [UInt8], as agency: String) throws -> [Said] {
        let code = try #require(AgencyCode(agency))
        let message = InboundMessage(record(on: topics.events(of: code).name, bytes))
        var workspace = ReferralIntake.Workspace()
        return try carryOut(
            intake.handleGivenUp(
                message, because: MessageFailure(code: "not-storable", reason: "Refused."), in: &workspace, now: now))
    }

    /// Fires every deadline that is due by then, each at its moment.
    mutating func pass(until moment: Instant) throws -> [Said] {
        var said: [Said] = []
        while let due = virtual.nextDue(until: moment) {
            var workspace = ReferralIntake.Workspace(register: register)
            let effects = intake.fire(due, in: &workspace, now: now)
            register = workspace.register
            said += try carryOut(effects)
        }
        return said
    }

    /// Puts another register in the place of the one that there is.
    mutating func replace(_ register: Register) { self.register = register }

    /// Forgets what a database forgets that loses its last commits; the topics still have it.
    mutating func forget() {
        register = Register()
        seen = []
    }

    private mutating func record(on topic: String, _ bytes: [UInt8]) -> KafkaMessage {
        let offset = offsets[topic, default: 0]
        offsets[topic] = offset + 1
        return KafkaMessage(
            topic: topic, partition: 0, offset: offset, timestampMilliseconds: 0, key: nil, value: bytes, headers: [])
    }

    private mutating func carryOut(_ effects: [Effect<NoRows>]) throws -> [Said] {
        try virtual.carryOut(effects).published.compactMap { published in
            published.event.map {
                Said(
                    topic: published.record.topic, key: published.record.key, event: $0,
                    value: published.record.value ?? [])
            }
        }
    }
}

extension Array<VirtualIntake.Said> {
    var receipts: [VirtualIntake.Said] { filter { $0.type.hasPrefix("keepsight.receipt.") } }
    var facts: [VirtualIntake.Said] { filter { $0.topic == Topics().facts.name } }
}

/// Events with made-up people, as the tests publish them.
enum Events {
    /// One moment, so that what is published again says the same.
    private static let moment = SampleEvents.minutesAgo(10)

    static func consultation(of agency: String, on decision: String = "D1") -> String {
        #"""
        {"decisionId":"\#(decision)","decidedBy":"csc","version":1,"agency":"\#(agency)","consulted":{"name":"Pat Example","role":"practitioner"},\#
        "at":"\#(moment)","view":"support"}
        """#
    }

    static func involvement(_ prefix: String, _ count: Int = 1) -> String {
        SampleEvents.involvement(prefix, children: count)
    }

    static func decision(
        _ id: String = "D1", refs: [String] = ["CSC-A"], from: String = "section-47", role: String = "team manager",
        extra: String = ""
    ) -> String {
        let children = refs.map {
            #"{"ref":"\#($0)","from":"\#(from)","to":"section-17","rationale":"Support is accepted."}"#
        }.joined(separator: ",")
        return #"""
            {"decisionId":"\#(id)","version":1,"children":[\#(children)],"decidedAt":"\#(moment)",\#
            "authoriser":{"name":"Chris Example","role":"\#(role)"},"reason":"Support is thought to be enough."\#(extra)}
            """#
    }

    static func stepDown(role: String = "team manager", attendee: String = "health-visiting") -> String {
        #"""
        {"decisionId":"D9","version":1,"children":[{"ref":"CSC-A","from":"section-17","to":"early-help",\#
        "rationale":"The aims are met."}],"reviewId":"RV-1","heldAt":"\#(SampleEvents.minutesAgo(60))","attendees":[\#
        {"agency":"\#(attendee)","name":"Tess Example","role":"health visitor","view":"support"}],\#
        "authoriser":{"name":"Chris Example","role":"\#(role)"},"reason":"The aims are met."}
        """#
    }

    static func discussion(attendee: String) -> String {
        SampleEvents.discussion(children: 1).replacing(
            #"{"agency":"health-visiting""#,
            with: #"{"agency":"\#(attendee)","name":"Pat Example","role":"worker"},{"agency":"health-visiting""#)
    }

    static func conference(_ id: String = "CR-1") -> String {
        #"{"requestId":"\#(id)","children":[{"ref":"CSC-A"}],"by":{"name":"A Example","role":"b"},"grounds":"It goes on."}"#
    }

    /// The child of another house.
    static let elsewhere = #"""
        {"role":"worker","since":"2026-01-05","children":[{"ref":"CSC-Z","name":{"given":"Zed","family":"Otherfamily"},\#
        "dateOfBirth":"2016-01-01","address":{"lines":["9 Far Row"],"postcode":"YO9 9ZZ"}}]}
        """#
}
