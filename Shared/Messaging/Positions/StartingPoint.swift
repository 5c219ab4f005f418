/// Where a service begins to read a partition, decided from its position row and the log as it stands: pure.
enum StartingPoint: Equatable {
    /// Read on from here.
    case from(Int64)
    /// Read on, but retention has removed messages that were never read: loud, since something is lost.
    case afterGap(from: Int64, lost: Int64)
    /// The log is not the one that was read: stop.
    case foreign(reason: String)

    /// - Parameters:
    ///   - position: the next offset and the cluster it belongs to; `nil` for a partition never read.
    ///   - cluster: the cluster's identifier now.
    ///   - low: the first offset still in the log.
    ///   - high: the offset that the next record will get.
    init(position: (nextOffset: Int64, cluster: String)?, cluster: String, low: Int64, high: Int64) {
        guard let position else {
            self = .from(low)
            return
        }
        guard position.cluster == cluster else {
            self = .foreign(
                reason: "it was read up to offset \(position.nextOffset) on cluster \(position.cluster), and this is "
                    + "cluster \(cluster).")
            return
        }
        guard position.nextOffset <= high else {
            self = .foreign(
                reason: "it was read up to offset \(position.nextOffset), and the log ends at \(high): the topic was "
                    + "made anew, or has lost its end.")
            return
        }
        guard position.nextOffset >= low else {
            self = .afterGap(from: low, lost: low - position.nextOffset)
            return
        }
        self = .from(position.nextOffset)
    }
}
