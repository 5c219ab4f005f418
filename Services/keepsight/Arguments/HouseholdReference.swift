import CommandRuntime
import Messaging
import PostgresClient
import Safeguarding
import ServiceRegistry
import ServiceRuntime

/// A household as a person types it: whole, or by the end that lists show, where it has a deadline that is set.
enum HouseholdReference {
    private static let statement = SQLStatement(
        name: "households_ending", bytes: PackageResources.households_ending_sql)

    /// The household that a word means. Throws with what to give instead.
    static func find(_ word: String, _ deployment: Deployment) async throws -> HouseholdID {
        if let whole = try? Invocation.household(word) { return whole }
        let end = word.lowercased()
        guard (4..<32).contains(end.count), end.allSatisfy(\.isHexDigit) else {
            return try Invocation.household(word)
        }
        var found: Set<String> = []
        for service in ServiceRegistry.all {
            let connection = try await PostgresConnection.connect(try deployment.postgres(schema: service.schema))
            let rows = try await connection.run(statement, [.text(end)]).rows
            await connection.close()
            found.formUnion(try rows.map { HouseholdID(try $0.uuid("household")).text })
        }
        switch ShortReferences.find(end, among: found) {
        case .one(let text): return try Invocation.household(text)
        case .none:
            throw CommandFailure(
                .usage,
                "No household with an open matter ends in '\(word)'. Give all 32 digits of one that has none, or see "
                    + "'keepsight open' and 'keepsight explain'.")
        case .several(let all):
            let names = TerminalText(lines: all.map { "  " + $0 })
            throw CommandFailure(.usage, "More than one household ends in '\(word)'; give more of it:\n\(names)")
        }
    }
}

extension Invocation {
    /// The household that `--household` names.
    func household(_ deployment: Deployment) async throws -> HouseholdID? {
        guard let text = value("household") else { return nil }
        return try await HouseholdReference.find(text, deployment)
    }
}
