import CommandRuntime
import Contracts
import JSON
import KafkaClient
import Messaging
import PostgresClient
import ServiceRegistry
import ServiceRuntime

/// `keepsight positions`: how far each service has read each partition, whether the log is still the one that it read,
/// and the repair where it is not.
enum PositionsCommand {
    static let command = Command(
        "positions",
        "Show how far each service has read, what it has read again, and explain a partition that is stopped; repair it.",
        options: [json],
        examples: [
            "keepsight positions",
            "keepsight positions repair notifier safeguarding.facts 3 --from earliest --by 'Sam Example, operator' "
                + "--reason 'topic was made anew'",
        ],
        subcommands: [
            Command(
                "list", "Show how far each service has read, and what it has read again.",
                arguments: [("SERVICE", "Only this one.", false)], options: [json], values: values, action: list),
            Command(
                "repair", "Let a service read a partition from another place.",
                arguments: [
                    ("SERVICE", "Which service.", true), ("TOPIC", "Which topic.", true),
                    ("PARTITION", "Which partition.", true),
                ],
                options: [
                    Command.Option("from", "PLACE", "Earliest, end, or an offset. What was seen before is recognised."),
                    Command.Option("by", "NAME, ROLE", "Who acts: your name in full and your role. Goes on record."),
                    Command.Option("reason", "TEXT", "Why. Goes on record."), SettledRequest.json,
                ],
                values: values.merging(
                    ["TOPIC": .listed("topics"), "from": .words(["earliest", "end"])]
                ) { own, _ in own }
            ) { try await repair(Deployment(environment: $0.environment), $0) },
        ], action: list)

    private static let json = Command.Option("json", nil, "Print JSON, a line for each.")
    private static let values: [String: CompletedValues] = ["SERVICE": .words(ServiceRegistry.names)]

    @Sendable private static func list(_ invocation: Invocation) async throws -> ExitStatus {
        let deployment = Deployment(environment: invocation.environment)
        let services = invocation.positional.first.map { [$0] } ?? ServiceRegistry.names
        let status = try await list(try services.map(known), deployment, asJSON: invocation.has("json"))
        try await listRereads(services, deployment, asJSON: invocation.has("json"))
        return status
    }

    private static func known(_ service: String) throws -> String {
        guard ServiceRegistry.names.contains(service) else {
            throw UsageError(
                "There is no service '\(service)'; there are \(ServiceRegistry.names.joined(separator: ", ")).")
        }
        return service
    }

    private static func list(_ services: [String], _ deployment: Deployment, asJSON: Bool) async throws -> ExitStatus {
        let admin = try KafkaAdmin(try deployment.kafka())
        let kafka = try deployment.kafka()
        let records = RecordTimes(kafka)
        let topics = try await admin.topics()
        let left = LeftTopics(deployment, kafka, there: topics)
        if let problem = left.problem { Output.note("\(problem)") }
        var table = Table(["service", "topic", "partition", "next offset", "log", "behind", "state"])
        var areAllReadable = true
        for service in services {
            let positions = try await PositionReport.all(of: service, deployment.postgres())
            // Of what the broker has; all of them by one look.
            let there = positions.filter { Int($0.partition.partition) < topics[$0.partition.topic] ?? 0 }
            let logs = try await LogState.read(
                Dictionary(there.map { ($0.partition, $0.nextOffset) }) { $1 }, admin, records)
            let unread = try await left.partitions(of: service, positions, admin)
            let waiting = try await waiting(behind: positions, logs, records)
            for position in positions {
                let log = logs[position.partition]
                let isShown = waiting[position.partition]?.isShown ?? true
                let finding =
                    unread[position.partition].map { $0.finding(service) } ?? position.finding(log, isShown: isShown)
                let isLost = unread[position.partition]?.isUnread ?? !finding.isReadable
                if isLost { areAllReadable = false }
                let behind = log.map { _ in waiting[position.partition]?.offsets ?? 0 }
                if asJSON {
                    Output.json { writer in
                        writer.beginObject()
                        writer.field("service", service)
                        writer.field("topic", position.partition.topic)
                        writer.field("partition", Int(position.partition.partition))
                        writer.field("nextOffset", Int(position.nextOffset))
                        writer.field("behind", behind.map { Int($0) })
                        writer.field("readable", finding.isReadable)
                        writer.field("state", finding.sentence)
                        writer.endObject()
                    }
                } else {
                    table.add([
                        service, position.partition.topic, "\(position.partition.partition)",
                        "\(position.nextOffset)", log.map { "\($0.low)-\($0.high)" } ?? "?",
                        behind.map { "\($0)" } ?? "?", finding.sentence,
                    ])
                }
            }
            // What was never read has no position.
            for (partition, one) in unread.sorted(by: { $0.key < $1.key })
            where one.isUnread && !positions.contains(where: { $0.partition == partition }) {
                areAllReadable = false
                let finding = one.finding(service)
                if asJSON {
                    Output.json { one.write(to: &$0, service, finding) }
                } else {
                    table.add([
                        service, partition.topic, "\(partition.partition)", "none", "?", "\(one.waiting)",
                        finding.sentence,
                    ])
                }
            }
        }
        if !asJSON { Output.line(table.isEmpty ? "No service has read anything yet." : table.text) }
        return areAllReadable ? .ok : .failed
    }

