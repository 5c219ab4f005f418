/// Exact counts of what a connection did, for gates that count instead of measuring time.
public struct ConnectionStatistics: Sendable, Hashable {
    /// Statements sent for execution; a script counts as one.
    public var statements = 0
    /// Statements prepared; they travel with their first use and are not in `statements`.
    public var prepares = 0
    /// Times that the connection sent something and waited for the answer: one a pipeline, one a script.
    public var roundTrips = 0
    /// Pipelines and scripts that failed.
    public var failures = 0
    /// Bytes of parameters sent, without the protocol around them.
    public var parameterBytes = 0
    /// Rows received.
    public var rows = 0

    /// All zero.
    public init() {}

    /// The sum of two.
    public static func + (left: ConnectionStatistics, right: ConnectionStatistics) -> ConnectionStatistics {
        var sum = left
        sum.statements += right.statements
        sum.prepares += right.prepares
        sum.roundTrips += right.roundTrips
        sum.failures += right.failures
        sum.parameterBytes += right.parameterBytes
        sum.rows += right.rows
        return sum
    }

    /// What was added since an earlier reading.
    public static func - (left: ConnectionStatistics, right: ConnectionStatistics) -> ConnectionStatistics {
        var difference = left
        difference.statements -= right.statements
        difference.prepares -= right.prepares
        difference.roundTrips -= right.roundTrips
        difference.failures -= right.failures
        difference.parameterBytes -= right.parameterBytes
        difference.rows -= right.rows
        return difference
    }
}
