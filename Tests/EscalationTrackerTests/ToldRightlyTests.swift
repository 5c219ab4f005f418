import Contracts
import DecisionRules
import Policy
import Safeguarding
import Testing

@testable import EscalationTracker

/// What a notice says of a decision, whom it is for and of which children, and that a challenge of any of them counts (N1, N3, A3).
struct ToldRightlyTests {
    private static let csc = AgencyCode("csc")!, police = AgencyCode("police")!
    private static let child = VirtualPartnership.child, sibling = VirtualPartnership.sibling

    private static func decided(urgent: Bool = false) throws -> VirtualPartnership {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide(urgent: urgent)
        return scene
    }

    @Test("A child's level is told rightly: the level that it leaves, the one that it goes to, and who decided so")
    func levels() throws {
        let scene = try Self.decided()
        for agency in ["police", "health-visiting", "school-hill"] {
            let notice = try #require(scene.notices(.thresholdChanged, to: agency).last)
            #expect(notice.details.map(\.from) == [.section47] && notice.details.map(\.to) == [.section17])
            #expect(notice.body.respondBy != nil, "until when it can be challenged")
            #expect(notice.body.decidedBy?.agency.text == "csc" && notice.body.decidedBy?.role == "team manager")
        }
    }

    @Test("A3: whoever challenges what it is asked for its view on has challenged the decision")
    func ofRequest() throws {
        var scene = try Self.decided()
        let id = try scene.answer(.consultationRequested, as: "police")
        #expect(scene.rulings[id] == [])
        #expect(scene.escalation?.challenger == Self.police && scene.escalation?.decider == Self.csc)
        #expect(scene.escalation?.subject == .decision(OwnName("D1", of: Self.csc), version: 1))
    }

    @Test("R11, R20: a call for a discussion is urgent where a change is in effect already, and not where it is held")
    func urgent() throws {
        var held = try Self.decided()
        try held.wait(workingDays: 2)
        let called = try #require(held.notices(.discussionRequired, to: "police").last)
        #expect(called.body.isUrgent == nil && called.body.state == .held)
        var inEffect = try Self.decided(urgent: true)
        try inEffect.wait(workingDays: 2)
        let again = try #require(inEffect.notices(.discussionRequired, to: "police").last)
        #expect(again.body.stage != nil, "it is not the first of them")
        #expect(again.body.isUrgent == true && again.body.state == .changed)
        #expect(again.body.urgentReason == "It cannot wait.")
    }

    @Test("N1: an agency is told of the children to whom it is party, and of no sibling beside")
    func siblings() {
        let both: Set<PersonID> = [Self.child, Self.sibling]
        let party = Party(children: [Self.sibling], because: [.involved])
        let one = NoticeDue.Receiver(Self.police, party, of: both, kind: .thresholdChanged)
        #expect(one.children == [Self.sibling] && one.because == [.involved])
        let all = NoticeDue.Receiver(Self.police, Party(children: both), of: both, kind: .thresholdChanged)
        #expect(all.children.isEmpty, "of all of them")
    }

    @Test(
        "A challenge is lost: one that begins beyond its ladder's top begins at the top, below the first stage at the first"
    )
    func bounds() throws {
        let rules = LadderRules(policy: try VirtualPartnership.sample())
        for (asked, expected) in [(-1, 1), (1, 1), (3, 3), (rules.policy.ladder.top + 3, rules.policy.ladder.top)] {
            let matter = rules.open(
                .delay(id: "p"), .challenge, children: [Self.child], challenger: Self.police, decider: Self.csc,
                openedBy: Self.police,
                id: EscalationID(
                    household: VirtualPartnership.household, subject: "delay/p", challenger: Self.police, number: 1),
                stage: asked, isUrgent: false, now: try Instant.reading("2026-11-02T10:00:00Z"))
            #expect(matter.stage == expected)
        }
    }

    @Test("B6: of all children's levels the one that presses most is watched, whoever else is at a lower one")
    func pressing() throws {
        var scene = try VirtualPartnership()
        let lengths = scene.policy.clocks.noProgress
        #expect(scene.state.register.mostPressing(lengths) == nil)
        let others = (10..<16).map { PersonID(digest: [$0]) }
        try scene.decide("D1", from: .universal, to: .earlyHelp, children: others)
        #expect(scene.state.register.mostPressing(lengths)?.level == .earlyHelp)
        try scene.decide("D2", from: .universal, to: .section47)
        try scene.decide("D3", from: .earlyHelp, to: .universal, children: [others[0]])
        let pressing = try #require(scene.state.register.mostPressing(lengths))
        #expect(pressing.level == .section47)
        #expect(pressing.children == Set([Self.child] + others.dropFirst()), "nobody watches a child without a level")
    }

    @Test("B6: a household without an open matter when its clock falls due is watched again once something is open")
    func watchedAgain() throws {
        var scene = try VirtualPartnership()
        try scene.decide("D1", from: .universal, to: .section17)
        #expect(scene.state.progress.watched == .section17)
        try scene.decide("D2", from: .section17, to: .universal)
        try scene.wait(workingDays: 25)
        #expect(scene.state.progress.watched == nil && scene.told.allSatisfy { $0.task != .supervise })
        try scene.decide("D3", from: .universal, to: .section17)
        #expect(scene.state.progress.watched == .section17)
        let due = scene.policy.due(.workingDays(20), from: scene.now).due
        try scene.wait(until: due.rfc3339)
        #expect(scene.state.progress.breaches == 1)
    }
}
