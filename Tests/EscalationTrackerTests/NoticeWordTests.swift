import Contracts
import Safeguarding
import Testing

@testable import EscalationTracker

/// What notices say (N3), and that nobody answers itself: what a practitioner stumbled over.
struct NoticeWordTests {
    private static let children = [VirtualPartnership.child, VirtualPartnership.sibling]

    @Test("N3: what is withdrawn names the levels of the version that ended, not those of the one that ended it")
    func ended() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide(urgent: true)
        try scene.decide(version: 2, from: .section17, to: .section47)
        let told = try #require(scene.notices(.changeWithdrawn, to: "police").last)
        #expect(told.details.map(\.from) == [.section47] && told.details.map(\.to) == [.section17])
    }

    @Test("N3: a view on one child's change stands with that child")
    func viewOfOne() throws {
        var scene = try VirtualPartnership()
        try scene.prologue(children: Self.children)
        try scene.decide(children: Self.children)
        try scene.consult("police", put: VirtualPartnership.putBefore, children: [VirtualPartnership.child])
        try scene.consult("health-visiting")
        let confirmed = try #require(scene.notices(.changeConfirmed, to: "csc").last)
        #expect(confirmed.children == [VirtualPartnership.child])
        #expect(Set(confirmed.body.views.map(\.agency.text)) == ["police", "health-visiting"])
        try scene.wait(workingDays: 1)
        let waiting = try #require(scene.notices(.discussionRequired, to: "csc").last)
        #expect(waiting.children == [VirtualPartnership.sibling])
        #expect(waiting.body.views.map(\.agency.text) == ["health-visiting"], "police have said nothing of this child")
    }

    @Test("R7: nobody consults, challenges or disputes itself")
    func itself() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide()
        let view = try scene.consult("csc", .object)
        #expect(scene.rulings[view]?.map(\.path) == ["/data/agency"])
        let challenge = try scene.answer(.thresholdChanged, as: "csc")
        #expect(scene.rulings[challenge]?.map(\.code.rawValue) == ["not-allowed"])
        #expect(scene.state.escalations.all.isEmpty)
    }

    @Test("N3: what is held again after a dispute says so, to the business unit and the decider's line manager as well")
    func heldAgain() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide()
        try scene.discuss("SD2", .noSection47, naming: ["D1"])
        #expect(scene.lastTold(.changeConfirmed).contains("police"))
        try scene.answer(.discussionRecorded, as: "police")
        let told = try #require(scene.notices(.thresholdChanged, to: "school-hill").last)
        #expect(told.body.state == .held && told.body.reason?.contains("held again") == true)
        #expect(told.details.map(\.rationale) == ["Support is accepted."])
        #expect(scene.notices(.thresholdChanged, to: "business-unit").last?.body.state == .held)
        #expect(scene.notices(.thresholdChanged, to: "csc").last?.addressedTo == ["line manager"])
    }

    @Test("N1: what is held and what is held again by one late discussion is one notice to each agency")
    func oneNotice() throws {
        var scene = try VirtualPartnership()
        try scene.prologue(children: Self.children)
        try scene.wait(until: scene.now.adding(seconds: 60).rfc3339)
        let before = scene.now
        try scene.wait(until: scene.now.adding(seconds: 60).rfc3339)
        try scene.decide(children: Self.children)
        try scene.consult("police", put: VirtualPartnership.putBefore, children: [VirtualPartnership.child])
        try scene.consult("health-visiting")
        try scene.wait(until: scene.now.adding(seconds: 60).rfc3339)
        try scene.discuss(
            "SD0", about: Self.children, heldAt: before,
            attending: ["csc", "police", "health-visiting", "housing"])
        let told = scene.notices(.thresholdChanged, to: "housing")
        #expect(told.count == 1 && told.first.map { Set($0.children) } == Set(Self.children))
    }

    @Test(
        "N3, trial words: a challenge names who challenges and who decided; by silence it goes up with a reason and full names"
    )
    func challenge() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide()
        try scene.answer(.thresholdChanged, as: "police")
        let raised = try #require(scene.notices(.challengeRaised, to: "health-visiting").last).body
        #expect(raised.raisedBy?.agency.text == "police" && raised.decidedBy?.agency.text == "csc")
        try scene.wait(until: try #require(scene.escalation).due.rfc3339)
        let advanced = try #require(scene.notices(.escalationAdvanced, to: "police").last).body
        #expect(advanced.reason == "Sampleshire Children's Social Care has not answered in time.")
        #expect(advanced.decidedBy == nil, "nobody has spoken")
    }
}
