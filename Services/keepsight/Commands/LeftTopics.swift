import CommandRuntime
import Contracts
import JSON
import KafkaClient
import Messaging
import Policy
import Safeguarding
import ServiceRegistry

/// Topics that belong to what services read, and that policy does not name: what was published there is read by nobody.
struct LeftTopics: Sendable {
    /// Why nobody can say, if that is so: policy cannot be read here.
    let problem: String?
    private let agencies: [AgencyCode]?
    private let names: Topics
    private let kafka: KafkaConfiguration
    private let there: [String: Int]

    /// By the policy that this shell names.
    ///
    /// - Parameter there: the topics that the brokers have, with their numbers of partitions.
    init(_ deployment: Deployment, _ kafka: KafkaConfiguration, there: [String: Int]) {
        self.kafka = kafka
        names = deployment.topics
        self.there = there
        do {
            agencies = try deployment.policy().agencies.codes
            problem = nil
        } catch {
            agencies = nil
            problem = "Whether something stands on topics that policy does not name cannot be said: \(error)"
        }
    }

    /// Those of a service.
    func partitions(of service: String, _ positions: [PositionReport], _ admin: KafkaAdmin) async throws
        -> [TopicPartition: UnreadPartition]
    {
        guard let agencies, let spec = ServiceRegistry.all.first(where: { $0.name == service }) else { return [:] }
        let found = try await UnreadPartition.find(
            of: spec, names, inputs: spec.inputs(names, agencies: agencies).map(\.name),
            positions: Dictionary(positions.map { ($0.partition, $0.nextOffset) }) { $1 }, there: there, admin, kafka)
        return Dictionary(uniqueKeysWithValues: found.map { ($0.partition, $0) })
    }
}

extension UnreadPartition {
    /// As `keepsight positions` says it. Where nothing waits, nothing is to be done.
    func finding(_ service: String) -> PositionReport.Finding {
        PositionReport.Finding(
            isReadable: false, sentence: isUnread ? "\(sentence) \(advice(service))" : sentence)
    }

    /// One JSON object, of a partition that was never read.
    func write(to writer: inout JSONWriter, _ service: String, _ finding: PositionReport.Finding) {
        writer.beginObject()
        writer.field("service", service)
        writer.field("topic", partition.topic)
        writer.field("partition", Int(partition.partition))
        writer.key("nextOffset")
        writer.null()
        writer.field("behind", Int(waiting))
        writer.field("readable", finding.isReadable)
        writer.field("state", finding.sentence)
        writer.endObject()
    }
}
