import CommandRuntime
import Messaging
import PostgresClient
import ReferralIntakeSpec
import Safeguarding
import ServiceRegistry
import ServiceRuntime

/// `keepsight legal-hold`: records of a household, or of everybody, are kept beyond their time for an inquiry, on record.
enum LegalHoldCommand {
    static let command = StandingMeasure(
        name: "legal-hold",
        summary:
            "Keep a household's records beyond the time that policy keeps them, for an inquiry; list what is held.",
        arguments: [("HOUSEHOLD", "The household's identifier, as events behind intake have it.")],
        options: [
            Command.Option("all", nil, "Everybody's records."),
            Command.Option(
                "reference", "TEXT",
                "The inquiry that wants it. Each is lifted by itself; records leave when none is left."),
        ],
        examples: [
            "keepsight legal-hold set 5f0c9d1e… --reference 'Inquiry 2026/4' --by 'Kim Example, business manager' "
                + "--reason 'letter of 3 May'",
            "keepsight legal-hold lift 5f0c9d1e… --reference 'Inquiry 2026/4' --by 'Kim Example, business manager' "
                + "--reason 'closed'",
            "keepsight legal-hold list",
        ],
        services: ServiceRegistry.names,
        inForce: SQLStatement(name: "legal_holds", bytes: PackageResources.legal_holds_sql),
        columns: ["household", "reference"], none: "No records are held.", ask: ask
    ).command

    private static let ask:
        @Sendable (StandingMeasure.Act, [String], Invocation, Deployment) async throws -> StandingMeasure.Asked =
            { act, words, invocation, deployment in
                let (by, reason) = (try invocation.person(), try invocation.reason())
                let household = try await household(words, isForAll: invocation.has("all"), deployment)
                let reference = (invocation.value("reference") ?? "").trimmed
                guard !reference.unicodeScalars.contains(where: TerminalText.isHostile),
                    let hold = LegalHold(act == .set ? .set : .lift, reference: reference)
                else {
                    throw UsageError(
                        "Give --reference: by what the inquiry that wants the records is known, such as 'Inquiry 2026/4', "
                            + "\(LegalHold.maximumReference) characters at the most. Each hold is lifted by its own.")
                }
                if let household, act == .set, try await !isKnown(household, deployment) {
                    throw CommandFailure(
                        .failed,
                        "unknown household: no service knows \(household.text), so nothing of it would be held. Look at where "
                            + "the identifier comes from; 'keepsight open' and 'keepsight explain' show those of open matters."
                    )
                }
                return StandingMeasure.Asked(
                    subject: household?.text ?? "everybody",
                    request: hold.request(of: household, requestedBy: by, reason: reason))
            }

    private static func household(_ words: [String], isForAll: Bool, _ deployment: Deployment) async throws
        -> HouseholdID?
    {
        guard let word = words.first else {
            guard isForAll else { throw UsageError("Give the household, or --all.") }
            return nil
        }
        guard !isForAll else { throw UsageError("Give a household or --all, not both.") }
        return try await HouseholdReference.find(word, deployment)
    }

    private static let known = SQLStatement(name: "knows_household", bytes: PackageResources.knows_household_sql)
    private static let registered = SQLStatement(
        name: "has_registered_household", bytes: PackageResources.has_registered_household_sql)

    /// Whether some service has heard of the household. Those that have a row for each are asked first.
    private static func isKnown(_ household: HouseholdID, _ deployment: Deployment) async throws -> Bool {
        for service in ServiceRegistry.names.reversed() {
            let connection = try await PostgresConnection.connect(
                try deployment.postgres(schema: Migrator.schema(of: service)))
            var isKnown = try await connection.run(known, [.uuid(household.uuid)]).onlyRow().bool("is_known")
            if !isKnown, service == ReferralIntakeSpec.service.name {
                isKnown = try await connection.run(registered, [.uuid(household.uuid)]).onlyRow().bool("is_registered")
            }
            await connection.close()
            if isKnown { return true }
        }
        return false
    }
}
