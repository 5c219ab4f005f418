import PostgresClient

/// A kind of clock that a service sets, with what happens when one falls due.
public struct ClockKind: Sendable, Equatable {
    /// Kebab-case: `acknowledgement`, `reconvened-discussion`.
    public let name: String
    /// One sentence for people: who is told or asked for what.
    public let consequence: String

    /// A kind of clock.
    public init(_ name: String, _ consequence: String) {
        self.name = name
        self.consequence = consequence
    }

    /// A kind of clock, by the deadline that it is.
    public init(_ kind: DeadlineKind, _ consequence: String) {
        self.init(kind.rawValue, consequence)
    }

    static func declaration(of kinds: [ClockKind]) -> Query {
        Query(SQL.declareClockKinds, [.textArray(kinds.map(\.name)), .textArray(kinds.map(\.consequence))])
    }
}
