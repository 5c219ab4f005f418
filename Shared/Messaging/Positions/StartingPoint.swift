/// Where a service begins to read a partition, decided from its position row and the log as it stands: pure.
enum StartingPoint: Equatable {
    /// Read on from here.
    case from(Int64)
    /// Read on, but retention has removed messages that were never read: loud, since something is lost.
    case afterGap(from: Int64, lost: Int64)
    /// The log is not the one that was read: stop.
    case foreign(reason: String)

    /// - Parameters:
    ///   - known: how far the partition was read, and on which cluster; `nil` if it never was.
    ///   - log: the log as it stands, with the record before that position.
    init(_ known: (position: Position, cluster: String)?, _ log: LogState) {
        guard let (position, cluster) = known else {
            self = .from(log.low)
            return
        }
        guard cluster == log.cluster else {
            self = .foreign(
                reason: "it was read up to offset \(position.nextOffset) on cluster \(cluster), and this is "
                    + "cluster \(log.cluster).")
            return
        }
        guard position.nextOffset <= log.high else {
            self = .foreign(
                reason: "it was read up to offset \(position.nextOffset), and the log ends at \(log.high): the topic "
                    + "was made anew, or has lost its end.")
            return
        }
        if let read = position.recordMilliseconds, let found = log.recordMilliseconds, read != found {
            self = .foreign(
                reason: "at offset \(position.nextOffset - 1) stands another record than the one that was read: the "
                    + "topic was made anew, or has lost its end, and was written to since.")
            return
        }
        guard position.nextOffset >= log.low else {
            self = .afterGap(from: log.low, lost: log.low - position.nextOffset)
            return
        }
        self = .from(position.nextOffset)
    }
}
