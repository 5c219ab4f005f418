import PostgresClient
import Safeguarding
import ServiceRuntime

/// What the tables of a service show of its work, and what readiness makes of it: pure.
struct EngineGauges: Sendable, Equatable {
    /// Seconds.
    var outboxAge = 0.0
    var deadlinesArmed = 0.0
    /// Seconds, of the most overdue one that nothing holds back.
    var deadlineLateness = 0.0
    var parkedHouseholds = 0.0
    var parkedMessages = 0.0
    var householdsAside = 0.0

    /// Seconds after which the outbox does not only wait for its turn any more.
    static let outboxLimit = 30.0
    /// Seconds after which deadlines are late.
    static let latenessLimit = 60.0

    /// The household that waits longest behind its message.
    struct Parked: Sendable, Equatable {
        let household: HouseholdID
        let code: String
        let since: Instant
    }

    /// The household whose deadlines have been refused for longest.
    struct Aside: Sendable, Equatable {
        let household: HouseholdID
        let code: String
        let reason: String
    }

    /// Unready: what the service has decided does not reach anybody.
    var outboxStatus: HealthState.Status {
        guard outboxAge > Self.outboxLimit else { return .ok }
        return .degraded(
            "What was decided \(Int(outboxAge)) s ago has not reached its topic. If 'relay' and 'kafka' are well here, look at "
                + "the other replicas of the service: one of them carries the outbox.")
    }

    /// For people to look at: everybody else goes on.
    func parkedStatus(first: Parked?) -> HealthState.Status {
        guard parkedHouseholds > 0, let first else { return .ok }
        let households = counted(Int(parkedHouseholds), "household waits", "households wait")
        return .attention(
            "\(households) behind a message that could not be handled (\(first.code), household \(first.household.text)), the "
                + "first since \(first.since.rfc3339): see 'keepsight dead-letters list'.")
    }

    /// Late is unready; a household that was singled out is for people to look at.
    func deadlineStatus(aside: Aside?) -> HealthState.Status {
        if deadlineLateness > Self.latenessLimit {
            return .degraded(
                "Deadlines fire \(Int(deadlineLateness)) s late. If 'deadlines' is well here, the service has more of them than "
                    + "it can fire: look at the load of the database.")
        }
        guard householdsAside > 0, let aside else { return .ok }
        let others = householdsAside > 1 ? " and of \(Int(householdsAside) - 1) more" : ""
        return .attention(
            "The deadlines of household \(aside.household.text)\(others) are refused (\(aside.code)) and tried again later; the "
                + "others fire. Mend what refuses them: \(aside.reason)")
    }
}

extension EngineGauges {
    init(row: Row) throws(PostgresError) {
        outboxAge = try row.double("outbox_age")
        deadlinesArmed = try row.double("deadlines_armed")
        deadlineLateness = try row.double("deadline_lateness")
        parkedHouseholds = try row.double("parked_households")
        parkedMessages = try row.double("parked_messages")
        householdsAside = try row.double("households_aside")
    }
}

extension EngineGauges.Parked {
    init(row: Row) throws(PostgresError) {
        household = HouseholdID(try row.uuid("household"))
        code = try row.text("code")
        since = Instant(microsecondsSinceEpoch: try row.timestamp("parked_at"))
    }
}

extension EngineGauges.Aside {
    init(row: Row) throws(PostgresError) {
        household = HouseholdID(try row.uuid("household"))
        code = try row.text("code")
        reason = try row.text("reason")
    }
}

extension HealthState.Component {
    /// Whether what was decided reaches its topics.
    static let outbox = HealthState.Component(rawValue: "outbox")
    /// Households that wait behind a message that could not be handled.
    static let parked = HealthState.Component(rawValue: "parked")
    /// Deadlines that are late, or that are refused.
    static let lateDeadlines = HealthState.Component(rawValue: "late-deadlines")
}
