import TestSupport

/// What one service asked of its database for a number of messages.
struct HopCost {
    /// Messages of a full batch, which is what `KEEPSIGHT_BATCH_MESSAGES` is where nobody sets it.
    static let batch = 500

    var messages = 0
    var batches = 0
    var statements = 0
    var roundTrips = 0
    var records = 0
    var bytes = 0
    /// Whole pages in the log, which PostgreSQL adds after a checkpoint.
    var fullPages = 0

    mutating func add(_ log: WriteAheadLog) {
        records += log.records
        bytes += log.bytes
        fullPages += log.fullPages
    }

    static func += (sum: inout HopCost, cost: HopCost) {
        sum.messages += cost.messages
        sum.batches += cost.batches
        sum.statements += cost.statements
        sum.roundTrips += cost.roundTrips
        sum.records += cost.records
        sum.bytes += cost.bytes
        sum.fullPages += cost.fullPages
    }

    /// With its relay's share: as if each batch was carried by itself, which is dearer than together with others.
    func with(_ relay: RelayCost) -> HopCost {
        var cost = self
        cost.statements += batches * relay.statements
        cost.roundTrips += batches * relay.roundTrips
        cost.add(relay.log)
        return cost
    }

    /// Each figure for one message.
    var perMessage: (statements: Double, roundTrips: Double, records: Double, bytes: Double) {
        let count = Double(messages)
        return (
            Double(statements) / count, Double(roundTrips) / count, Double(records) / count, Double(bytes) / count
        )
    }
}