    /// What of each partition lies behind what was read: a transaction's marker at the end of a log is nobody's work.
    private static func waiting(
        behind positions: [PositionReport], _ logs: [TopicPartition: LogState], _ records: RecordTimes
    ) async throws -> [TopicPartition: RecordTimes.Unread] {
        var ranges: [TopicPartition: Range<Int64>] = [:]
        for position in positions {
            guard let log = logs[position.partition], position.nextOffset < log.high else { continue }
            ranges[position.partition] = max(position.nextOffset, log.low)..<log.high
        }
        return try await records.unread(in: ranges, timeoutMilliseconds: lookMilliseconds)
    }

    private static let lookMilliseconds = 2000

    private static func repair(_ deployment: Deployment, _ invocation: Invocation) async throws -> ExitStatus {
        let words = invocation.positional
        let service = try known(words[0])
        guard let from = invocation.value("from") else {
            throw UsageError("Give --from: earliest, end, or an offset.")
        }
        let (by, reason) = (try invocation.person(), try invocation.reason())
        let positions = try await PositionReport.all(of: service, deployment.postgres())
        let kafka = try deployment.kafka()
        let admin = try KafkaAdmin(kafka)
        let topics = try await admin.topics()
        let unread = try await LeftTopics(deployment, kafka, there: topics).partitions(of: service, positions, admin)
        let known = Set(positions.map(\.partition.topic)).union(unread.keys.map(\.topic))
        let partition = try partition(words[1], words[2], of: service, known, topics)
        let (low, high) = try await admin.watermarks(of: partition)
        let offset: Int64
        switch from {
        case "earliest": offset = low
        case "end": offset = high
        default:
            guard let place = Int64(from), (low...high).contains(place) else {
                throw UsageError("--from takes earliest, end, or an offset from \(low) to \(high).")
            }
            offset = place
        }
        var inEffect: Int64?
        if let position = positions.first(where: { $0.partition == partition }) {
            let log = try await LogState.read([partition: position.nextOffset], admin, RecordTimes(kafka))[partition]
            if position.finding(log).isReadable { inEffect = position.nextOffset }
        }
        Output.note("\(RepairSentence.text(from: offset, log: low..<high, inEffect: inEffect))")
        let decision = Repositioning(
            partition: partition, nextOffset: offset, cluster: try await admin.clusterIdentifier())
        let outcome = try await OperatorRequests.carryOut(
            OperatorRequest(
                .reposition, household: nil, requestedBy: by, reason: reason, content: decision.document),
            by: service, deployment)
        let about = "\(partition.topic) \(partition.partition)"
        SettledRequest.show(
            outcome, about: about, of: service, sentence: "\(service) \(about): \(outcome.text), from offset \(offset)",
            asJSON: invocation.has("json"))
        return outcome.kind.isDone ? .ok : .failed
    }

    /// The partition that is meant: one that the service reads and the broker has. Anything else is a slip of whoever asks, and
    /// no fault of the broker's.
    static func partition(
        _ topic: String, _ number: String, of service: String, _ known: Set<String>, _ topics: [String: Int]
    ) throws -> TopicPartition {
        let read = known.sorted()
        guard read.contains(topic) else {
            let others =
                read.isEmpty ? "it has read none yet" : "it reads \(read.joined(separator: ", "))"
            throw UsageError("\(service) reads no topic '\(topic)'; \(others).")
        }
        guard let count = topics[topic] else {
            throw CommandFailure(
                .failed,
                "The broker has no topic '\(topic)' any more. Make it again with 'keepsight topics apply', then repair each "
                    + "of its partitions.")
        }
        guard let number = Int32(number), (0..<count).contains(Int(number)) else {
            throw UsageError(
                "'\(topic)' has no partition '\(number)'; \(count == 1 ? "it has 0 alone" : "it has 0 to \(count - 1)")."
            )
        }
        return TopicPartition(topic: topic, partition: number)
    }
}
