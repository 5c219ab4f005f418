import Contracts
import FoundationEssentials
import MashScreenerSpec
import Messaging
import Policy
import ServiceRuntime

extension MashScreener {
    /// Runs the service as this process, until it is stopped.
    public static func run() async -> Never {
        await process.main(arguments: CommandLine.arguments, environment: ProcessInfo.processInfo.environment)
    }

    private static let process = ServiceProcess<HouseholdBatch<MashScreener>>(MashScreenerSpec.service) { settings in
        let policy = try Policy.load(directory: settings.policyDirectory)
        let topics = Topics(prefix: settings.topicPrefix)
        let screener = MashScreener(policy: policy, topics: topics)
        return ServiceProcess.Components(
            procedure: HouseholdBatch(screener, guards: try settings.guards),
            agencies: policy.agencies.codes, policyVersion: policy.version,
            retention: RetentionRules(
                [], clockMoves: policy.retention[.clockMoves], operatorRequests: policy.retention[.operatorRequests]),
            calendar: CalendarWatch(policy.calendar, warnDays: policy.calendarSettings.warnDays),
            projection: ClockProjection(terms: policy.clockTerms, due: policy.projection),
            loops: [{ await QueueRecovery(screener: screener, context: $0).run() }])
    }
}
