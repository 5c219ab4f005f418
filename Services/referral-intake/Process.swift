import Contracts
import FoundationEssentials
import Messaging
import Policy
import ServiceRuntime

extension ReferralIntake {
    /// Runs the service as this process, until it is stopped.
    public static func run() async -> Never {
        await process.main(arguments: CommandLine.arguments, environment: ProcessInfo.processInfo.environment)
    }

    private static let process = ServiceProcess<ReferralIntake>(
        name: "referral-intake",
        purpose: "The one way in: authenticates, checks, identifies, journals and answers every event of every agency.",
        defaultPort: 8701
    ) { settings in
        let policy = try Policy.load(directory: settings.policyDirectory)
        let intake = ReferralIntake(policy: policy, topics: Topics(prefix: settings.topicPrefix))
        return ServiceProcess.Parts(
            procedure: intake, topics: intake.inputs, policyVersion: policy.version,
            retention: RetentionRules(
                records(policy.retention), clockMoves: policy.retention[.clockMoves],
                operatorRequests: policy.retention[.operatorRequests]),
            projection: ClockProjection(terms: policy.clockTerms, due: policy.projection))
    }

    /// What intake keeps beside the state of today: every event that was accepted, as it came, and what was said to it.
    static func records(_ retention: Retention) -> [RecordKept] {
        [
            RecordKept(
                "journal", age: "recorded_at", retention[.journal], index: .stretches,
                households: "kept.household || kept.other_households"),
            // Without its verdict an event would be judged for ever.
            RecordKept(
                "verdict", age: "kept_at", retention[.journal], index: .stretches,
                unless: ["EXISTS (SELECT FROM journal j WHERE j.event = kept.event)"]),
        ]
    }
}
