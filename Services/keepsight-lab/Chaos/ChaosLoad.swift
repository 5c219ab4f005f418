import CommandRuntime
import Contracts
import FoundationEssentials
import KafkaClient
import Safeguarding
import ServiceRuntime

/// The steady load under which things go wrong: decisions about children of many households, some said twice, and now and
/// then bytes that are no event. Remembers what it said, and so what must have come of it.
actor ChaosLoad {
    /// What was accepted by the broker.
    struct Said: Sendable {
        /// Decision ids in the order in which they were published, by household.
        var decisions: [Int: [String]] = [:]
        /// How often each decision was published again under the same id.
        var repetitions: [String: Int] = [:]
        /// Records that are no events.
        var poison = 0
        /// Events with U+0000 in a string: refused, and no dead letters.
        var spoilt = 0
        var decisionCount: Int { decisions.values.reduce(0) { $0 + $1.count } }
    }

    let topics: Topics
    private let producer: KafkaProducer
    private let run: String
    private let socialCare: AgencyCode
    let police: AgencyCode
    private let households: Int
    var random: SeededGenerator
    private var levels: [ThresholdLevel]
    private var sequence = 0
    var said = Said()
    /// Publishes what an agency's library would refuse to: records beyond the usual sizes, highly compressed.
    let hostile: KafkaProducer
    /// Events with U+0000 in one string each, that are still to be published.
    var spoilt: [SpoiltEvent] = []

    init(_ plan: ChaosPlan, _ deployment: Deployment, run: String) throws {
        topics = deployment.topics
        producer = KafkaProducer(try deployment.kafka(), messageTimeoutMilliseconds: 120_000)
        var unbounded = try deployment.kafka()
        unbounded.settings["compression.codec"] = "zstd"
        unbounded.settings["message.max.bytes"] = "400000000"
        hostile = KafkaProducer(unbounded, messageTimeoutMilliseconds: 120_000)
        self.run = run
        socialCare = try deployment.agency("csc")
        police = try deployment.agency("police")
        households = plan.households
        random = SeededGenerator(seed: plan.seed ^ 0x10AD)
        levels = [ThresholdLevel](repeating: .section17, count: plan.households)
    }

    /// Every child is known to two agencies, which both have to be told of each decision.
    func introduce() async throws {
        // Half of what is decided cannot wait: it needs a manager whom the agency has attested (R4).
        let manager = #""name":"Chris Example","role":"team manager""#
        let contacts = (1...5).map { #"{"stage":\#($0),\#(manager)}"# }.joined(separator: ",")
        let attested = record(
            ContactsAttested.type.text, as: socialCare, id: "\(run)-attested", key: "attested",
            #"{"by":{\#(manager)},"attestedOn":"2026-11-01","contacts":[\#(contacts)]}"#)
        for result in await producer.produce([attested]) { _ = try result.get() }
        for agency in [socialCare, police] {
            let records = (0..<households).map { number in
                record(
                    InvolvementOpened.type.text, as: agency, id: "\(run)-\(agency)-\(number)", key: "\(number)",
                    #"{"role":"worker","since":"2026-01-01","children":[{"ref":"\#(run)-\#(agency)-\#(number)","name":{"given":"Child\#(number)","family":"Testperson\#(run)"},"dateOfBirth":"2015-01-01","address":{"lines":["\#(number) \#(run) Row"],"postcode":"YO1 0AA"}}]}"#
                )
            }
            for result in await producer.produce(records) { _ = try result.get() }
        }
    }

    /// Publishes so many decisions and waits until the broker has them; what it has not taken is published again.
    func publish(_ count: Int) async throws {
        var records: [KafkaRecord] = []
        for _ in 0..<count {
            let (record, id) = nextDecision()
            records.append(record)
            if Int.random(in: 0..<25, using: &random) == 0 {
                said.repetitions[id, default: 0] += 1
                records.append(record)
            }
            if Int.random(in: 0..<100, using: &random) == 0 {
                said.poison += 1
                records.append(
                    KafkaRecord(
                        topic: topics.events(of: police).name, key: nil, value: Array("no event \(sequence)".utf8),
                        headers: []))
            }
        }
        var left = records
        var rounds = 0
        while !left.isEmpty {
            let results = await producer.produce(left)
            // A record whose answer was lost may stand on the topic: it is published again, and said so.
            left = zip(left, results).compactMap { record, result in
                if case .success = result { return nil }
                if record.headers.isEmpty { said.poison += 1 }
                return record
            }
            rounds += 1
            guard rounds < 20 else {
                throw CommandFailure(.unavailable, "The broker has not taken events for minutes.")
            }
        }
    }

    /// A new identifier.
    func nextID() -> String {
        sequence += 1
        return "\(run)-x\(sequence)"
    }

    private func nextDecision() -> (KafkaRecord, String) {
        let household = Int.random(in: 0..<households, using: &random)
        let from = levels[household]
        let to: ThresholdLevel = from == .section17 ? .earlyHelp : .section17
        levels[household] = to
        sequence += 1
        let id = "\(run)-\(sequence)"
        said.decisions[household, default: []].append(id)
        return (
            record(
                DecisionChanged.type.text, as: socialCare, id: id, key: "\(household)",
                #"{"decisionId":"\#(id)","version":1,"children":[{"ref":"\#(run)-csc-\#(household)","from":"\#(from.rawValue)","to":"\#(to.rawValue)","rationale":"Tried."}],"decidedAt":"2026-11-01T10:00:00Z","authoriser":{"name":"Chris Example","role":"team manager"},"reason":"Tried.","urgent":true,"urgentReason":"Tried."}"#
            ), id
        )
    }

    func record(_ type: String, as agency: AgencyCode, id: String, key: String, _ data: String) -> KafkaRecord {
        let event =
            #"{"specversion":"1.0","id":"\#(id)","source":"/agencies/\#(agency)","type":"\#(type)","time":"2026-11-01T10:00:00Z","data":\#(data)}"#
        let (name, content) = EnvelopeWriter.contentTypeHeader
        return KafkaRecord(
            topic: topics.events(of: agency).name, key: Array(key.utf8), value: Array(event.utf8),
            headers: [KafkaHeader(name: name, value: Array(content.utf8))])
    }
}
