import Safeguarding
import Testing

@testable import DecisionRules

/// A second step does not seal the first, and a later table takes nobody's say away (R2, R8, "a fact that arrives late completes
/// what it belongs to, exactly as if it had come in time").
struct SecondStepTests {
    /// Section 47 to 17 by a discussion at which police and health are said to have been, and on to closed by the school's say.
    private func closed() throws -> Scene {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.discuss("SD2", at: 23, enquiry: false, about: ["D1"])
        try scene.take(Scene.decision("D2", from: .section17, to: .closed, at: 24))
        try scene.take(Scene.view("school", on: "D2"))
        #expect(scene.level == .closed)
        return scene
    }

    @Test("R8: what a disputed discussion let go is held again, and what has gone on from there is overtaken")
    func disputed() throws {
        var scene = try closed()
        try scene.take(.disputedDiscussion(id: "SD2", agency: agency("police")))
        #expect(scene.level == .section47)
        #expect(scene.part()?.state == .held)
        #expect(scene.part("D2")?.state == .overtaken)
        #expect(scene.told(.held).isSuperset(of: ["police", "health", "school"]))
        #expect(scene.told(.overtaken).contains("school"))
        #expect(scene.challenges == ["police"])
    }

    @Test("R8: a discussion recorded late asks who was there, though the child's level was lowered once more since")
    func late() throws {
        var scene = try closed()
        try scene.discuss("SD3", at: 15, enquiry: true, ["csc", "police", "health", "housing"])
        #expect(scene.level == .section47 && scene.part()?.state == .held && scene.part("D2")?.state == .overtaken)
        #expect(scene.asked.contains("housing"))
    }

    @Test("R8: nothing is held again once the child's level was raised")
    func raisedSince() throws {
        var scene = try closed()
        try scene.take(Scene.decision("D3", from: .closed, to: .section47, at: 25))
        try scene.take(.disputedDiscussion(id: "SD2", agency: agency("police")))
        #expect(scene.level == .section47 && scene.part()?.state == .inEffect && scene.part("D3")?.state == .inEffect)
    }

    @Test("R2: a table that is held after the decision takes nobody away who was asked", arguments: [Int64(21), 24])
    func laterTable(_ minute: Int64) throws {
        var scene = try Scene(enquiry: false)
        try scene.discuss("SD1", at: 10, enquiry: true, ["csc", "gp"], exception: true)
        try scene.take(Scene.decision())
        #expect(scene.asked == ["gp", "health", "school"])
        try scene.discuss("SD2", at: minute, enquiry: true, ["csc", "police", "gp"], exception: true)
        #expect(scene.asked == ["police"])
        for name in ["gp", "police"] { try scene.take(Scene.view(name)) }
        #expect(scene.level == .section47)
        for name in ["health", "school"] { try scene.take(Scene.view(name)) }
        #expect(scene.level == .section17)
    }

    @Test("R2: and so it takes nobody away from the next version of the decision")
    func laterVersion() throws {
        var scene = try Scene(enquiry: false)
        try scene.discuss("SD1", at: 10, enquiry: true, ["csc", "gp"], exception: true)
        try scene.take(Scene.decision())
        try scene.discuss("SD2", at: 21, enquiry: false, ["csc", "police", "gp"], exception: true)
        try scene.take(Scene.decision("D1", 2))
        #expect(scene.asked == ["gp", "health", "police", "school"])
    }
}
