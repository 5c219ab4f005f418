import Safeguarding
import Testing

@testable import DecisionRules

/// Who has to do with a child, since when, and who must have a say: reviews, siblings, decisions of another agency (R1, R2, R11).
struct PartyRuleTests {
    /// A plan ends at minute 20 with housing at the review, which confirms its view.
    private static func reviewed() throws -> Scene {
        var scene = try Scene(enquiry: false)
        try scene.take(.left(Scene.older, agency("school")))
        try scene.take(
            Scene.decision(from: .childProtectionPlan, to: .section17, review: ["housing": .support]))
        try scene.take(Scene.view("housing"))
        #expect(scene.level == .section17)
        return scene
    }

    private static func parties(_ scene: Scene) -> Set<String> {
        Set(scene.register.parties(of: Scene.older, under: scene.terms).keys.map(\.text))
    }

    private static func consultees(_ scene: Scene, _ name: OwnName) throws -> Set<String> {
        let change = try #require(scene.register.change(name)), part = try #require(scene.part(name))
        return Set(scene.register.consultees(of: part, in: change, under: scene.terms).map(\.text))
    }

    @Test(
        "R1: whoever was at a review is party since the level began, in its first moment too, and at the next no more")
    func atReview() throws {
        var scene = try Self.reviewed()
        #expect(Self.parties(scene) == ["health", "housing"])
        let because = try scene.register.parties(of: Scene.older, under: scene.terms)[agency("housing")]
        #expect(because == [.attendee])
        try scene.take(Scene.decision("D2", from: .section17, to: .childProtectionPlan, at: 24))
        #expect(Self.parties(scene) == ["health"])
        var unknown = try Scene(enquiry: false)
        try unknown.take(
            Scene.decision(from: .childProtectionPlan, to: .section17, review: ["housing": .support]))
        #expect(Self.parties(unknown) == ["health", "housing", "school"], "since when it has its plan nobody knows")
    }

    @Test("R2: where nobody but the decider is party, whoever was at a review before is asked")
    func reviewBefore() throws {
        let child = PersonID(digest: [3])
        var scene = try Scene()
        try scene.take(
            Scene.decision(
                from: .childProtectionPlan, to: .section17, children: [child], review: ["housing": .support]))
        try scene.take(Scene.view("housing"))
        try scene.take(Scene.decision("D2", from: .section17, to: .childProtectionPlan, at: 24, children: [child]))
        try scene.take(Scene.decision("D3", from: .childProtectionPlan, to: .section17, at: 30, children: [child]))
        #expect(scene.asked == ["housing"])
    }

    @Test("R2: a sibling's discussion gives an enquiry no quorum that was begun without one")
    func siblingsQuorum() throws {
        var scene = try Scene(enquiry: false)
        try scene.discuss("SD1", at: 10, enquiry: true, ["csc"], exception: true)
        try scene.discuss("SD2", at: 11, enquiry: true, children: [Scene.younger])
        try scene.take(Scene.decision())
        #expect(try Self.consultees(scene, "D1") == ["health", "school"])
    }

    @Test("R11: who decides is not asked for a view by what an urgent change of another agency's still waits for")
    func deciderOfAnother() throws {
        var scene = try Scene()
        let hubs = OwnName("D1", of: try agency("mash"))
        try scene.take(Scene.decision(hubs, urgent: true))
        #expect(try Self.consultees(scene, hubs) == ["csc", "police", "health"])
        try scene.take(Scene.decision("D2", from: .section17, to: .earlyHelp, at: 24))
        #expect(try Self.consultees(scene, "D2") == ["police", "health", "school"])
    }

    @Test("R2: a full table after the decision takes nobody's say on an enquiry that was begun without one")
    func tableAfter() throws {
        var scene = try Scene(enquiry: false)
        try scene.discuss("SD1", at: 10, enquiry: true, ["csc"], exception: true)
        try scene.take(Scene.decision())
        #expect(try Self.consultees(scene, "D1") == ["health", "school"])
        try scene.discuss("SD2", at: 30, enquiry: true)
        #expect(try Self.consultees(scene, "D1") == ["police", "health", "school"])
    }
}
