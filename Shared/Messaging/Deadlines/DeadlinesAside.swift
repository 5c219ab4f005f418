import PostgresClient
import Safeguarding

/// A household whose deadlines have fallen due, and how often they were tried in vain.
struct DueHousehold: Sendable, Equatable {
    let household: HouseholdID
    let attempts: Int

    init(household: HouseholdID, attempts: Int) {
        self.household = household
        self.attempts = attempts
    }

    init(row: Row) throws(PostgresError) {
        self.init(household: HouseholdID(try row.uuid("household")), attempts: Int(try row.int4("attempts")))
    }
}

/// A household whose deadlines could not be fired: they stay set, and are tried again after a pause that grows.
struct DeadlinesAside: Sendable {
    let household: DueHousehold
    let failure: MessageFailure

    static func insert(_ refused: [DeadlinesAside]) -> Query {
        let attempts = refused.map { $0.household.attempts + 1 }
        return Query(
            SQL.setDeadlinesAside,
            [
                .uuidArray(refused.map(\.household.household.uuid)), .int4Array(attempts.map { Int32(clamping: $0) }),
                .doubleArray(attempts.map(DeadlinePause.seconds(afterAttempts:))),
                .textArray(refused.map(\.failure.code)), .textArray(refused.map(\.failure.reason)),
            ])
    }
}
