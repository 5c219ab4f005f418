import Contracts
import Policy
import Safeguarding
import Testing

@testable import EscalationTracker

/// A challenge or urgency is lost: small changes of the ladder's rules that no test had noticed (mutants, ladders).
struct LadderMutantTests {
    private func challenged(urgent: Bool = false, escalateTo: Int? = nil) throws -> VirtualPartnership {
        try LadderTests.challenged(
            try VirtualPartnership.sample().ladder, urgent: urgent, escalateTo: escalateTo)
    }

    @Test("A challenge is lost: whoever passes stages over for immediate risk is on the urgent clocks from then on")
    func urgentFromThen() throws {
        var scene = try challenged()
        #expect(scene.escalation?.isUrgent == false)
        try scene.respond(as: "police", escalateTo: 2, immediateRisk: true)
        #expect(scene.escalation?.isUrgent == true)
        #expect(scene.escalation?.due == scene.now.adding(seconds: 4 * 3600))
        #expect(scene.notices(.escalationAdvanced, to: "csc").last?.body.isUrgent == true)
    }

    @Test("A challenge is lost: a stage beyond the top is the top, below the first the first")
    func bounds() throws {
        #expect(try challenged(urgent: true, escalateTo: 9).escalation?.stage == 5)
        #expect(try challenged(urgent: true, escalateTo: 5).escalation?.stage == 5)
        #expect(try challenged(urgent: true, escalateTo: 1).escalation?.stage == 1)
        var scene = try challenged()
        #expect(
            try scene.respond(as: "police", escalateTo: 6, immediateRisk: true).map(\.code.rawValue) == ["out-of-range"]
        )
        #expect(try scene.respond(as: "police", escalateTo: 5, immediateRisk: true) == [])
        #expect(scene.escalation?.stage == 5)
    }

    @Test("A challenge is lost: directors and line managers of both sides are addressed where the ladder names them")
    func directors() throws {
        var scene = try challenged()
        #expect(scene.notices(.challengeRaised, to: "csc").last?.addressedTo == ["practitioner", "line manager"])
        #expect(scene.notices(.challengeRaised, to: "police").last?.addressedTo == ["practitioner", "line manager"])
        try scene.respond(as: "police", escalateTo: 4, immediateRisk: true)
        for agency in ["csc", "police"] {
            #expect(scene.notices(.escalationAdvanced, to: agency).last?.addressedTo == ["director"])
        }
        let ladder = LadderTests.ladder([LadderTests.stage(1, alsoTold: [.directors])])
        let low = try LadderTests.challenged(ladder)
        for agency in ["csc", "police"] {
            #expect(low.notices(.challengeRaised, to: agency).last?.addressedTo == ["practitioner", "director"])
        }
    }

    @Test("A challenge is lost: of an ending hears whoever heard of any stage so far")
    func ending() throws {
        var scene = try challenged()
        try scene.respond(as: "police", escalateTo: 4, immediateRisk: true)
        try scene.close(.withdrawn, as: "police")
        let csc = try #require(scene.notices(.escalationClosed, to: "csc").last)
        #expect(csc.addressedTo == ["line manager", "director"], "line managers by stage 1")
        #expect(!scene.notices(.escalationClosed, to: "business-unit").isEmpty)
        #expect(scene.notices(.escalationClosed, to: "csc").last?.task == nil)
    }

    @Test("A challenge is lost: the side that is silent is late, and the answer in the last moment is not")
    func onTime() throws {
        var scene = try challenged()
        let due = try #require(scene.escalation?.due)
        try scene.wait(until: due.adding(seconds: -1).rfc3339)
        try scene.respond(as: "csc")
        #expect(scene.rows.last?.move.isOnTime == true)
        try scene.wait(until: try #require(scene.escalation?.due).rfc3339)
        #expect(scene.rows.last?.move.isOnTime == false && scene.rows.last?.move.kind == .advanced(.silence))
        #expect(scene.escalation?.awaits == .decider)
    }

    @Test("A challenge is lost: an agency that challenges its own department speaks for the side whose turn it is")
    func ownDepartment() throws {
        let csc = try VirtualPartnership.code("csc")
        let rules = LadderRules(policy: try VirtualPartnership.sample())
        let now = try #require(Instant(rfc3339: "2026-11-02T10:00:00Z"))
        var matter = rules.open(
            .delay(id: "D-1"), .challenge, children: [], challenger: csc, decider: csc, openedBy: csc,
            id: EscalationID(household: VirtualPartnership.household, subject: "delay/D-1", challenger: csc, number: 1),
            isUrgent: false, now: now)
        #expect(matter.side(of: csc) == .decider)
        matter.awaits = .challenger
        #expect(matter.side(of: csc) == .challenger)
        #expect(matter.side(of: try VirtualPartnership.code("police")) == nil)
    }

    /// A matter of one agency with itself, on the sample's ladder.
    private static func matter(_ rules: LadderRules, now: Instant) throws -> Escalation {
        let csc = try VirtualPartnership.code("csc")
        return rules.open(
            .delay(id: "D-1"), .challenge, children: [], challenger: csc, decider: csc, openedBy: csc,
            id: EscalationID(household: VirtualPartnership.household, subject: "delay/D-1", challenger: csc, number: 1),
            isUrgent: false, now: now)
    }

    @Test("A challenge that has ended neither ends again nor moves: the process stops before it does")
    func endedTwice() async throws {
        let again = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let rules = LadderRules(policy: try VirtualPartnership.sample())
            let now = try #require(Instant(rfc3339: "2026-11-02T10:00:00Z"))
            var matter = try LadderMutantTests.matter(rules, now: now)
            _ = rules.endWithSubject(&matter, .withdrawn, because: "It is over.", now: now)
            _ = rules.endWithSubject(&matter, .changed, because: "It is over again.", now: now)
        }
        let twice = String(decoding: again?.standardErrorContent ?? [], as: UTF8.self)
        #expect(twice.contains("ended twice"))
        let moved = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let rules = LadderRules(policy: try VirtualPartnership.sample())
            let now = try #require(Instant(rfc3339: "2026-11-02T10:00:00Z"))
            var matter = try LadderMutantTests.matter(rules, now: now)
            _ = rules.endWithSubject(&matter, .withdrawn, because: "It is over.", now: now)
            _ = rules.add([], isUrgent: true, stage: 2, by: nil, text: nil, desired: nil, to: &matter, now: now)
        }
        let late = String(decoding: moved?.standardErrorContent ?? [], as: UTF8.self)
        #expect(late.contains("has ended moved"))
    }

    @Test("A challenge is lost: a clock that fires too early, or of a matter that has ended, moves nothing")
    func early() throws {
        var scene = try challenged()
        let rules = LadderRules(policy: scene.policy)
        var matter = try #require(scene.escalation)
        let early = matter.due.adding(seconds: -1)
        #expect(rules.expire(&matter, now: early) == nil && matter.stage == 1)
        try scene.close(.withdrawn, as: "police")
        var ended = try #require(scene.escalation)
        #expect(rules.expire(&ended, now: ended.due) == nil && ended.stage == 1)
    }
}
