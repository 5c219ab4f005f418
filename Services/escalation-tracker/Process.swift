import Contracts
import DecisionDocument
import DecisionRules
import EscalationTrackerSpec
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
        EscalationTrackerSpec.service
    ) { settings in
        let policy = try Policy.load(directory: settings.policyDirectory)
        let topics = Topics(prefix: settings.topicPrefix)
        return ServiceProcess.Components(
            procedure: HouseholdBatch(EscalationTracker(policy: policy, topics: topics), guards: try settings.guards),
            agencies: policy.agencies.codes, policyVersion: policy.version,
            retention: RetentionRules(
                records(policy.retention), clockMoves: policy.retention[.clockMoves],
                operatorRequests: policy.retention[.operatorRequests]),
            calendar: CalendarWatch(policy.calendar, warnDays: policy.calendarSettings.warnDays),
            projection: ClockProjection(terms: policy.clockTerms, due: policy.projection),
            loops: [
                { context in
                    await DepartedConsulteeWatch(
                        terms: RegisterTerms(policy), postgres: context.postgres, log: context.log,
                        health: context.health, metrics: context.metrics
                    ).run()
                },
                { context in
                    await MissingArbiterWatch(
                        rules: LadderRules(policy: policy), postgres: context.postgres, log: context.log,
                        health: context.health
                    ).run()
                },
            ])
    }

    /// What the tracker keeps beside the state of today: every challenge that has ended, with its steps.
    static func records(_ retention: Retention) -> [RecordKept] {
        [
            RecordKept(
                "escalation_move", age: "at", retention[.escalations],
                households: "ARRAY(SELECT e.household FROM escalation e WHERE e.escalation = kept.escalation)",
                // A step belongs to its challenge, however old it is.
                unless: [
                    """
                    NOT EXISTS (
                        SELECT FROM escalation e WHERE e.escalation = kept.escalation AND e.closed_at < $1::timestamptz)
                    """
                ]),
            RecordKept(
                "escalation", age: "closed_at", retention[.escalations], households: "ARRAY[kept.household]",
                unless: ["EXISTS (SELECT FROM escalation_move m WHERE m.escalation = kept.escalation)"]),
        ]
    }
}
