import PostgresClient
import Safeguarding

extension Query {
    /// Locks the households until the transaction ends, so that what is said of one is said in the order in which it was
    /// decided. For services that keep rows and no document of a household; a document's own lock does the same.
    public static func holding(_ households: [HouseholdID]) -> Query {
        Query(SQL.holdHouseholds, [.uuidArray(households.sorted().map(\.uuid))])
    }
}
