import Contracts
import FoundationEssentials
import Messaging
import Policy
import ReferralIntakeSpec
import ServiceRuntime

extension ReferralIntake {
    /// Runs the service as this process, until it is stopped.
    public static func run() async -> Never {
        await process.main(arguments: CommandLine.arguments, environment: ProcessInfo.processInfo.environment)
    }

    private static let process = ServiceProcess<ReferralIntake>(ReferralIntakeSpec.service) { settings in
        let policy = try Policy.load(directory: settings.policyDirectory)
        let intake = ReferralIntake(policy: policy, topics: Topics(prefix: settings.topicPrefix))
        return ServiceProcess.Components(
            procedure: intake, agencies: policy.agencies.codes, policyVersion: policy.version,
            retention: RetentionRules(
                records(policy.retention), clockMoves: policy.retention[.clockMoves],
                operatorRequests: policy.retention[.operatorRequests]),
            calendar: CalendarWatch(policy.calendar, warnDays: policy.calendarSettings.warnDays),
            projection: ClockProjection(terms: policy.clockTerms, due: policy.projection))
    }

    /// What intake keeps: every event that was accepted, as it came, what was said to it, and who the children are.
    static func records(_ retention: Retention) -> [RecordKept] {
        [
            RecordKept(
                "journal", age: "recorded_at", retention[.journal], index: .stretches,
                households: "kept.household || kept.other_households"),
            // Without its ruling an event would be judged for ever.
            RecordKept(
                "verdict", age: "kept_at", retention[.journal], index: .stretches,
                unless: ["EXISTS (SELECT FROM journal j WHERE j.event = kept.event)"]),
            people(retention),
            // It leaves behind its family: whatever refers to it comes with an event about that.
            RecordKept(
                "subject", age: "noted_at", retention[.people], index: .stretches, households: "ARRAY[kept.household]",
                unless: ["EXISTS (SELECT FROM household_age a WHERE a.household = kept.household)"],
                gate: "SELECT FROM register_gate FOR UPDATE"),
        ]
    }

    /// A household with everything that is known of its people. Under the register's lock, as a batch is: a child that an event
    /// has been found to be about does not leave before that event is in the journal.
    private static func people(_ retention: Retention) -> RecordKept {
        RecordKept(
            "household_age", age: "seen_until", retention[.people], households: "ARRAY[kept.household]",
            parts: [
                "DELETE FROM household_key k USING gone WHERE k.household = gone.household",
                """
                DELETE FROM person_key k USING gone JOIN person p ON p.household = gone.household
                WHERE k.person = p.person
                """,
                """
                DELETE FROM person_description d USING gone JOIN person p ON p.household = gone.household
                WHERE d.person = p.person
                """,
                "DELETE FROM person p USING gone WHERE p.household = gone.household",
                "DELETE FROM open_referral o USING gone WHERE o.household = gone.household",
            ], gate: "SELECT FROM register_gate FOR UPDATE", stepRows: 500)
    }
}
