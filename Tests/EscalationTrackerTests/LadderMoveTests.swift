import Contracts
import DecisionRules
import Policy
import Safeguarding
import Testing

@testable import EscalationTracker

/// Single moves on a ladder, each a pure function: what is added, what is carried to the next version, and who arbitrates (R7, R15,
/// R16, R17).
struct LadderMoveTests {
    private static let csc = AgencyCode("csc")!, police = AgencyCode("police")!
    private static let child = VirtualPartnership.child, sibling = VirtualPartnership.sibling

    private let rules: LadderRules
    private let start: Instant

    init() throws {
        rules = LadderRules(policy: try VirtualPartnership.sample())
        start = try Instant.reading("2026-11-02T10:00:00Z")
    }

    private func opened(stage: Int = 1, urgent: Bool = false) -> Escalation {
        rules.open(
            .decision(OwnName("D1", of: Self.csc), version: 1), .challenge, children: [Self.child],
            challenger: Self.police, decider: Self.csc, openedBy: Self.police,
            id: EscalationID(
                household: VirtualPartnership.household, subject: "decision/D1", challenger: Self.police, number: 1),
            stage: stage, isUrgent: urgent, now: start)
    }

    private func add(
        _ children: Set<PersonID>, isUrgent: Bool = false, stage: Int = 1, text: String? = nil,
        to escalation: inout Escalation, at now: Instant
    ) -> EscalationMove? {
        rules.add(
            children, isUrgent: isUrgent, stage: stage, by: nil, text: text, desired: nil, to: &escalation, now: now)
    }

    private static let second = Escalation.Subject.decision(OwnName("D1", of: csc), version: 2)

    @Test("R16: a version that is not what was agreed on is to be answered again, and nothing counts as conceded")
    func brokenPromise() throws {
        var matter = opened()
        (matter.awaitsFollowThrough, matter.isConceded, matter.due) = (true, true, start)
        let later = start.adding(seconds: 3600)
        let move = rules.carry(&matter, to: Self.second, isPromised: false, now: later)
        #expect(!matter.awaitsFollowThrough && !matter.isConceded && matter.subject == Self.second)
        #expect(matter.due == rules.clock(of: matter, from: later).due && matter.due > start)
        #expect(move.kind == .carried && !move.keepsDeadline)
    }

    @Test("R17: a version that is what was agreed on, or one of a challenge of which nothing was, keeps the deadline")
    func carried() throws {
        for (waits, promised) in [(true, true), (false, false), (false, true)] {
            var matter = opened()
            (matter.awaitsFollowThrough, matter.isConceded) = (waits, true)
            let (due, moves) = (matter.due, matter.moves)
            let move = rules.carry(&matter, to: Self.second, isPromised: promised, now: start.adding(seconds: 3600))
            #expect(matter.due == due && move.keepsDeadline)
            #expect(matter.awaitsFollowThrough == waits && matter.isConceded)
            #expect(matter.moves == moves + 1, "each move's notices are notices of their own")
        }
    }

    @Test("R7: what adds no child, no reason and no stage is nothing; each of them alone is something")
    func added() throws {
        var matter = opened()
        let nothing = add([Self.child], to: &matter, at: start)
        #expect(nothing == nil && matter == opened())
        let reason = add([Self.child], text: "She was seen with a bruise.", to: &matter, at: start)
        #expect(reason?.kind == .added && reason?.text == "She was seen with a bruise.")
        let sibling = add([Self.sibling], to: &matter, at: start)
        #expect(sibling?.kind == .added && matter.children == [Self.child, Self.sibling])
        let higher = add([Self.child], stage: 3, to: &matter, at: start)
        #expect(higher?.kind == .advanced(.immediateRisk) && matter.stage == 3)
        let lower = add([Self.child], stage: 2, to: &matter, at: start)
        #expect(lower == nil && matter.stage == 3)
        let top = add([Self.child], stage: 99, to: &matter, at: start)
        #expect(top != nil && matter.stage == rules.policy.ladder.top)
    }

    @Test("R7: nobody gains time by saying more; a child that cannot wait shortens it, once")
    func addedInTime() throws {
        var matter = opened()
        let due = matter.due
        let late = due.adding(seconds: -60)
        let plain = add([Self.sibling], to: &matter, at: late)
        #expect(matter.due == due && plain?.keepsDeadline == true && !matter.isUrgent)
        var urgent = opened()
        let shortened = add([Self.sibling], isUrgent: true, to: &urgent, at: start)
        #expect(urgent.isUrgent && urgent.due < due && shortened?.keepsDeadline == false)
        #expect(urgent.due == rules.clock(of: urgent, from: start).due)
        let soon = urgent.due
        let again = add([Self.child], isUrgent: true, text: "It goes on.", to: &urgent, at: start.adding(seconds: 60))
        #expect(urgent.due == soon && again?.keepsDeadline == true)
        var almost = opened()
        let tooLate = add([Self.sibling], isUrgent: true, to: &almost, at: late)
        #expect(almost.isUrgent && almost.due == due && tooLate?.keepsDeadline == true)
    }

    @Test(
        "R15: the arbiter is the ladder's, else policy's: the first who is neither side, and if there is one no party")
    func arbiter() throws {
        let policy = rules.policy
        let (unit, hub) = (policy.agencies.businessUnit, policy.agencies.hub)
        let named = AgencyCode("school-hill")!
        let own = Ladder(name: "made", title: "t", stages: policy.ladder.stages, arbiter: named)
        let none = Ladder(name: "made", title: "t", stages: policy.ladder.stages)
        let sides: Set<AgencyCode> = [Self.csc, Self.police]
        #expect(rules.arbiter(on: own, besides: sides, parties: []) == named)
        let first = try #require(policy.arbiters.first)
        #expect(rules.arbiter(on: none, besides: sides, parties: []) == first)
        #expect(rules.arbiter(on: own, besides: [named, Self.csc], parties: []) == first, "it is a side itself")
        #expect(rules.arbiter(on: own, besides: sides, parties: [named]) == first, "it is a party")
        let all = Set(policy.arbiters).union([named])
        #expect(rules.arbiter(on: own, besides: sides, parties: all) == named, "all are parties: the first of them")
        #expect(rules.arbiter(on: own, besides: all, parties: []) == unit && unit != hub, "all are sides")
    }
}
