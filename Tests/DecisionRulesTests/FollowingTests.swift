import Safeguarding
import Testing

@testable import DecisionRules

/// An objection follows the matter: the same child taken from the same level, whatever the decision is called (R7, R9, R17).
struct FollowingTests {
    /// School is party and no consultee; what it has against D1 stands.
    private func objected(_ fact: RegisterFact? = nil) throws -> Scene {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(fact ?? Scene.view("school", .object))
        #expect(scene.challenges == ["school"])
        return scene
    }

    @Test(
        "R7, R17: a new identifier sheds nobody's objection: what is decided once more waits for it",
        arguments: [true, false])
    func newIdentifier(_ isView: Bool) throws {
        let challenge = RegisterFact.challenged(
            decisionID: "D1", version: 1, agency: try agency("school"), children: [Scene.older])
        var scene = try objected(isView ? nil : challenge)
        try scene.take(Scene.decision("D2", at: 21))
        for name in ["police", "health"] { try scene.take(Scene.view(name, on: "D2")) }
        #expect(scene.level == .section47 && scene.part("D2")?.isHeld == true)
        let change = try #require(scene.register.change("D2"))
        let part = try #require(scene.part("D2"))
        #expect(
            scene.register.waits(of: part, in: change, under: scene.terms) == [.objection(of: try agency("school"))])
        // Further down is no other matter.
        try scene.take(Scene.decision("D3", to: .closed, at: 22))
        for name in ["police", "health"] { try scene.take(Scene.view(name, on: "D3")) }
        #expect(scene.level == .section47)
    }

    @Test("R17: taken back under its old identifier, it goes on against the new one, and its raiser is told")
    func takenBack() throws {
        var scene = try objected()
        try scene.take(Scene.decision("D2", at: 21))
        for name in ["police", "health"] { try scene.take(Scene.view(name, on: "D2")) }
        try scene.take(Scene.decision("D1", 2, to: .section47, at: 22))
        #expect(scene.endings == ["school": .carriedOver(to: "D2", version: 1)] && scene.challenges == [])
        #expect(scene.level == .section47)
        try scene.take(
            .challengeEnded(decisionID: "D2", version: 1, agency: agency("school"), .lifted))
        #expect(scene.level == .section17)
    }

    @Test("R9, R17: overtaken by an urgent one, it goes on against that, and no discussion settles it over it")
    func overtakenByUrgent() throws {
        var scene = try objected()
        try scene.take(Scene.decision("D2", at: 21, urgent: true))
        #expect(scene.level == .section17 && scene.part()?.state == .overtaken)
        #expect(scene.endings == ["school": .carriedOver(to: "D2", version: 1)])
        try scene.discuss("SD2", at: 23, enquiry: false, about: ["D2"])
        #expect(scene.part("D2")?.awaitsDiscussion == true)
    }

    @Test(
        "R6, R17: who says itself on the new one what it thinks has ended its view on the old; a challenge has its own ending"
    )
    func ownView() throws {
        var scene = try objected()
        try scene.take(Scene.decision("D2", at: 21))
        for name in ["police", "health", "school"] { try scene.take(Scene.view(name, on: "D2")) }
        #expect(scene.level == .section17 && scene.part()?.state == .overtaken)
        #expect(scene.endings == ["school": .changeEnded])
    }

    @Test("R17: what is to be another child's, or from another level, inherits nothing")
    func anotherMatter() throws {
        var scene = try objected()
        try scene.take(Scene.decision("D2", from: .section17, to: .earlyHelp, at: 21, children: [Scene.younger]))
        try scene.take(Scene.view("school", on: "D2", children: [Scene.younger]))
        #expect(scene.part("D2", of: Scene.younger)?.state == .inEffect)
        #expect(scene.register.change("D1")?.objections.count == 1)
    }

    @Test("R7, R17: of two children of an objection one is decided on anew: its own goes over, the other's stays")
    func oneOfTwo() throws {
        var scene = try Scene()
        try scene.discuss("SD2", at: 11, enquiry: true, children: [Scene.younger])
        let both = [Scene.older, Scene.younger]
        try scene.take(Scene.decision(children: both))
        try scene.take(
            .challenged(decisionID: "D1", version: 1, agency: agency("school"), children: Set(both)))
        try scene.take(Scene.decision("D2", at: 21, urgent: true))
        #expect(scene.part()?.state == .overtaken && scene.part(of: Scene.younger)?.isHeld == true)
        #expect(scene.challenges == ["school"] && scene.endings == [:])
        let objections = ["D1", "D2"].map { scene.register.change($0)?.objections.map(\.children) }
        #expect(objections == [[[Scene.younger]], [[Scene.older]]])
    }
}
