import PostgresClient
import TestSupport

/// What one service asked of its database for a number of messages.
struct HopCost {
    /// Messages of a full batch, which is what `KEEPSIGHT_BATCH_MESSAGES` is where nobody sets it.
    static let batch = 500

    var messages = 0
    var batches = 0
    var database = ConnectionStatistics()
    var log = WriteAheadLog.nothing

    static func += (sum: inout HopCost, cost: HopCost) {
        sum.messages += cost.messages
        sum.batches += cost.batches
        sum.database = sum.database + cost.database
        sum.log = sum.log + cost.log
    }

    /// With its relay's share: as if each batch was carried by itself, which is dearer than together with others.
    func with(_ relay: RelayCost) -> HopCost {
        var cost = self
        cost.database.statements += batches * relay.statements
        cost.database.roundTrips += batches * relay.roundTrips
        cost.log = log + relay.log
        return cost
    }

    /// Each figure for one message.
    var perMessage: (statements: Double, roundTrips: Double, records: Double, bytes: Double) {
        let count = Double(messages)
        return (
            Double(database.statements) / count, Double(database.roundTrips) / count, Double(log.records) / count,
            Double(log.bytes) / count
        )
    }
}
