import Contracts
import Foundation
import JSON
import KafkaClient
import Policy
import Safeguarding
import ServiceRegistry

/// A whole partnership for one test: a database, topics under a prefix, and the four services as processes.
public actor Partnership {
    /// Something that stands on an agency's notices topic.
    public struct Heard: Sendable {
        /// Whose topic.
        public let agency: String
        /// The CloudEvent's id.
        public let eventID: String
        /// The CloudEvent's type.
        public let type: String
        /// The data.
        public let data: JSONValue
        /// The notice, if it is one.
        public let notice: NoticeIssued?

        /// Whether it is a notice, and not of what most walks begin with: the enquiry, and where the child stands for who joins.
        public var isOfTheMatter: Bool {
            notice.map { $0.kind != .thresholdRaised && $0.kind != .currentStatus } ?? false
        }
    }

    /// The services, in the order in which they are started.
    public static let services = ServiceRegistry.names

    /// Its database.
    public nonisolated let database: TestDatabase
    /// Its topics.
    public nonisolated let topics: Topics
    /// Its policy.
    public nonisolated let policy: Policy
    /// Every agency of it.
    public nonisolated let agencies: [AgencyCode]

    /// The broker.
    public nonisolated let kafka: KafkaConfiguration
    private let producer: KafkaProducer
    private var reader: KafkaReader?
    private var children: [String: ServiceChild] = [:]
    private var heard: [Heard] = []
    private var published = 0

    /// Makes topics, and a database if none is given; starts nothing.
    public init(on broker: String? = nil, in database: TestDatabase? = nil) async throws {
        guard let servers = broker ?? TestEnvironment.kafka else {
            throw Missing("KAFKA_BOOTSTRAP_SERVERS is not set. Run the tests by deploy/test with KAFKA_HOME.")
        }
        kafka = KafkaConfiguration(bootstrapServers: servers, clientIdentifier: "test")
        producer = KafkaProducer(kafka)
        if let database { self.database = database } else { self.database = try await TestDatabase.make() }
        topics = Topics(prefix: "t" + UUID().uuidString.prefix(8).lowercased() + ".")
        policy = try Policy.load(directory: TestEnvironment.project + "/deploy/policy")
        agencies = policy.agencies.codes
        try await makeTopics()
        reader = try await KafkaReader(
            kafka, topics: agencies.map { topics.notices(of: $0).name }, from: .earliest)
    }

    /// Makes the topics that are not there.
    public func makeTopics() async throws {
        let admin = try KafkaAdmin(kafka)
        _ = try await admin.create(
            topics.all(agencies: agencies, services: ServiceRegistry.names).map {
                TopicSpecification(
                    name: $0.name, partitions: Int32($0.partitions), replicationFactor: 1,
                    configuration: $0.settings(replicas: 1))
            })
    }

    /// Begins to listen anew, at the first record of every topic: after the broker has lost its own.
    public func listenAnew() async throws {
        await reader?.close()
        heard = []
        reader = try await KafkaReader(
            kafka, topics: agencies.map { topics.notices(of: $0).name }, from: .earliest)
    }

    /// Starts all four services, some of them with settings of their own.
    public func start(_ special: [String: [String: String]] = [:]) async throws {
        for service in Partnership.services { try start(service, special[service] ?? [:]) }
    }

    /// Starts one service.
    public func start(_ service: String, _ special: [String: String] = [:]) throws {
        children[service] = try ServiceChild(service, environment: environment.merging(special) { $1 })
    }

    /// What a service or the command line needs to know.
    public nonisolated var environment: [String: String] {
        [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "",
            "LD_LIBRARY_PATH": ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"] ?? "",
            "KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrapServers,
            "KEEPSIGHT_DATABASE_URL": database.url,
            "KEEPSIGHT_TOPIC_PREFIX": topics.prefix,
            // One replica of each; after a kill the next one takes its place at once.
            "KEEPSIGHT_REPLICA": "1",
            "KEEPSIGHT_POLICY_DIR": TestEnvironment.project + "/deploy/policy",
            "KEEPSIGHT_HTTP_ADDRESS": "127.0.0.1:0",
        ]
    }

    /// Runs `keepsight` as an operator: its exit status, and what it printed.
    public func keepsight(
        _ arguments: [String], _ special: [String: String] = [:], seconds: Double = 60
    ) async throws -> (status: Int32, text: String) {
        let child = try ServiceChild(
            "keepsight", arguments: arguments, environment: environment.merging(special) { $1 })
        guard await child.ended(withinSeconds: seconds) else {
            throw Missing("keepsight \(arguments.joined(separator: " ")) did not end in \(seconds) s")
        }
        return (child.ending.code, child.log)
    }

    /// Stops a service as an operator would, and starts it with failpoints.
    public func restart(_ service: String, _ special: [String: String] = [:], failpoints: String) async throws {
        if let child = children[service] {
            child.send(SIGTERM)
            guard await child.ended(withinSeconds: 27) else { throw Missing("\(service) did not stop") }
        }
        try start(service, special.merging(["KEEPSIGHT_FAILPOINTS": failpoints]) { $1 })
    }

    /// A service's process.
    public func child(_ service: String) -> ServiceChild? { children[service] }

    /// Stops one service as an operator would.
    public func stop(_ service: String) async throws {
        guard let child = children[service] else { return }
        child.send(SIGTERM)
        guard await child.ended(withinSeconds: 27) else { throw Missing("\(service) did not stop") }
        children[service] = nil
    }

    /// Stops every service as an operator would, and removes what the test has made.
    public func stop() async throws {
        for child in children.values { child.send(SIGTERM) }
        for child in children.values where await !child.ended(withinSeconds: 27) { child.send(SIGKILL) }
        await reader?.close()
        reader = nil
        let admin = try KafkaAdmin(kafka)
        try await admin.delete(topics.all(agencies: agencies, services: ServiceRegistry.names).map(\.name))
        try await database.drop()
    }

    /// Publishes an event; returns its id.
    @discardableResult
    public func publish(_ type: String, as agency: String, id: String? = nil, time: Instant? = nil, data: String)
        async throws -> String
    {
        published += 1
        let id = id ?? "e\(published)"
        try await send(Partnership.event(type, as: agency, id: id, time: time, data: data), as: agency)
        return id
    }

    /// An event as an agency's client encodes it.
    public static func event(_ type: String, as agency: String, id: String, time: Instant? = nil, data: String)
        -> [UInt8]
    {
        let when = (time ?? Partnership.now).rfc3339
        let event = """
            {"specversion":"1.0","id":"\(id)","source":"/agencies/\(agency)","type":"\(SampleEvents.type(type))",\
            "time":"\(when)","data":\(data)}
            """
        return Array(event.utf8)
    }

    /// Publishes bytes as they are.
    public func send(_ bytes: [UInt8], as agency: String, key: [UInt8]? = nil, headers: [KafkaHeader]? = nil)
        async throws
    {
        let records = [try record(bytes, as: agency, key: key, headers: headers)]
        for result in await producer.produce(records) { _ = try result.get() }
    }

    /// Publishes many events at once, in their order.
    public func send(_ events: [[UInt8]], as agency: String) async throws {
        let records = try events.map { try record($0, as: agency) }
        for result in await producer.produce(records) { _ = try result.get() }
    }

    private func record(_ bytes: [UInt8], as agency: String, key: [UInt8]? = nil, headers: [KafkaHeader]? = nil)
        throws -> KafkaRecord
    {
        guard let code = AgencyCode(agency) else { throw Missing("no agency \(agency)") }
        let standard = [KafkaHeader(name: "content-type", value: Array("application/cloudevents+json".utf8))]
        return KafkaRecord(topic: topics.events(of: code).name, key: key, value: bytes, headers: headers ?? standard)
    }

    /// Everything on the notices topics that fits, once there is as much as asked for; less when the time is over.
    public func hear(
        atLeast count: Int, seconds: Double = 40, where fits: @Sendable (Heard) -> Bool = { _ in true }
    ) async throws -> [Heard] {
        let end = ContinuousClock.now.advanced(by: .seconds(seconds * TestEnvironment.patience))
        while heard.filter(fits).count < count, ContinuousClock.now < end { try await listen(milliseconds: 200) }
        return heard.filter(fits)
    }

    /// The receipt of an event; not what it waits for.
    public func receipt(of id: String, seconds: Double = 40) async throws -> Heard? {
        try await hear(atLeast: 1, seconds: seconds) {
            $0.data["eventId"]?.string == id && $0.type.contains("receipt") && $0.data["waitingFor"] == nil
        }.first
    }

    /// Publishes and waits for the receipt, which must be an acceptance.
    public func accept(_ type: String, as agency: String, time: Instant? = nil, data: String) async throws {
        let id = try await publish(type, as: agency, time: time, data: data)
        let receipt = try await receipt(of: id)
        guard receipt?.type == ReceiptAccepted.type.text else {
            throw Missing(
                "\(type) of \(agency) was not accepted: \(receipt.map { String(decoding: $0.data.rawBytes, as: UTF8.self) } ?? "no receipt")"
            )
        }
    }

    /// Waits until every outbox is empty and nothing has been said for a moment: then what was to come has come.
    public func settle(seconds: Double = 40) async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(seconds * TestEnvironment.patience))
        var quiet = 0
        while quiet < 4, ContinuousClock.now < end {
            let before = heard.count
            try await listen(milliseconds: 150)
            let open = try await database.count(
                """
                SELECT (SELECT count(*) FROM referral_intake.outbox) + (SELECT count(*) FROM mash_screener.outbox)
                    + (SELECT count(*) FROM escalation_tracker.outbox) + (SELECT count(*) FROM notifier.outbox)
                """)
            quiet = heard.count == before && open == 0 ? quiet + 1 : 0
        }
    }

    /// Every notice so far, or each that is meant, as `agency kind state child,child`, sorted; a notice that stands twice is there
    /// twice.
    public func noticeLines(_ isMeant: @Sendable (Heard) -> Bool = { $0.isOfTheMatter }) -> [String] {
        heard.filter(isMeant).compactMap { heard in
            heard.notice.map { notice in
                let children = notice.children.map { $0.name.ref ?? "(handle)" }.sorted()
                return [
                    heard.agency, notice.kind.rawValue, notice.body.state?.rawValue ?? "-",
                    children.joined(separator: ","),
                ].joined(separator: " ")
            }
        }.sorted()
    }

    /// How many receipts stand on the topics for each event, as `id accepted` or `id refused`; what a view waits for, which each
    /// is told first, is none.
    public func receiptLines() -> [String] {
        heard.filter { $0.notice == nil && $0.data["waitingFor"]?["kind"]?.string != "decision" }
            .map {
                "\($0.data["eventId"]?.string ?? "?") \($0.type == ReceiptAccepted.type.text ? "accepted" : "refused")"
            }
            .sorted()
    }

    /// Records on the dead letter topics.
    public func deadLetters() async throws -> [KafkaMessage] {
        var letters: [KafkaMessage] = []
        for service in ServiceRegistry.names { letters += try await records(of: topics.deadLetters(of: service).name) }
        return letters
    }

    /// Everything on a topic.
    public func records(of topic: String) async throws -> [KafkaMessage] {
        let reader = try await KafkaReader(kafka, topics: [topic], from: .earliest)
        let records = try await reader.readToEnd(limit: 10_000)
        await reader.close()
        return records
    }

    /// What is on the screening queue, latest first of each key.
    public func queue() async throws -> [KafkaMessage] {
        let reader = try await KafkaReader(kafka, topics: [topics.screeningQueue.name], from: .earliest)
        let messages = try await reader.readToEnd(limit: 10_000)
        await reader.close()
        return messages
    }

    /// This machine's clock.
    public static var now: Instant {
        Instant(microsecondsSinceEpoch: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }

    private func listen(milliseconds: Int) async throws {
        guard let reader else { return }
        for message in try await reader.next(maximumMessages: 1000, timeoutMilliseconds: milliseconds) {
            guard let agency = agencies.first(where: { topics.notices(of: $0).name == message.topic }),
                let event = try? EnvelopeReader.read(value: message.value ?? [], headers: [], now: Partnership.now)
            else { continue }
            var reasons = RefusalReasons()
            let notice =
                event.envelope.type == NoticeIssued.type.text ? NoticeIssued(reading: event.data, &reasons) : nil
            heard.append(
                Heard(
                    agency: agency.text, eventID: event.envelope.id, type: event.envelope.type, data: event.data,
                    notice: notice))
        }
    }
}

/// Runs a test in a partnership that is stopped afterwards, whatever happens; one `withoutServices` has tables and topics only.
public func withPartnership(
    _ special: [String: [String: String]] = [:], on broker: String? = nil, in database: TestDatabase? = nil,
    withoutServices: Bool = false,
    _ body: (Partnership) async throws -> Void
) async throws {
    try await ConcurrencyLimit.partnerships.with {
        let partnership = try await Partnership(on: broker, in: database)
        do {
            if !withoutServices { try await partnership.start(special) }
            try await body(partnership)
        } catch {
            for service in Partnership.services {
                if let log = await partnership.child(service)?.log { print("--- \(service)\n\(log.suffix(1500))") }
            }
            try? await partnership.stop()
            throw error
        }
        try await partnership.stop()
    }
}
