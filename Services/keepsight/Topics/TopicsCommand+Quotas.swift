import CommandRuntime
import Contracts
import Safeguarding
import ServiceRuntime

extension TopicsCommand {
    /// Compares the agencies' quotas with what is wanted, shows the difference and sets it, unless that is only to be shown.
    /// Returns how many were set.
    ///
    /// Quotas are by certificate, so there are none to set where brokers know nobody.
    static func applyQuotas(_ agencies: [AgencyCode], _ environment: [String: String], isDryRun: Bool, asJSON: Bool)
        throws
        -> Int
    {
        let plan = try QuotaPlan(environment: environment)
        guard let program = KafkaConfigsProgram(environment: environment) else {
            let example = agencies.first.map { plan.words(setting: $0).joined(separator: " ") } ?? ""
            Output.note(
                "Quotas of \(agencies.count) agencies were neither looked at nor set, since that takes Kafka's own program: "
                    + "set KAFKA_HOME to a Kafka and run this again, or for each agency, with the administrator's client "
                    + "properties:\n  kafka-configs.sh --bootstrap-server … --command-config … \(example)")
            return 0
        }
        let present = QuotaPlan.read(try program.run(["--describe", "--entity-type", "users"]))
        let others = plan.others(agencies, present)
        for agency in others where !asJSON { Output.line("~ quota \(QuotaPlan.user(agency)): \(plan.text)") }
        guard !isDryRun, !others.isEmpty else { return 0 }
        Output.note("Setting the quotas of \(others.count) agencies, which takes some seconds for each.")
        for agency in others { _ = try program.run(plan.words(setting: agency)) }
        let missing = plan.others(
            agencies, QuotaPlan.read(try program.run(["--describe", "--entity-type", "users"])))
        guard missing.isEmpty else {
            let names = missing.map(\.text).joined(separator: ", ")
            throw CommandFailure(
                .failed, "The brokers do not show the quotas of \(names) after they took them. Run it again.")
        }
        return others.count
    }
}
