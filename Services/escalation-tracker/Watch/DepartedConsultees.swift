import Contracts
import DecisionDocument
import DecisionRules
import EscalationTrackerSpec
import JSON
import Messaging
import PostgresClient
import Safeguarding
import ServiceRuntime

/// Changes that wait for agencies that policy names no longer, and in whose place somebody else is asked (R2): pure. Somebody has
/// to know of them, since an agency that is missing from the policy by mistake is not heard.
struct DepartedConsultees: Sendable, Equatable {
    /// Changes by the agency.
    private(set) var changes: [AgencyCode: Int] = [:]

    /// Takes up what a household's register has.
    mutating func add(_ register: HouseholdRegister, under terms: RegisterTerms) {
        for change in register.changes {
            let absent = change.parts.filter(\.isOpen).reduce(into: Set()) {
                $0.formUnion(register.absent(from: $1, in: change, under: terms))
            }
            for agency in absent { changes[agency, default: 0] += 1 }
        }
    }

    /// What is the matter, and what to do.
    var status: HealthState.Status {
        guard !changes.isEmpty else { return .ok }
        let agencies = changes.sorted { $0.key < $1.key }.map { "\($0.key) (\(counted($0.value, "change")))" }
        return .attention(
            "Changes wait for the view of agencies that policy does not name: \(agencies.joined(separator: ", ")). From the next working "
                + "day on the business unit is asked in their place. If one still takes part, put it back into the policy and start the services again; "
                + "'keepsight explain DECISION' says which change waits for whom."
        )
    }
}

/// Looks for them when the service starts, since a policy counts from then on, and once in a while.
struct DepartedConsulteeWatch: Sendable {
    /// Between two looks. One reads every household in which something waits.
    static let interval = Duration.seconds(600)

    let terms: RegisterTerms
    let postgres: PostgresConfiguration
    let log: Log
    let health: HealthState
    let metrics: Metrics

    /// Runs until the task is cancelled. An outage of the database is said by others; this looks again later.
    func run() async {
        var last = DepartedConsultees()
        while !Task.isCancelled {
            if let found = try? await look() {
                report(found, after: last)
                last = found
            }
            try? await Task.sleep(for: DepartedConsulteeWatch.interval)
        }
    }

    private func report(_ found: DepartedConsultees, after last: DepartedConsultees) {
        for agency in Set(found.changes.keys).union(last.changes.keys) {
            metrics.gauge(
                "departed_consultees", labels: [("agency", agency.text)],
                help: "Changes that wait for the view of an agency that policy does not name."
            ).set(Double(found.changes[agency] ?? 0))
        }
        health.report(.departedConsultees, found.status)
        if found != last, found.status != .ok { log.warning("departed-consultees", found.status.reason) }
    }

    /// One look, through all households in pages.
    func look() async throws -> DepartedConsultees {
        var found = DepartedConsultees()
        try await HouseholdPages(statement: Self.statement, postgres: postgres).read { document in
            var reasons = RefusalReasons()
            guard let register = HouseholdRegister.record.read(document.root, &reasons) else { return }
            found.add(register, under: terms)
        }
        return found
    }

    private static let statement = SQLStatement(
        name: "find_open_changes", bytes: PackageResources.find_open_changes_sql)
}
