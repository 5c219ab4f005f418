import Safeguarding
import Testing

@testable import DecisionRules

/// What a change waits for, as whoever asks is told: what holds it and nothing else (issue 15.3).
struct WaitingRuleTests {
    private func waits(_ scene: Scene, _ name: OwnName = "D1") throws -> [ChangeWait] {
        let change = try #require(scene.register.change(name))
        return change.parts.flatMap { scene.register.waits(of: $0, in: change, under: scene.terms) }
    }

    private func grounds(_ scene: Scene, _ name: OwnName = "D1") throws -> [String: ConsulteeGrounds] {
        let change = try #require(scene.register.change(name))
        let part = try #require(scene.part(name))
        let found = scene.register.consultation(of: part, in: change, under: scene.terms)
        return Dictionary(uniqueKeysWithValues: found.map { ($0.key.text, $0.value) })
    }

    @Test("R4: a change waits for each consultee's own view, and for nothing once it is in effect")
    func views() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        #expect(try waits(scene) == [.view(of: agency("health")), .view(of: agency("police"))])
        #expect(try grounds(scene) == ["health": [.enquiry], "police": [.enquiry]])
        try scene.take(Scene.view("police", by: "csc"))
        #expect(try waits(scene).count == 2, "a second-hand view lets nothing go (R5)")
        for name in ["police", "health"] { try scene.take(Scene.view(name)) }
        #expect(try waits(scene) == [] && scene.part()?.state == .inEffect)
    }

    @Test("R2: of an enquiry that was decided on without a quorum every party is asked, and explain knows why")
    func withoutQuorum() throws {
        var scene = try Scene(enquiry: false)
        try scene.discuss("SD1", at: 10, enquiry: true, ["csc", "police"], exception: true)
        try scene.take(Scene.decision())
        #expect(
            try grounds(scene) == [
                "police": [.enquiry, .withoutQuorum], "health": [.withoutQuorum], "school": [.withoutQuorum],
            ])
    }

    @Test("R2: where nobody is party but who decides, whoever was at the table before is asked, and explain knows why")
    func tableBefore() throws {
        var scene = try Scene()
        try scene.take(.left(Scene.older, agency("school")))
        try scene.take(Scene.decision())
        for name in ["police", "health"] { try scene.take(Scene.view(name)) }
        scene.register.children[Scene.older]?.referrers = []
        try scene.take(Scene.decision("D2", from: .section17, to: .earlyHelp, at: 24))
        #expect(try grounds(scene, "D2") == ["police": [.before], "health": [.before]])
    }

    @Test("R11: what goes on from an urgent change that is not settled says that it waits for that")
    func urgent() throws {
        var scene = try Scene()
        try scene.take(Scene.decision(urgent: true))
        #expect(try waits(scene).first == .reconvenedDiscussion)
        try scene.take(Scene.decision("D2", from: .section17, to: .earlyHelp, at: 24))
        #expect(
            try waits(scene, "D2") == [
                .urgentChange("D1", version: 1), .view(of: agency("health")), .view(of: agency("police")),
                .view(of: agency("school")),
            ])
        #expect(
            try grounds(scene, "D2") == ["school": [.involved], "police": [.urgentChange], "health": [.urgentChange]])
        for name in ["police", "health", "school"] { try scene.take(Scene.view(name, on: "D2")) }
        #expect(try waits(scene, "D2") == [.urgentChange("D1", version: 1)], "everybody has spoken, and it still waits")
        #expect(scene.part("D2")?.isHeld == true)
    }

    @Test("R4, R2: a discussion that is named and not recorded, and an enquiry of which none is, are waited for")
    func discussions() throws {
        var scene = try Scene()
        try scene.take(Scene.decision(discussion: "SD9"))
        #expect(try waits(scene).contains(.namedDiscussion("SD9")))
        var nobody = try Scene(enquiry: false)
        try nobody.take(Scene.decision(children: [PersonID(digest: [3])]))
        #expect(try waits(nobody) == [.anybodyOnRecord])
    }

    @Test("R7: an objection is waited for until its agency lifts it")
    func objection() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(Scene.view("police", .object))
        try scene.take(Scene.view("health"))
        #expect(try waits(scene) == [.objection(of: agency("police"))])
        try scene.take(Scene.view("police"))
        #expect(scene.part()?.state == .inEffect)
    }

    /// A change of the older child, with which the school alone works, which takes part no longer.
    private func leaving() throws -> Scene {
        var scene = try Scene()
        try scene.take(Scene.decision())
        for name in ["police", "health"] { try scene.take(Scene.view(name)) }
        try scene.take(Scene.decision("D2", from: .section17, to: .earlyHelp, at: 24))
        #expect(try waits(scene, "D2") == [.view(of: agency("school"))])
        return scene
    }

    @Test("R2: in the place of a consultee that takes part no longer the business unit is asked")
    func leftPartnership() throws {
        var scene = try leaving()
        scene.terms.members = try [agency("csc"), agency("police"), agency("health"), agency("unit")]
        scene.terms.standIns = try [agency("unit"), agency("mash")]
        // A service that starts with its policy a moment before another takes nobody's say away.
        #expect(try waits(scene, "D2") == [.view(of: agency("school"))])
        try scene.take(.silence(decisionID: "D2"))
        #expect(scene.asked == ["unit"] && scene.part("D2")?.isHeld == true)
        #expect(try waits(scene, "D2") == [.view(of: agency("unit"))])
        #expect(try grounds(scene, "D2") == ["unit": [.standIn]])
        try scene.take(Scene.view("unit", on: "D2"))
        #expect(scene.level == .earlyHelp)
    }

    @Test("R2: what an agency said before it left still counts, and who decides never stands in")
    func standIn() throws {
        var said = try leaving()
        try said.take(.joined(Scene.older, agency("housing")))
        try said.take(Scene.view("school", on: "D2"))
        said.terms.members = try [agency("csc"), agency("housing"), agency("unit")]
        said.terms.standIns = try [agency("unit")]
        try said.take(.silence(decisionID: "D2"))
        #expect(try waits(said, "D2") == [.view(of: agency("housing"))])

        var scene = try leaving()
        scene.terms.members = try [agency("csc"), agency("mash")]
        scene.terms.standIns = try [agency("csc"), agency("mash")]
        try scene.take(.silence(decisionID: "D2"))
        #expect(try waits(scene, "D2") == [.view(of: agency("mash"))])
        scene.terms.standIns = try [agency("csc")]
        #expect(try waits(scene, "D2") == [.view(of: agency("school"))])
        try scene.take(.silence(decisionID: "D2"))
        #expect(scene.level == .section17)
    }
}
