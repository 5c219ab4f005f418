import Contracts
import JSON
import Messaging
import Safeguarding
import Testing

@testable import MashScreener

/// One household's desk stays small, whatever is referred (trial A20).
struct DeskGrowthTests {
    @Test(
        "trial A20: 2,000 referrals of one household leave 20 open of each agency, and the document as small as after 80"
    )
    func referrals() throws {
        var desk = try Desk(at: "2026-04-02T10:00:00Z")
        let agencies = ["health-visiting", "police", "school-hill", "early-help"]
        var bytes: [Int] = []
        for number in 0..<500 {
            for agency in agencies { try desk.refer("R\(number)", from: agency, children: 3) }
            bytes.append(desk.documentBytes)
        }
        #expect(desk.state.items.count == 4 * ScreeningLimits.openItems)
        #expect(desk.refusals.count == 2000 - desk.state.items.count)
        #expect(Set(desk.refusals) == ["too-many-referrals"])
        // What an event of the household reads and writes does not grow any more.
        #expect(Set(bytes[ScreeningLimits.openItems...]).count == 1)
        #expect(desk.documentBytes < 100_000, "\(desk.documentBytes) bytes")
        print("trial A20: \(desk.documentBytes) bytes after 2,000 referrals by four agencies")
    }

    @Test("trial A20: what one agency refers keeps no other agency's referral out, and none of immediate risk")
    func nobodyElse() throws {
        var desk = try Desk(at: "2026-04-02T10:00:00Z")
        for number in 0..<60 { try desk.refer("R\(number)") }
        #expect(desk.refusals.count == 40)
        #expect(desk.all(VerdictGiven.self).last?.payload.reasons.first?.path == "/data/referralId")
        #expect(desk.all(VerdictGiven.self).last?.payload.reasons.first?.message.contains("send it again") == true)
        try desk.refer("P1", from: "police")
        try desk.refer("urgent", isImmediateRisk: true)
        #expect(desk.refusals.count == 40)
        #expect(desk.state.items.count == ScreeningLimits.openItems + 2)
    }

    @Test("trial A20: a referral that is decided makes room; one that is handed back is on nobody's queue")
    func room() throws {
        var desk = try Desk(at: "2026-04-02T10:00:00Z")
        for number in 0...ScreeningLimits.openItems { try desk.refer("R\(number)") }
        #expect(desk.refusals == ["too-many-referrals"])
        #expect(desk.all(ScreeningItemUpdated.self).count == ScreeningLimits.openItems)
        #expect(desk.clocks.count { $0.key.kind == MashScreener.screeningDecision } == ScreeningLimits.openItems)
        try desk.act(.decided(.noFurtherAction, reason: "Looked at.", children: []), on: "R0")
        // Intake, which counts them as well, hears which one has made room.
        #expect(desk.all(VerdictGiven.self).compactMap(\.payload.settles) == [try Desk.itemID("R0")])
        try desk.refer("R\(ScreeningLimits.openItems)")
        #expect(desk.state.items.count == ScreeningLimits.openItems)
        #expect(desk.refusals == ["too-many-referrals"])
    }

    @Test("trial A20: long referrals are bounded by their bytes together")
    func bytes() throws {
        var desk = try Desk(at: "2026-04-02T10:00:00Z")
        let concerns = (0..<50).map { "\($0)-" + String(repeating: "x", count: 56) }
        for number in 0..<40 { try desk.refer("R\(number)", concerns: concerns, children: 30) }
        #expect(desk.state.items.count < ScreeningLimits.openItems)
        #expect(desk.documentBytes <= ScreeningLimits.openBytes)
        #expect(desk.refusals.count == 40 - desk.state.items.count)
    }
}

extension Desk {
    /// Bytes of the household's document, before it is compressed.
    fileprivate var documentBytes: Int {
        var writer = JSONWriter()
        state.write(to: &writer)
        return writer.bytes.count
    }
}
