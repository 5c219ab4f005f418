import Contracts
import KafkaClient
import Messaging
import ServiceRuntime

/// `keepsight dead-letters`: what could not be handled, without what stood in it.
enum DeadLettersCommand {
    static let command = Command(
        "dead-letters",
        "List the messages that services could not handle. Shows where and why, not what stood in them.",
        arguments: [("SERVICE", "One service (default: all).", false)],
        options: [Command.Option("json", nil, "Print each as a line of JSON.")]
    ) { invocation in
        let deployment = Deployment(environment: invocation.environment)
        let services = invocation.positional.isEmpty ? Topics.services : invocation.positional
        if let unknown = services.first(where: { !Topics.services.contains($0) }) {
            throw UsageError("There is no service '\(unknown)'; there are \(Topics.services.joined(separator: ", ")).")
        }
        var table = Table(["service", "first seen", "code", "topic", "partition", "offset", "why"])
        for service in services {
            let reader = try await KafkaReader(
                try deployment.kafka(), topics: [deployment.topics.deadLetters(of: service).name], from: .earliest)
            for message in try await reader.readToEnd(limit: 100_000) {
                let headers = Dictionary(
                    message.headers.map { ($0.name, String(decoding: $0.value, as: UTF8.self)) }
                ) { first, _ in first }
                let names = [
                    DeadLetterHeader.firstSeen, DeadLetterHeader.code, DeadLetterHeader.topic,
                    DeadLetterHeader.partition, DeadLetterHeader.offset, DeadLetterHeader.reason,
                ]
                if invocation.has("json") {
                    Output.json { writer in
                        writer.beginObject()
                        writer.field("service", service)
                        for name in names {
                            writer.key(String(name.dropFirst("keepsight-".count)))
                            writer.string(headers[name] ?? "")
                        }
                        writer.endObject()
                    }
                } else {
                    table.add([service] + names.map { headers[$0] ?? "" })
                }
            }
            await reader.close()
        }
        if !invocation.has("json") { Output.line(table.isEmpty ? "There are no dead letters." : table.text) }
        return .ok
    }
}
