import Channels
import CommandRuntime
import Contracts
import FoundationEssentials
import JSON
import KafkaClient
import PostgresClient
import Safeguarding
import ServiceRegistry
import ServiceRuntime

/// Publishes decisions and waits for their notices. Each decision is about one child with whom two agencies are involved,
/// so it makes one receipt and two notices on its way through intake, tracker and notifier.
///
/// The level goes up to Section 47 and down to Section 17 in turn. A strategy discussion at which nobody else has to be
/// consulted stands behind it, so that each change takes effect at once and leaves no work open.
actor Bench {
    static let agenciesToldPerDecision = 2

    /// Households beside those of the load, each of one measurement.
    enum OwnHousehold: Int {
        case old, young, challenged, shared
    }

    let plan: BenchPlan
    let deployment: Deployment
    private let runFolder: String
    let run = String(UInt32.random(in: .min ... .max), radix: 36)
    private let producer: KafkaProducer
    let socialCare: AgencyCode
    let police: AgencyCode
    private let reader: KafkaReader
    /// Decisions that are held, by household, and by which of its events each was taken back.
    private var held: [Int: String] = [:]
    private var takenBackBy: [String: String] = [:]
    private var published = 0
    private var sentAt: [String: ContinuousClock.Instant] = [:]
    private var noticesOf: [String: Int] = [:]
    private var doneAt: [String: ContinuousClock.Instant] = [:]
    private var receipts = 0
    private var refused = 0
    /// When each notice of the latest decisions came, and which notice a reminder is about: only while somebody asks.
    private var notices: [(id: String, topic: String)] = []
    var remindedAt: [String: Instant] = [:]
    private var notesNotices = false

    init(_ plan: BenchPlan, _ deployment: Deployment, runFolder: String) async throws {
        self.plan = plan
        self.deployment = deployment
        self.runFolder = runFolder
        producer = KafkaProducer(try deployment.kafka())
        socialCare = try deployment.agency("csc")
        police = try deployment.agency("police")
        let topics = [socialCare, police].map { deployment.topics.notices(of: $0).name }
        reader = try await KafkaReader(try deployment.kafka(), topics: topics, from: .end)
    }

    func run() async throws -> BenchResult {
        var result = BenchResult(plan: plan)
        Output.note("introducing \(plan.households) children to two agencies")
        try await introduce(0..<plan.households)
        if plan.warmUp > 0 {
            Output.note("publishing \(plan.warmUp) decisions that are not counted")
            try await publishAndHear(plan.warmUp)
        }
        try await measureThroughput(&result)
        Output.note("publishing \(plan.rate) decisions a second for \(plan.seconds) s")
        result.latencies = Latencies(try await pacedMilliseconds())
        // Before what follows, which is not the load that the limit is for.
        result.peakResidentMegabytes = ServiceRegistry.names.map { ($0, peakMegabytes(of: $0)) }
        if let events = plan.history { result.history = try await measureHistory(events) }
        if let clocks = plan.deadlines { result.deadlines = try await measureDeadlines(clocks) }
        if let count = plan.participants { result.participants = try await measureParticipants(count) }
        // The last, since the clock stands a day ahead after it.
        if let open = plan.escalations { result.escalations = try await measureEscalations(open) }
        result.machine = machine()
        await reader.close()
        guard refused == 0 else {
            throw CommandFailure(.failed, "\(refused) events were refused; the figures mean nothing.")
        }
        return result
    }

    private func measureThroughput(_ result: inout BenchResult) async throws {
        Output.note("publishing \(plan.events) decisions as fast as possible")
        let (before, log) = (databaseCosts(), try await WriteAheadLogMark.now(deployment))
        let processes = ProcessCosts(runFolder: runFolder)
        let start = ContinuousClock.now
        try await publishAndHear(plan.events)
        let seconds = start.duration(to: .now) / .seconds(1)
        let used = ProcessCosts(runFolder: runFolder).since(processes)
        let (after, end) = (databaseCosts(), try await WriteAheadLogMark.now(deployment))
        let events = Double(plan.events)
        result.eventsPerSecond = events / seconds
        result.databasePerEvent = after.map { cost in
            cost.since(before.first { $0.service == cost.service }, events: events)
        }
        result.walBytesPerEvent = (end.bytes - log.bytes) / events
        result.processorMicrosecondsPerEvent = used.seconds.mapValues { $0 * 1_000_000 / events }
        result.walByTable = try await log.byTable(until: end, events: events, deployment)
    }

    /// Sends so many decisions, and returns when everybody has heard of all of them.
    func publishAndHear(_ count: Int, household: Int? = nil) async throws {
        let sender = Task { try await self.publish(count, household: household) }
        try await hear(count, limitSeconds: 600)
        try await sender.value
    }

    /// The same, and which notices came of it, on which topic.
    func publishAndNote(_ count: Int, household: Int? = nil) async throws -> [(id: String, topic: String)] {
        notices = []
        notesNotices = true
        try await publishAndHear(count, household: household)
        notesNotices = false
        return notices
    }

    /// The number of a household of its own.
    func number(of household: OwnHousehold) -> Int { plan.households + household.rawValue }

    /// Makes children known to both agencies.
    func introduce(_ households: Range<Int>) async throws {
        let goal = receipts + 2 * households.count
        for agency in [socialCare, police] {
            try await send(households.map { involvement(of: agency, with: $0) })
        }
        // Receipts of the last events: everything before them is in effect at intake, and the households are known.
        let end = ContinuousClock.now.advanced(by: .seconds(300))
        while receipts < goal {
            guard ContinuousClock.now < end else {
                throw CommandFailure(.failed, "The children were not introduced in 300 s.")
            }
            try await listen(waitMilliseconds: 1000)
        }
    }

    func involvement(of agency: AgencyCode, with household: Int) -> KafkaRecord {
        record(
            InvolvementOpened.type.text, as: agency, id: "\(run)-\(agency)-\(household)",
            #"{"role":"worker","since":"2026-01-01","children":[{"ref":"\#(run)-\#(agency)-\#(household)","name":{"given":"Child\#(household)","family":"Testperson\#(run)"},"dateOfBirth":"2015-01-01","address":{"lines":["\#(household) \#(run) Row"],"postcode":"YO1 0AA"}}]}"#
        )
    }

    /// Returns when the broker has them.
    func send(_ records: [KafkaRecord]) async throws {
        for result in await producer.produce(records) { _ = try result.get() }
    }

    /// One decision about a household, of which the caller hears by itself.
    func publishOne(about household: Int) async throws {
        try await send([nextDecision(household: household, sent: .now)])
    }

    /// Sends so many decisions in batches, each about the next household or all about one. Waits where too many are under
    /// way: without that the first services would work ahead of the last, which would then be alone with a part of the
    /// machine, and the figure would be of no load that can last.
    private func publish(_ count: Int, household: Int? = nil) async throws {
        let heard = doneAt.count
        var sent = 0
        while sent < count {
            let size = min(500, count - sent)
            while sent + size - (doneAt.count - heard) > max(plan.outstanding, size) {
                try await Task.sleep(for: .milliseconds(5))
            }
            try await send((0..<size).map { _ in nextDecision(household: household, sent: .now) })
            sent += size
        }
    }

    private func nextDecision(household: Int? = nil, sent: ContinuousClock.Instant) -> KafkaRecord {
        let number = household ?? published % plan.households
        let key = "\(run)-d\(published)"
        published += 1
        sentAt[key] = sent
        let id = held.removeValue(forKey: number) ?? key
        let isNew = id == key
        if isNew { held[number] = id } else { takenBackBy[id] = key }
        let to: ThresholdLevel = isNew ? .earlyHelp : .section17
        return record(
            DecisionChanged.type.text, as: socialCare, id: key,
            #"{"decisionId":"\#(id)","version":\#(isNew ? 1 : 2),"children":[{"ref":"\#(run)-csc-\#(number)","from":"section-17","to":"\#(to.rawValue)","rationale":"Measured."}],"decidedAt":"2026-11-01T10:00:00Z","authoriser":{"name":"Chris Example","role":"team manager"},"reason":"Measured."}"#
        )
    }

    /// The police challenge what a notice of theirs says.
    func challenge(_ notice: String, id: String) async throws {
        let record = record(
            NoticeAnswered.type.text, as: police, id: id,
            #"{"noticeId":"\#(notice)","by":{"name":"Sam Example","role":"safeguarding lead"},"answer":"challenge","grounds":"Measured.","desiredOutcome":"Measured."}"#
        )
        try await send([record])
    }

    private func record(_ type: String, as agency: AgencyCode, id: String, _ data: String) -> KafkaRecord {
        let event =
            #"{"specversion":"1.0","id":"\#(id)","source":"/agencies/\#(agency)","type":"\#(type)","time":"2026-11-01T10:00:00Z","data":\#(data)}"#
        let (name, content) = EnvelopeWriter.contentTypeHeader
        return KafkaRecord(
            topic: deployment.topics.events(of: agency).name, key: nil, value: Array(event.utf8),
            headers: [KafkaHeader(name: name, value: Array(content.utf8))])
    }

    /// Listens until so many more decisions have reached everybody. On the reader's own thread: what the listener costs, the
    /// services do not have.
    private func hear(_ count: Int, limitSeconds: Int) async throws {
        try await withTaskExecutorPreference(reader.taskExecutor) { try await listen(to: count, limitSeconds) }
    }

    private func listen(to count: Int, _ limitSeconds: Int) async throws {
        let goal = doneAt.count + count
        let end = ContinuousClock.now.advanced(by: .seconds(limitSeconds))
        while doneAt.count < goal {
            guard ContinuousClock.now < end, refused == 0 else {
                throw CommandFailure(
                    .failed,
                    "\(goal - doneAt.count) decisions have not reached everybody after \(limitSeconds) s, or are "
                        + "refused: \(refused).")
            }
            try await listen(waitMilliseconds: 200)
        }
    }

    /// Takes note of what has come to the two agencies.
    func listen(waitMilliseconds: Int) async throws {
        for message in try await reader.next(maximumMessages: 5000, timeoutMilliseconds: waitMilliseconds) {
            guard let document = try? JSONDocument(parsing: message.value ?? []) else { continue }
            switch document.root["type"]?.string {
            case ReceiptAccepted.type.text: receipts += 1
            case ReceiptRefused.type.text: refused += 1
            case NoticeIssued.type.text: note(document.root["data"], on: message.topic)
            default: break
            }
        }
    }

    private func note(_ notice: JSONValue?, on topic: String) {
        guard let decision = notice?["subject"]?["id"]?.string, decision.hasPrefix(run) else { return }
        if let about = notice?["about"]?.string { return remindedAt[about] = .now }
        if notesNotices, let notice = notice?["noticeId"]?.string {
            notices.append((notice, topic))
        }
        // Whoever is told is asked as well; what counts is that everybody has been told.
        guard notice?["kind"]?.string != NoticeKind.consultationRequested.rawValue else { return }
        let isFirst = notice?["subject"]?["version"]?.int64 == 1
        guard let id = isFirst ? decision : takenBackBy[decision] else { return }
        noticesOf[id, default: 0] += 1
        guard noticesOf[id] == Bench.agenciesToldPerDecision else { return }
        doneAt[id] = .now
        noticesOf[id] = nil
    }

    /// From the moment at which each was to be sent, so that a sender that is late hides nothing.
    private func pacedMilliseconds() async throws -> [Double] {
        let first = published
        let total = plan.rate * plan.seconds
        let sender = Task {
            let start = ContinuousClock.now
            for number in 0..<total {
                let moment = start.advanced(by: .seconds(1) * number / self.plan.rate)
                try await Task.sleep(until: moment, clock: .continuous)
                try await self.send([self.nextDecision(sent: moment)])
            }
        }
        try await hear(total, limitSeconds: plan.seconds + 120)
        try await sender.value
        return milliseconds(from: first)
    }

    /// One decision after the other about one household: how long each took.
    func sequentialMilliseconds(_ count: Int, household: Int) async throws -> [Double] {
        let first = published
        for _ in 0..<count { try await publishAndHear(1, household: household) }
        return milliseconds(from: first)
    }

    private func milliseconds(from first: Int) -> [Double] {
        (first..<published).compactMap { number in
            let id = "\(run)-d\(number)"
            guard let sent = sentAt[id], let done = doneAt[id] else { return nil }
            return sent.duration(to: done) / .milliseconds(1)
        }
    }

    func processorTime() -> ProcessCosts { ProcessCosts(runFolder: runFolder) }

    private func databaseCosts() -> [DatabaseCost] {
        // What deploy/run has written.
        ((try? deployment.serviceURLs(of: ServiceRegistry.all)) ?? []).map { service, url in
            var cost = DatabaseCost(service: service)
            let page = String(decoding: HTTPGet.page(url + "/metrics").body, as: UTF8.self)
            for line in page.split(separator: "\n") where !line.hasPrefix("#") {
                let value = Double(line.split(separator: " ").last ?? "") ?? 0
                if line.hasPrefix("keepsight_database_statements_total") { cost.statements += value }
                if line.hasPrefix("keepsight_database_round_trips_total") { cost.roundTrips += value }
            }
            return cost
        }
    }

    /// The most memory that the service's process has had, from the kernel.
    private func peakMegabytes(of service: String) -> Int {
        guard let pid = text(ofFile: runFolder + "/pid/" + service),
            let status = text(ofFile: "/proc/\(pid)/status")
        else { return 0 }
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) / 1024
    }

    private func machine() -> String {
        let processors =
            text(ofFile: "/proc/cpuinfo")?.split(separator: "\n").filter { $0.hasPrefix("model name") } ?? []
        let model = processors.first?.split(separator: ":").last?.trimmingPrefix(" ") ?? "unknown processor"
        let broker = deployment.environment["KAFKA_HOME"] == nil ? "broker not started by KAFKA_HOME" : "Apache Kafka"
        return "\(processors.count) x \(model), \(broker), private PostgreSQL with fsync"
    }
}
