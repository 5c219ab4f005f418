import TestSupport
import Testing

/// What an event costs in the databases of the three services that it passes, in counts: they do not depend on the machine.
@Suite(.enabled(if: Surroundings.isComplete, "needs PostgreSQL and Kafka: run deploy/test"))
struct HopCostTests {
    /// Of the whole design: more than that for an event, and a hop is not constant in its batch any more.
    private static let (maximumStatements, maximumRoundTrips) = (0.05, 0.01)
    /// WAL records and bytes of each event as they were measured. The door: inbox, journal and subject with their keys. The
    /// tracker: inbox, and the household's document with twenty decisions in it. The notifier hears of each decision twice,
    /// so for each event: inbox, a notice, its clock. And each what it says.
    private static let measured = [
        "referral-intake": (records: 8.35, bytes: 1220.0), "escalation-tracker": (records: 6.82, bytes: 1865.0),
        "notifier": (records: 13.6, bytes: 1890.0),
    ]
    /// How far from that a figure may be. One index more on the table of notices is 7 % of the records there; bytes depend
    /// on how well things compress.
    private static let (recordTolerance, byteTolerance) = (0.94...1.06, 0.85...1.15)

    @Test(
        "Count gate: statements, round trips and WAL of an event at each hop, its relay's share included",
        .timeLimit(Surroundings.minutes(5)))
    func cost() async throws {
        let partnership = try await Partnership()
        let costs: [(service: String, cost: HopCost)]
        do {
            var way = try await Way(partnership)
            try await way.begin()
            costs = try await measure(&way)
        } catch {
            try await partnership.stop()
            throw error
        }
        try await partnership.stop()
        #expect(costs.map(\.service).sorted() == Self.measured.keys.sorted())
        for (service, cost) in costs {
            #expect(cost.messages == cost.batches * HopCost.batch, "full batches")
            let event = cost.perMessage
            #expect(event.statements <= Self.maximumStatements, "\(service): \(event.statements) statements")
            #expect(event.roundTrips <= Self.maximumRoundTrips, "\(service): \(event.roundTrips) round trips")
            #expect(cost.fullPages == 0)
            let known = try #require(Self.measured[service])
            #expect(
                Self.recordTolerance.contains(event.records / known.records), "\(service): \(event.records) records")
            #expect(Self.byteTolerance.contains(event.bytes / known.bytes), "\(service): \(event.bytes) bytes")
        }
    }

    private func measure(_ way: inout Way) async throws -> [(service: String, cost: HopCost)] {
        var costs = try await way.measure()
        // A checkpoint in between makes PostgreSQL log whole pages, which says nothing about us.
        for _ in 0..<20 where costs.contains(where: { $0.cost.fullPages > 0 }) { costs = try await way.measure() }
        return costs
    }
}
