import Contracts
import FoundationEssentials
import KafkaClient
import PostgresClient
import Safeguarding
import ServiceRuntime

/// Publishes decisions and waits for their notices. Each decision is about one child with whom two agencies are involved,
/// so it makes one receipt and two notices on its way through intake, tracker and notifier.
actor Bench {
    private static let agenciesToldPerDecision = 2

    private let plan: BenchPlan
    private let deployment: Deployment
    private let runFolder: String
    private let run = String(UInt32.random(in: .min ... .max), radix: 36)
    private let producer: KafkaProducer
    private let socialCare: AgencyCode
    private let police: AgencyCode
    private var levels: [ThresholdLevel]
    private var published = 0
    private var sentAt: [String: ContinuousClock.Instant] = [:]
    private var noticesOf: [String: Int] = [:]
    private var doneAt: [String: ContinuousClock.Instant] = [:]
    private var refused = 0

    init(_ plan: BenchPlan, _ deployment: Deployment, runFolder: String) throws {
        self.plan = plan
        self.deployment = deployment
        self.runFolder = runFolder
        producer = KafkaProducer(try deployment.kafka())
        socialCare = try deployment.agency("csc")
        police = try deployment.agency("police")
        levels = [ThresholdLevel](repeating: .section17, count: plan.households)
    }

    func run() async throws -> BenchResult {
        var result = BenchResult(plan: plan)
        let topics = [socialCare, police].map { deployment.topics.notices(of: $0).name }
        let reader = try await KafkaReader(try deployment.kafka(), topics: topics, from: .end)
        Output.note("introducing \(plan.households) children to two agencies")
        try await introduce(reader)

        Output.note("publishing \(plan.events) decisions as fast as possible")
        let before = try await costs()
        let start = ContinuousClock.now
        let sender = Task { try await self.publish(self.plan.events) }
        try await hear(plan.events, reader, limitSeconds: 600)
        try await sender.value
        let seconds = start.duration(to: .now) / .seconds(1)
        let after = try await costs()
        let events = Double(plan.events)
        result.eventsPerSecond = events / seconds
        result.statementsPerEvent = (after.statements - before.statements) / events
        result.roundTripsPerEvent = (after.roundTrips - before.roundTrips) / events
        result.walBytesPerEvent = (after.walBytes - before.walBytes) / events

        Output.note("publishing \(plan.rate) decisions a second for \(plan.seconds) s")
        let latencies = try await pacedLatencies(reader)
        result.p50 = percentile(latencies, 0.50)
        result.p95 = percentile(latencies, 0.95)
        result.p99 = percentile(latencies, 0.99)
        result.peakResidentMegabytes = Topics.services.map { ($0, peakMegabytes(of: $0)) }
        result.machine = machine()
        await reader.close()
        guard refused == 0 else {
            throw CommandFailure(.failed, "\(refused) events were refused; the figures mean nothing.")
        }
        return result
    }

    private func introduce(_ reader: KafkaReader) async throws {
        for agency in [socialCare, police] {
            let records = (0..<plan.households).map { number in
                record(
                    InvolvementOpened.type.text, as: agency, id: "\(run)-\(agency)-\(number)",
                    #"{"role":"worker","since":"2026-01-01","children":[{"ref":"\#(run)-\#(agency)-\#(number)","name":{"given":"Child\#(number)","family":"Testperson\#(run)"},"dateOfBirth":"2015-01-01","address":{"lines":["\#(number) \#(run) Row"],"postcode":"YO1 0AA"}}]}"#
                )
            }
            for result in await producer.produce(records) { _ = try result.get() }
        }
        // Receipts of the last events: everything before them is in effect at the door, and the households are known.
        var receipts = 0
        let end = ContinuousClock.now.advanced(by: .seconds(300))
        while receipts < plan.households * 2 {
            guard ContinuousClock.now < end else {
                throw CommandFailure(.failed, "The children were not introduced in 300 s.")
            }
            for message in try await reader.next(maximumMessages: 5000, timeoutMilliseconds: 1000) {
                switch AgencyNotice(message) {
                case .accepted: receipts += 1
                case .refused:
                    refused += 1
                    receipts += 1
                default: break
                }
            }
        }
    }

    /// Sends so many decisions in batches, each about the next household.
    private func publish(_ count: Int) async throws {
        var rest = count
        while rest > 0 {
            let size = min(500, rest)
            let records = (0..<size).map { _ in nextDecision() }
            for result in await producer.produce(records) { _ = try result.get() }
            rest -= size
        }
    }

    private func nextDecision() -> KafkaRecord {
        let number = published % plan.households
        let from = levels[number]
        let to: ThresholdLevel = from == .section17 ? .earlyHelp : .section17
        levels[number] = to
        let id = "\(run)-d\(published)"
        published += 1
        sentAt[id] = .now
        return record(
            DecisionChanged.type.text, as: socialCare, id: id,
            #"{"decisionId":"\#(id)","version":1,"children":[{"ref":"\#(run)-csc-\#(number)","from":"\#(from.rawValue)","to":"\#(to.rawValue)","rationale":"Measured."}],"decidedAt":"2026-11-01T10:00:00Z","authoriser":{"name":"Chris Example","role":"team manager"},"reason":"Measured.","urgent":true,"urgentReason":"Measured."}"#
        )
    }

    private func record(_ type: String, as agency: AgencyCode, id: String, _ data: String) -> KafkaRecord {
        let event =
            #"{"specversion":"1.0","id":"\#(id)","source":"/agencies/\#(agency)","type":"\#(type)","time":"2026-11-01T10:00:00Z","data":\#(data)}"#
        let (name, content) = EnvelopeWriter.contentTypeHeader
        return KafkaRecord(
            topic: deployment.topics.events(of: agency).name, key: nil, value: Array(event.utf8),
            headers: [KafkaHeader(name: name, value: Array(content.utf8))])
    }

    /// Listens until so many more decisions have reached everybody.
    private func hear(_ count: Int, _ reader: KafkaReader, limitSeconds: Int) async throws {
        let goal = doneAt.count + count
        let end = ContinuousClock.now.advanced(by: .seconds(limitSeconds))
        while doneAt.count < goal {
            guard ContinuousClock.now < end else {
                throw CommandFailure(
                    .failed, "\(goal - doneAt.count) decisions have not reached everybody after \(limitSeconds) s.")
            }
            for message in try await reader.next(maximumMessages: 5000, timeoutMilliseconds: 200) { note(message) }
        }
    }

    /// Looks for the decision's identifier in the notice's bytes, since reading each one whole would measure the reader.
    private func note(_ message: KafkaMessage) {
        guard let document = try? JSONDocument(parsing: message.value ?? []) else { return }
        if document.root["type"]?.string == ReceiptRefused.type.text { refused += 1 }
        guard document.root["type"]?.string == NoticeIssued.type.text,
            let id = document.root["data"]?["decisionId"]?.string, id.hasPrefix(run)
        else { return }
        noticesOf[id, default: 0] += 1
        if noticesOf[id] == Bench.agenciesToldPerDecision { doneAt[id] = .now }
    }

    private func pacedLatencies(_ reader: KafkaReader) async throws -> [Double] {
        let first = published
        let total = plan.rate * plan.seconds
        let sender = Task {
            let start = ContinuousClock.now
            for number in 0..<total {
                try await Task.sleep(
                    until: start.advanced(by: .seconds(1) * number / self.plan.rate), clock: .continuous)
                try await self.publish(1)
            }
        }
        try await hear(total, reader, limitSeconds: plan.seconds + 120)
        try await sender.value
        return (first..<published).compactMap { number in
            let id = "\(run)-d\(number)"
            guard let sent = sentAt[id], let done = doneAt[id] else { return nil }
            return sent.duration(to: done) / .milliseconds(1)
        }.sorted()
    }

    private func percentile(_ sorted: [Double], _ share: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(sorted.count - 1, Int((Double(sorted.count) * share).rounded(.up)) - 1)]
    }

    private func costs() async throws -> (statements: Double, roundTrips: Double, walBytes: Double) {
        var statements = 0.0
        var roundTrips = 0.0
        for (_, url) in deployment.serviceURLs() {
            let page = String(decoding: HTTPGet.page(url + "/metrics").body, as: UTF8.self)
            for line in page.split(separator: "\n") where !line.hasPrefix("#") {
                let value = Double(line.split(separator: " ").last ?? "") ?? 0
                if line.hasPrefix("keepsight_database_statements_total") { statements += value }
                if line.hasPrefix("keepsight_database_round_trips_total") { roundTrips += value }
            }
        }
        let connection = try await PostgresConnection.connect(try deployment.postgres())
        let wal = try await connection.run(
            SQLStatement(name: "wal", "SELECT (pg_current_wal_insert_lsn() - '0/0')::float8"))
        let bytes = try wal.onlyRow().double(0)
        await connection.close()
        return (statements, roundTrips, bytes)
    }

    /// The most memory that the service's process has had, from the kernel.
    private func peakMegabytes(of service: String) -> Int {
        guard let pid = text(runFolder + "/pid/" + service), let status = text("/proc/\(pid)/status") else { return 0 }
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) / 1024
    }

    private func machine() -> String {
        let processors = text("/proc/cpuinfo")?.split(separator: "\n").filter { $0.hasPrefix("model name") } ?? []
        let model = processors.first?.split(separator: ":").last?.trimmingPrefix(" ") ?? "unknown processor"
        let broker = deployment.environment["KAFKA_HOME"] == nil ? "broker not started by KAFKA_HOME" : "Apache Kafka"
        return "\(processors.count) x \(model), \(broker), private PostgreSQL with fsync"
    }

    private func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map {
            String(decoding: $0, as: UTF8.self).trimmingSuffix { $0.isNewline }
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(while drops: (Character) -> Bool) -> String {
        String(reversed().drop(while: drops).reversed())
    }
}
