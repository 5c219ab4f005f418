import CommandRuntime
import DecisionDocument
import DecisionRules
import EscalationTrackerSpec
import Messaging
import NotifierSpec
import PostgresClient
import Safeguarding
import ServiceRuntime

/// Reads how decisions stand, from the views of those who know: the decision register, and the notices for when each was asked.
enum DecisionReading {
    private static let standing = SQLStatement(
        name: "decision_standing", bytes: PackageResources.decision_standing_sql)
    private static let askedAgencies = SQLStatement(name: "asked_agencies", bytes: PackageResources.asked_agencies_sql)

    /// Decisions of that name: several agencies may each have one. What holds them is judged under the policy that this shell names.
    static func decisions(_ name: String, _ deployment: Deployment) async throws -> [DecisionStanding] {
        let policy = try deployment.policy()
        let terms = RegisterTerms(policy)
        let tracker = try await PostgresConnection.connect(
            try deployment.postgres(schema: EscalationTrackerSpec.service.schema))
        let rows = try await tracker.run(standing, [.text(name)]).rows
        await tracker.close()
        var decisions = try rows.compactMap { try DecisionStanding($0, under: terms) }
        guard !decisions.isEmpty else { return [] }
        let notifier = try await PostgresConnection.connect(
            try deployment.postgres(schema: NotifierSpec.service.schema))
        for place in decisions.indices {
            decisions[place].names = AgencyNames(policy)
            for row in try await notifier.run(askedAgencies, [.text(decisions[place].decision)]).rows
            where Int(try row.int4("version")) == decisions[place].version {
                decisions[place].asked[try row.text("agency")] = Instant(
                    microsecondsSinceEpoch: try row.timestamp("last_asked_at"))
            }
        }
        await notifier.close()
        return decisions
    }
}
