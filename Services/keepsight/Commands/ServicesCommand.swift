import Channels
import CommandRuntime
import Contracts
import Dispatch
import JSON
import KafkaClient
import Messaging
import Policy
import PostgresClient
import Safeguarding
import ServiceRegistry
import ServiceRuntime

/// `keepsight services` and `keepsight health`: whether the services work, and how far behind they are. Everybody is asked at
/// once and nobody is waited for longer than a few seconds, since it is asked when something does not answer.
enum ServicesCommand {
    /// How long an answer is waited for. With what starting and ending take, the command answers within 5 s.
    private static let seconds = 4

    static let command = Command(
        "services", "Show each service's health, what to do where something is wrong, and how far behind it is.",
        options: [Command.Option("json", nil, "Print JSON, a line for each.")]
    ) { invocation in
        let report = try await look(Deployment(environment: invocation.environment))
        if invocation.has("json") {
            for line in report.lines { Output.json(line.write) }
        } else {
            Output.line(report.text)
        }
        return report.isReady ? .ok : .failed
    }

    static let health = Command(
        "health", "Exit with 0 if a health page answers with 200; for container health checks.",
        arguments: [("URL", "Such as http://127.0.0.1:8701/readyz.", true)],
        options: [
            Command.Option("json", nil, "Print the page's status, and what it says of each part, as a line of JSON.")
        ]
    ) { invocation in
        let url = invocation.positional[0]
        let (status, body) = HTTPGet.page(url)
        if invocation.has("json") {
            Output.json(ServicesReport.Page(url: url, status: status, body: body).write)
        } else if status != 200 {
            Output.note(status == 0 ? "Nobody answers." : "\(TerminalDocument.text(of: body))")
        }
        return status == 200 ? .ok : .failed
    }

    private static func look(_ deployment: Deployment) async throws -> ServicesReport {
        let limit = Duration.seconds(seconds)
        let kafka = try deployment.kafka()
        let places = try deployment.serviceURLs(of: ServiceRegistry.all)
        async let broker = Answer.within(limit) { try await KafkaAdmin(kafka).clusterIdentifier() }
        async let database = databaseLine(deployment, limit)
        let services = await withTaskGroup(of: (Int, ServicesReport.Line).self) { group in
            for (place, service) in places.enumerated() {
                group.addTask {
                    async let health = Answer.within(limit) { await page(service.url + "/readyz") }
                    async let behind = Answer.within(limit) { try await lag(of: service.name, deployment) }
                    let line = ServicesReport.Line(
                        service: service.name, at: service.url, await health,
                        lag: ServicesReport.Lag(await behind, seconds: seconds))
                    return (place, line)
                }
            }
            return await group.reduce(into: [(Int, ServicesReport.Line)]()) { $0.append($1) }
        }
        var lines = services.sorted { $0.0 < $1.0 }.map(\.1)
        let asked = ServicesReport.Line(
            asked: "kafka", await broker, setting: "KAFKA_BOOTSTRAP_SERVERS", seconds: seconds)
        lines.append(asked)
        if let line = await database { lines.append(line) }
        if let line = policyLine(deployment) { lines.append(line) }
        if let line = Supervision(environment: deployment.environment)?.line { lines.append(line) }
        return ServicesReport(lines: lines)
    }

    /// `nil` where the command has not been told of a database.
    private static func databaseLine(_ deployment: Deployment, _ limit: Duration) async -> ServicesReport.Line? {
        guard let postgres = try? deployment.postgres() else { return nil }
        return ServicesReport.Line(
            database: await Answer.within(limit) { try await DatabaseState.read(postgres) }, seconds: seconds)
    }

    /// Asking for a page holds a thread, which must not be one of the few that all tasks share.
    private static func page(_ url: String) async -> (status: Int, body: [UInt8]) {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: HTTPGet.page(url, timeoutMilliseconds: 3000))
            }
        }
    }

    /// Records of the service's topics that are not in effect. Its rows say how far it is; Kafka is told a moment later, and not at
    /// all by a process that was killed. What the rows do not know are markers of transactions at a log's end.
    private static func lag(of service: String, _ deployment: Deployment) async throws -> Int {
        let kafka = try deployment.kafka()
        guard let spec = ServiceRegistry.all.first(where: { $0.name == service }) else {
            throw CommandFailure(.software, "There is no service \(service).")
        }
        let agencies = try deployment.policy().agencies.codes
        // Where no database answers, what Kafka was told is what is known.
        async let rows = Answer.within(.seconds(seconds / 2)) {
            try await PositionReport.all(of: service, deployment.postgres())
        }
        let admin = try KafkaAdmin(kafka)
        let there = try await admin.topics()
        let inputs = spec.inputs(deployment.topics, agencies: agencies).map(\.name)
        let positions = Dictionary((await rows.value ?? []).map { ($0.partition, $0.nextOffset) }) { $1 }
        let left = UnreadPartition.topics(
            of: spec, deployment.topics, inputs: inputs, known: Set(positions.keys.map(\.topic)),
            there: Set(there.keys))
        var partitions: [TopicPartition] = UnreadPartition.partitions(of: left, there)
        for name in inputs { partitions += try await admin.partitions(of: name) }
        let committed = try await admin.committedOffsets(of: spec.group(deployment.topics), partitions, in: kafka)
        var waiting: [TopicPartition: Range<Int64>] = [:]
        for partition in partitions {
            let (low, high) = try await admin.watermarks(of: partition)
            let position = positions[partition] ?? committed[partition]
            let unread = UnreadPartition(partition, low..<high, position: position, told: committed[partition]).waiting
            if unread > 0 { waiting[partition] = (high - unread)..<high }
        }
        // A process that was killed may not have told of a marker.
        return Int(
            try await RecordTimes(kafka).unread(in: waiting, timeoutMilliseconds: lookMilliseconds).values
                .reduce(0) { $0 + $1.offsets })
    }

    /// How long a broker has for showing what stands behind what was read; else all of it counts.
    private static let lookMilliseconds = 1000

    /// `nil` where the policy that this shell names can be read; else nobody can say how far behind the services are.
    private static func policyLine(_ deployment: Deployment) -> ServicesReport.Line? {
        do {
            _ = try deployment.policy()
            return nil
        } catch {
            return ServicesReport.Line(
                name: "policy", isReady: false,
                problem: "This command cannot read the policy, so it does not know which topics are read: \(error) "
                    + "KEEPSIGHT_POLICY_DIR names its folder.")
        }
    }
}
