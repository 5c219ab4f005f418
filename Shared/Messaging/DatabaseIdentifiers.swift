import PostgresClient
import Safeguarding

// Our identifiers are 128 bits, which is what a uuid column holds.
extension OpaqueIdentifier {
    /// The identifier as a column has it.
    public var uuid: PostgresUUID { PostgresUUID(high: bits.0, low: bits.1) }

    /// The identifier of a column.
    public init(_ uuid: PostgresUUID) { self.init(bits: (uuid.high, uuid.low)) }
}
