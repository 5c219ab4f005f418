import Contracts
import DecisionRules
import EscalationTrackerSpec
import JSON
import Messaging
import Policy
import PostgresClient
import Safeguarding
import ServiceRuntime

/// Open challenges that nobody whom policy names could close where their ladder ends, since everybody is party to the matter (R15):
/// pure. Somebody has to know of them before they come there.
struct MissingArbiters: Sendable, Equatable {
    /// How many.
    private(set) var challenges = 0

    /// Takes up what a household has.
    mutating func add(_ state: TrackerState, under rules: LadderRules) {
        challenges += state.escalations.all.count { escalation in
            guard escalation.isOpen else { return false }
            let parties = Set(state.parties(to: escalation, rules.terms).keys)
            let arbiter = rules.arbiter(
                on: rules.ladder(of: escalation), besides: [escalation.challenger, escalation.decider], parties: parties
            )
            return parties.contains(arbiter)
        }
    }

    /// What is the matter, and what to do.
    var status: HealthState.Status {
        guard challenges > 0 else { return .ok }
        return .attention(
            "Nobody whom policy names could close \(counted(challenges, "challenge")) as arbiter: each is party to the matter itself. Name "
                + "an agency that is not as 'arbiter' in policy.yaml, or in the ladder's file, and start the services again; 'keepsight "
                + "escalations' lists the challenges.")
    }
}

/// Looks for them when the service starts, since a policy counts from then on, and once in a while.
struct MissingArbiterWatch: Sendable {
    /// Between two looks. One reads every household that has an open challenge.
    static let interval = Duration.seconds(600)

    let rules: LadderRules
    let postgres: PostgresConfiguration
    let log: Log
    let health: HealthState

    /// Runs until the task is cancelled. An outage of the database is said by others; this looks again later.
    func run() async {
        var last = MissingArbiters()
        while !Task.isCancelled {
            if let found = try? await look() {
                health.report(.arbiters, found.status)
                if found != last, found.status != .ok { log.warning("arbiters", found.status.reason) }
                last = found
            }
            try? await Task.sleep(for: MissingArbiterWatch.interval)
        }
    }

    /// One look, through all households in pages.
    func look() async throws -> MissingArbiters {
        var found = MissingArbiters()
        try await HouseholdPages(statement: Self.statement, postgres: postgres).read { document in
            if let state = TrackerState(reading: document.root) { found.add(state, under: rules) }
        }
        return found
    }

    private static let statement = SQLStatement(
        name: "find_open_challenges", bytes: PackageResources.find_open_challenges_sql)
}
