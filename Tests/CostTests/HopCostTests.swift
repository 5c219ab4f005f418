import TestSupport
import Testing

/// What an event costs in the databases of the three services that it passes, in counts: they do not depend on the machine.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"))
struct HopCostTests {
    /// Of the whole design: more than that for an event, and a hop is not constant in its batch any more.
    private static let (maximumStatements, maximumRoundTrips) = (0.05, 0.01)
    /// WAL records and bytes of each event. Intake: inbox, journal and subject with their keys. The tracker: inbox, and the
    /// household's document with twenty decisions in it; how many of its records there are depends on when PostgreSQL clears
    /// up. The notifier: inbox, two notices and their clocks. And each what it says. Rulings, at intake: inbox, the ruling with
    /// its key, and a receipt, whose relay's share stands with the events.
    /// Of every two events one is a lowered threshold, which is held, and one the version that takes it back: half have an
    /// identifier that is new, each pair arms a deadline and clears it, and brings about five notices.
    /// Measured: 6.88 records at intake, 9.88 and 2752 bytes at the tracker, 27.6 and 4319 at the notifier; the other figures lie
    /// within the gates that a load without held changes had. One index more on notices is two and a half records more. The
    /// tracker's bytes were 2391 before notices of what was taken back said whose decision it was by the agency's name in full, and
    /// in which state the children are.
    private static let gates = [
        "referral-intake": (records: 6.5...7.3, bytes: 1040.0...1400.0),
        "escalation-tracker": (records: 9.1...10.4, bytes: 2340.0...3165.0),
        "notifier": (records: 26.3...29.0, bytes: 3670.0...4970.0),
        "rulings": (records: 4.8...5.5, bytes: 440.0...600.0),
    ]

    @Test(
        "Count gate: statements, round trips and WAL of an event at each hop, its relay's share included",
        .timeLimit(TestEnvironment.minutes(10)))
    func cost() async throws {
        let partnership = try await Partnership()
        let costs: [(service: String, cost: HopCost)]
        do {
            var pipeline = try await PipelineCost(partnership)
            try await pipeline.begin()
            costs = try await measure(&pipeline)
        } catch {
            try await partnership.stop()
            throw error
        }
        try await partnership.stop()
        #expect(costs.map(\.service).sorted() == Self.gates.keys.sorted())
        for (service, cost) in costs {
            #expect(cost.messages == cost.batches * HopCost.batch, "full batches")
            let event = cost.perMessage
            #expect(event.statements <= Self.maximumStatements, "\(service): \(event.statements) statements")
            #expect(event.roundTrips <= Self.maximumRoundTrips, "\(service): \(event.roundTrips) round trips")
            #expect(cost.log.fullPages == 0)
            let gate = try #require(Self.gates[service])
            #expect(gate.records.contains(event.records), "\(service): \(event.records) records")
            #expect(gate.bytes.contains(event.bytes), "\(service): \(event.bytes) bytes")
        }
    }

    private func measure(_ pipeline: inout PipelineCost) async throws -> [(service: String, cost: HopCost)] {
        var costs = try await pipeline.measure()
        // A checkpoint in between makes PostgreSQL log whole pages, which says nothing about us; the tests' own cluster does not.
        for _ in 0..<5 where costs.contains(where: { $0.cost.log.fullPages > 0 }) {
            costs = try await pipeline.measure()
        }
        return costs
    }
}
