import PostgresClient
import Safeguarding

// Our identifiers are 32 hexadecimal digits, which is what a uuid column holds.
extension HouseholdID {
    /// The identifier as a column has it.
    public var uuid: PostgresUUID { PostgresUUID(text) ?? PostgresUUID(high: 0, low: 0) }
}

extension PersonID {
    /// The identifier as a column has it.
    public var uuid: PostgresUUID { PostgresUUID(text) ?? PostgresUUID(high: 0, low: 0) }
}

extension EventIdentity {
    /// The identity as a column has it.
    public var uuid: PostgresUUID { PostgresUUID(hexadecimal) ?? PostgresUUID(high: 0, low: 0) }
}
