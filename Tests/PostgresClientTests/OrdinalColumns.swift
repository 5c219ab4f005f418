@testable import PostgresClient

/// These tests are about types and lines, and most of their expressions have no name: they read by place, from 0.
extension ColumnName: ExpressibleByIntegerLiteral {
    /// The column at that place.
    public init(integerLiteral ordinal: Int) { self.init(.ordinal(ordinal)) }
}
