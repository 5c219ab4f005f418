import Contracts
import Safeguarding
import Testing

@testable import MashScreener

/// Who decides an item, and that what a screener says always has an effect or is refused.
struct HoldingTests {
    private static func claimed() throws -> VirtualHub {
        var hub = try VirtualHub(at: "2026-11-23T10:00:00Z")
        try hub.refer()
        try hub.act(.claimed, by: "Sam Example")
        #expect(hub.refusals == [])
        return hub
    }

    private static let outcome = ScreeningFact.Action.decided(
        .noFurtherAction, reason: "The appointment was kept after all.", children: [])

    @Test("B2: what one screener has claimed another neither claims nor decides; the refusal says how it is taken over")
    func claimedByAnother() throws {
        var hub = try Self.claimed()
        try hub.act(.claimed, by: "Kim Example")
        try hub.act(Self.outcome, by: "Kim Example")
        #expect(hub.refusals == ["item-claimed", "item-claimed"] && hub.item?.claimedBy?.name == "Sam Example")
        let reasons = hub.all(EventRuling.self).flatMap(\.payload.reasons)
        #expect(reasons.map(\.path) == ["/data/itemId", "/data/by"])
        #expect(reasons.allSatisfy { $0.message.contains("in your own name") && !$0.message.contains("Sam") })
        // Taken over, each step in somebody's name.
        try hub.act(.released, by: "Kim Example")
        try hub.act(.claimed, by: "Kim Example")
        try hub.act(Self.outcome, by: "Kim Example")
        #expect(hub.refusals.count == 2 && hub.item == nil)
    }

    @Test("What nobody has claimed anybody decides, and whoever has claimed it decides it")
    func decides() throws {
        var hub = try VirtualHub(at: "2026-11-23T10:00:00Z")
        try hub.refer()
        try hub.act(Self.outcome, by: "Kim Example")
        #expect(hub.refusals == [] && hub.item == nil)
        var own = try Self.claimed()
        try own.act(Self.outcome, by: "Sam Example")
        #expect(own.refusals == [] && own.item == nil)
    }

    @Test("A claim, a release and a rating that change nothing are refused as on record, and say what would")
    func withoutEffect() throws {
        var hub = try Self.claimed()
        try hub.act(.claimed, by: "Sam Example")
        let rating = try #require(hub.item?.rating)
        try hub.act(.rated(rating, reason: "As before."), by: "Sam Example")
        try hub.act(.released, by: "Sam Example")
        try hub.act(.released, by: "Sam Example")
        #expect(hub.refusals == ["on-record", "on-record", "on-record"])
        let reasons = hub.all(EventRuling.self).flatMap(\.payload.reasons)
        #expect(reasons.map(\.path) == ["/data/itemId", "/data/rating", "/data/itemId"])
    }
}
