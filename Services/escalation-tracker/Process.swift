import Contracts
import FoundationEssentials
import Messaging
import Policy
import ServiceRuntime

extension EscalationTracker {
    /// Runs the service as this process, until it is stopped.
    public static func run() async -> Never {
        await process.main(arguments: CommandLine.arguments, environment: ProcessInfo.processInfo.environment)
    }

    private static let process = ServiceProcess<HouseholdBatch<EscalationTracker>>(
        name: "escalation-tracker",
        purpose: "The decision register: who was party to what, what is held, changed and confirmed.",
        defaultPort: 8703
    ) { settings in
        let policy = try Policy.load(directory: settings.policyDirectory)
        let topics = Topics(prefix: settings.topicPrefix)
        return ServiceProcess.Parts(
            procedure: HouseholdBatch(EscalationTracker(policy: policy, topics: topics), guards: try settings.guards),
            topics: [topics.facts.name, topics.screeningOutcomes.name], policyVersion: policy.version,
            projection: ClockProjection(terms: policy.clockTerms, due: policy.projection))
    }
}
