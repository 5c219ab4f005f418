import CommandRuntime
import Contracts
import KafkaClient
import Messaging
import PostgresClient
import ServiceRuntime

/// `keepsight positions`: how far each service has read each partition, whether the log is still the one that it read,
/// and the repair where it is not.
enum PositionsCommand {
    static let command = Command(
        "positions",
        "Show how far each service has read, what it has read again, and explain a partition that is stopped; repair it.",
        arguments: [
            ("ACTION", "list (default) or repair.", false), ("SERVICE", "Which service.", false),
            ("TOPIC", "For repair: which topic.", false), ("PARTITION", "For repair: which partition.", false),
        ],
        options: [
            Command.Option(
                "from", "PLACE", "For repair: earliest, end, or an offset. What was seen before is recognised."),
            Command.Option("by", "NAME", "Who acts: your name and role. Goes on record."),
            Command.Option("reason", "TEXT", "Why. Goes on record."),
            Command.Option("json", nil, "Print JSON, a line for each."),
        ],
        examples: [
            "keepsight positions",
            "keepsight positions repair notifier safeguarding.facts 3 --from earliest --by 'Sam Example' "
                + "--reason 'topic was made anew'",
        ]
    ) { invocation in
        let deployment = Deployment(environment: invocation.environment)
        switch invocation.positional.first ?? "list" {
        case "list":
            let services = invocation.positional.dropFirst().first.map { [$0] } ?? Topics.services
            let status = try await list(try services.map(known), deployment, asJSON: invocation.has("json"))
            try await listRereads(services, deployment, asJSON: invocation.has("json"))
            return status
        case "repair": return try await repair(deployment, invocation)
        case let other: throw UsageError("There is no action '\(other)'; there are list and repair.")
        }
    }

    private static func known(_ service: String) throws -> String {
        guard Topics.services.contains(service) else {
            throw UsageError("There is no service '\(service)'; there are \(Topics.services.joined(separator: ", ")).")
        }
        return service
    }

    private static func list(_ services: [String], _ deployment: Deployment, asJSON: Bool) async throws -> ExitStatus {
        let admin = try KafkaAdmin(try deployment.kafka())
        let kafka = try deployment.kafka()
        var table = Table(["service", "topic", "partition", "next offset", "log", "behind", "state"])
        var areAllReadable = true
        for service in services {
            for position in try await PositionReport.all(of: service, deployment.postgres()) {
                let log = try await state(of: position, admin, kafka)
                let finding = position.finding(log)
                if !finding.isReadable { areAllReadable = false }
                let behind = log.map { max(0, $0.high - position.nextOffset) }
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
        }
        if !asJSON { Output.line(table.isEmpty ? "No service has read anything yet." : table.text) }
        return areAllReadable ? .ok : .failed
    }

    /// `nil` if the broker has no such partition.
    private static func state(of position: PositionReport, _ admin: KafkaAdmin, _ kafka: KafkaConfiguration)
        async throws -> LogState?
    {
        guard try await admin.topics()[position.partition.topic].map({ Int(position.partition.partition) < $0 }) == true
        else { return nil }
        return try await LogState.read([position.partition: position.nextOffset], admin, kafka)[position.partition]
    }

    private static func repair(_ deployment: Deployment, _ invocation: Invocation) async throws -> ExitStatus {
        let words = invocation.positional
        guard words.count == 4, let number = Int32(words[3]) else {
            throw UsageError("Give SERVICE, TOPIC and PARTITION, as 'keepsight positions' shows them.")
        }
        let service = try known(words[1])
        let partition = TopicPartition(topic: words[2], partition: number)
        guard let from = invocation.value("from"), let by = invocation.value("by"),
            let reason = invocation.value("reason")
        else { throw UsageError("Give --from, --by and --reason; the last two go on record.") }
        let admin = try KafkaAdmin(try deployment.kafka())
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
        if offset > low {
            Output.note("Messages \(low) to \(offset - 1) of this log are not read. What they said has no effect.")
        }
        let decision = Repositioning(
            partition: partition, nextOffset: offset, cluster: try await admin.clusterIdentifier())
        let outcome = try await OperatorRequests.carryOut(
            OperatorRequest(
                .reposition, household: nil, requestedBy: by, reason: reason, content: decision.content),
            by: service, deployment)
        Output.line("\(service) \(partition.topic) \(number): \(outcome), from offset \(offset)")
        return outcome == OperatorRequest.Outcome.repositioned.text ? .ok : .failed
    }
}
