import Channels
import Contracts
import KafkaClient
import Messaging
import Policy
import ServiceRuntime

/// `keepsight services` and `keepsight health`: whether the services work, and how far behind they are.
enum ServicesCommand {
    static let command = Command(
        "services", "Show each service's health, and how far behind it is.",
        options: [Command.Option("json", nil, "Print JSON.")]
    ) { invocation in
        let deployment = Deployment(environment: invocation.environment)
        var rows: [(name: String, isReady: Bool, lag: Int?, problems: String)] = []
        for (name, url) in deployment.serviceURLs() {
            let (status, body) = HTTPGet.page(url + "/readyz")
            let lag = try? await lag(of: name, deployment)
            rows.append((name, status == 200, lag, status == 0 ? "nobody answers at \(url)" : problems(in: body)))
        }
        if invocation.has("json") {
            Output.json { writer in
                writer.beginArray()
                for row in rows {
                    writer.beginObject()
                    writer.field("service", row.name)
                    writer.field("ready", row.isReady)
                    writer.field("lagMessages", row.lag)
                    writer.field("problems", row.problems)
                    writer.endObject()
                }
                writer.endArray()
            }
        } else {
            var table = Table(["service", "health", "messages behind", "what is wrong"])
            for row in rows {
                table.add([
                    row.name, row.isReady ? "ready" : "NOT READY", row.lag.map(String.init) ?? "?", row.problems,
                ])
            }
            Output.line(table.text)
        }
        return rows.allSatisfy(\.isReady) ? .ok : .failed
    }

    static let health = Command(
        "health", "Exit with 0 if a health page answers with 200; for container health checks.",
        arguments: [("URL", "Such as http://127.0.0.1:8701/readyz.", true)]
    ) { invocation in
        let (status, body) = HTTPGet.page(invocation.positional[0])
        if status != 200 { Output.note(status == 0 ? "Nobody answers." : String(decoding: body, as: UTF8.self)) }
        return status == 200 ? .ok : .failed
    }

    private static func problems(in body: [UInt8]) -> String {
        guard let document = try? JSONDocument(parsing: body), let components = document.root["components"] else {
            return ""
        }
        return components.members.compactMap { name, component in
            guard let status = component["status"]?.string, status != "ok" else { return nil }
            return "\(name) \(status): \(component["reason"]?.string ?? "")"
        }.joined(separator: "; ")
    }

    /// Records of the service's topics that its group has not committed.
    private static func lag(of service: String, _ deployment: Deployment) async throws -> Int {
        let kafka = try deployment.kafka()
        let admin = try KafkaAdmin(kafka)
        let topics = deployment.topics
        let names: [String] =
            switch service {
            case "referral-intake":
                try deployment.policy().agencies.codes.map { topics.events(of: $0).name } + [topics.verdicts.name]
            case "notifier": [topics.facts.name, topics.decisionsChanged.name, topics.screeningOutcomes.name]
            default: [topics.facts.name]
            }
        var partitions: [TopicPartition] = []
        for name in names { partitions += try await admin.partitions(of: name) }
        let committed = try await admin.committedOffsets(of: topics.prefix + service, partitions, in: kafka)
        var lag = 0
        for partition in partitions {
            let (low, high) = try await admin.watermarks(of: partition)
            lag += Int(high - (committed[partition] ?? low))
        }
        return lag
    }
}
