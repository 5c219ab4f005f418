import Contracts
import Messaging
import Safeguarding
import Testing

@testable import MashScreener

/// What is lost or late at the desk in small ways: a decision that is not shown, a deadline counted from another moment, an outcome
/// for somebody else's child (B1, B2, section 3.1).
struct DeskMutantTests {
    @Test("B2: a decided item is shown as decided, and by whom, before it leaves the queue")
    func shownAsDecided() throws {
        var hub = try VirtualHub(at: "2026-11-24T10:00:00Z")
        try hub.refer()
        try hub.act(.decided(.assessment, reason: "Needs are not clear.", children: []))
        let shown = hub.all(ScreeningItemUpdated.self).map(\.payload)
        #expect(shown.map(\.state) == [.queued, .decided])
        #expect(shown.last?.claimedBy?.name == "Sam Example")
    }

    @Test("B1: an outcome for a child that is none of the referral's is refused at its place, and nothing is decided")
    func stranger() throws {
        var hub = try VirtualHub(at: "2026-11-24T10:00:00Z")
        try hub.refer()
        let own = try VirtualHub.outcome(of: PersonID(digest: [1]), "assessment", "Needs are not clear.")
        let other = try VirtualHub.outcome(of: PersonID(digest: [9]), "assessment", "Needs are not clear.")
        try hub.act(.decided(.noFurtherAction, reason: "It is known.", children: [own, other]))
        #expect(hub.refusals == ["unknown-subject"])
        #expect(hub.all(EventRuling.self).flatMap(\.payload.reasons).map(\.path) == ["/data/children/1/handle"])
        #expect(hub.all(ReferralOutcome.self).isEmpty && hub.item?.state == .queued)
    }

    @Test("Section 3.1: what is rated anew later is due as soon after the referral as if it had been rated so at once")
    func ratedLater() throws {
        var hub = try VirtualHub(at: "2026-11-24T10:00:00Z")
        try hub.refer()
        try hub.wait(until: "2026-11-24T11:00:00Z")
        try hub.act(.rated(.red, reason: "A bruise was seen."))
        #expect(hub.item?.clocks.last?.name == "rating-red")
        #expect(hub.item?.clocks.last?.due.rfc3339 == "2026-11-24T14:00:00Z")
        #expect(hub.clocks.first { $0.key.kind == MashScreener.rating }?.value.due.rfc3339 == "2026-11-24T14:00:00Z")
    }

    @Test("B2: a referral moves up a working day after it fell due, however late that was noticed")
    func noticedLate() throws {
        var hub = try VirtualHub(at: "2026-11-24T10:00:00Z")
        try hub.refer()
        let clock = try #require(hub.clocks.first { $0.key.kind == MashScreener.screeningDecision }?.value)
        var desk = hub.state
        let effects = hub.screener.fire(
            DueDeadline(key: clock.key, household: clock.household, due: clock.due), state: &desk,
            now: try VirtualHub.instant("2026-11-28T09:00:00Z"))
        let next = effects.compactMap { if case .arm(let deadline) = $0 { deadline } else { nil } }
        #expect(next.map(\.key.kind) == [MashScreener.overdueDecision])
        #expect(next.map(\.due.rfc3339) == ["2026-11-26T17:00:00Z"])
    }
}
