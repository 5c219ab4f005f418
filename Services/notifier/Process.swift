import Contracts
import FoundationEssentials
import Messaging
import Policy
import ServiceRuntime

extension Notifier {
    /// Runs the service as this process, until it is stopped.
    public static func run() async -> Never {
        await process.main(arguments: CommandLine.arguments, environment: ProcessInfo.processInfo.environment)
    }

    private static let process = ServiceProcess<Notifier>(
        name: "notifier",
        purpose: "Tells every agency what it must be told, once, and keeps the proof.",
        defaultPort: 8704
    ) { settings in
        let policy = try Policy.load(directory: settings.policyDirectory)
        let topics = Topics(prefix: settings.topicPrefix)
        return ServiceProcess.Parts(
            procedure: Notifier(policy: policy, topics: topics),
            topics: [
                topics.facts.name, topics.decisionsChanged.name, topics.screeningOutcomes.name, topics.escalations.name,
            ], policyVersion: policy.version,
            projection: ClockProjection(terms: policy.clockTerms, due: policy.projection),
            onDelivery: Notifier.deliveries)
    }
}
