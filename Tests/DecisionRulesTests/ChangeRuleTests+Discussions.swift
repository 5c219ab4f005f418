import Safeguarding
import Testing

@testable import DecisionRules

/// Discussions that settle changes, and those that do not: R8.
extension ChangeRuleTests {
    @Test("R8: a discussion settles what it names, with every consultee present or on record, and tells its attendees")
    func reconvened() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.discuss("SD2", at: 30, enquiry: false, about: ["D1"])
        #expect(scene.level == .section17)
        #expect(scene.actions.contains(.discussionRecorded("SD2")))
    }

    @Test("R8: not one of social care alone, not one that names nothing uncalled, not one held before (trials C2, C6)")
    func notReconvened() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.discuss("SD2", at: 30, enquiry: false, ["csc"], about: ["D1"], exception: true)
        #expect(scene.level == .section47)
        try scene.discuss("SD3", at: 31, enquiry: false)
        #expect(scene.level == .section47)
        try scene.discuss("SD4", at: 19, enquiry: false, about: ["D1"])
        #expect(scene.level == .section47)
        try scene.take(Scene.view("police"))
        try scene.discuss("SD5", at: 32, enquiry: false, ["csc", "health"], about: ["D1"], exception: true)
        #expect(scene.level == .section17, "present, or on record")
    }

    @Test("R8: once it was called for, a discussion need not name the decision, unless it names another")
    func called() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(.silence(decisionID: "D1"))
        try scene.discuss("SD2", at: 30, enquiry: false, about: ["D7"])
        #expect(scene.level == .section47)
        try scene.discuss("SD3", at: 30, enquiry: false)
        #expect(scene.level == .section17)
    }

    @Test("R8: never over a standing objection, of an attendee neither, and nothing but what leaves section 47")
    func overObjection() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.discuss("SD2", at: 30, enquiry: false, objecting: "police", about: ["D1"])
        #expect(scene.level == .section47 && scene.challenges == ["police"])
        var plan = try Scene(enquiry: false)
        try plan.take(.joined(Scene.older, agency("police")))
        try plan.take(Scene.decision(from: .childProtectionPlan, to: .section17))
        try plan.discuss("SD2", at: 30, enquiry: false, ["csc", "police", "health", "school"], about: ["D1"])
        #expect(plan.level == .childProtectionPlan)
    }

    @Test("R8: an enquiry that goes on withdraws the change, for the children that the discussion is about")
    func upheld() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.discuss("SD2", at: 30, enquiry: true, about: ["D1"])
        #expect(scene.told(.withdrawn(.discussion("SD2"))) == ["csc", "police", "health", "school"])
        #expect(scene.level == .section47)
    }

    @Test("R8: an attendee that disputes the record holds the change again, with a clock, and objects")
    func disputed() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.discuss("SD2", at: 30, enquiry: false, about: ["D1"])
        #expect(try scene.refusals(.disputedDiscussion(id: "SD2", agency: agency("school"))) == [.unknownSubject])
        try scene.take(.disputedDiscussion(id: "SD2", agency: agency("police")))
        #expect(scene.level == .section47 && scene.challenges == ["police"])
        #expect(scene.actions.contains(.arm(.silence(decisionID: "D1"))))
        #expect(scene.told(.held) == ["csc", "police", "health", "school"])
    }
}
