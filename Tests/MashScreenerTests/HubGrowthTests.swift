import Contracts
import JSON
import Messaging
import Safeguarding
import Testing

@testable import MashScreener

/// One household's hub stays small, whatever is referred (trial A20).
struct HubGrowthTests {
    @Test(
        "trial A20: 2,000 referrals of one household leave 20 open of each agency, and the document as small as after 80"
    )
    func referrals() throws {
        var hub = try VirtualHub(at: "2026-04-02T10:00:00Z")
        let agencies = ["health-visiting", "police", "school-hill", "early-help"]
        var bytes: [Int] = []
        for number in 0..<500 {
            for agency in agencies { try hub.refer("R\(number)", from: agency, children: 3) }
            bytes.append(hub.documentBytes)
        }
        #expect(hub.state.items.count == 4 * ScreeningLimits.openItems)
        #expect(hub.refusals.count == 2000 - hub.state.items.count)
        #expect(Set(hub.refusals) == ["too-many-referrals"])
        // What an event of the household reads and writes does not grow any more.
        #expect(Set(bytes[ScreeningLimits.openItems...]).count == 1)
        #expect(hub.documentBytes < 100_000, "\(hub.documentBytes) bytes")
        print("trial A20: \(hub.documentBytes) bytes after 2,000 referrals by four agencies")
    }

    @Test("trial A20: what one agency refers keeps no other agency's referral out, and none of immediate risk")
    func nobodyElse() throws {
        var hub = try VirtualHub(at: "2026-04-02T10:00:00Z")
        for number in 0..<60 { try hub.refer("R\(number)") }
        #expect(hub.refusals.count == 40)
        #expect(hub.all(EventRuling.self).last?.payload.reasons.first?.path == "/data/referralId")
        #expect(hub.all(EventRuling.self).last?.payload.reasons.first?.message.contains("send it again") == true)
        try hub.refer("P1", from: "police")
        try hub.refer("urgent", isImmediateRisk: true)
        #expect(hub.refusals.count == 40)
        #expect(hub.state.items.count == ScreeningLimits.openItems + 2)
    }

    @Test("trial A20: a referral that is decided makes room; one that is handed back is on nobody's queue")
    func room() throws {
        var hub = try VirtualHub(at: "2026-04-02T10:00:00Z")
        for number in 0...ScreeningLimits.openItems { try hub.refer("R\(number)") }
        #expect(hub.refusals == ["too-many-referrals"])
        #expect(hub.all(ScreeningItemUpdated.self).count == ScreeningLimits.openItems)
        #expect(hub.clocks.count { $0.key.kind == MashScreener.screeningDecision } == ScreeningLimits.openItems)
        try hub.act(.decided(.noFurtherAction, reason: "Looked at.", children: []), on: "R0")
        // Intake, which counts them as well, hears which one has made room.
        #expect(hub.all(EventRuling.self).compactMap(\.payload.settles) == [try VirtualHub.itemID("R0")])
        try hub.refer("R\(ScreeningLimits.openItems)")
        #expect(hub.state.items.count == ScreeningLimits.openItems)
        #expect(hub.refusals == ["too-many-referrals"])
    }

    @Test("trial A20: long referrals are bounded by their bytes together")
    func bytes() throws {
        var hub = try VirtualHub(at: "2026-04-02T10:00:00Z")
        let concerns = (0..<50).map { "\($0)-" + String(repeating: "x", count: 56) }
        for number in 0..<40 { try hub.refer("R\(number)", concerns: concerns, children: 30) }
        #expect(hub.state.items.count < ScreeningLimits.openItems)
        #expect(hub.documentBytes <= ScreeningLimits.openBytes)
        #expect(hub.refusals.count == 40 - hub.state.items.count)
    }
}

extension VirtualHub {
    /// Bytes of the household's document, before it is compressed.
    fileprivate var documentBytes: Int {
        var writer = JSONWriter()
        state.write(to: &writer)
        return writer.bytes.count
    }
}
