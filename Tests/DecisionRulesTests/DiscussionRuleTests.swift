import Safeguarding
import Testing

@testable import DecisionRules

/// What a discussion is about, and what its record does to views and to changes beside (R2, R8, R12).
struct DiscussionRuleTests {
    /// A change of the older child's that police and health have let go.
    private static func inEffect() throws -> Scene {
        var scene = try Scene()
        try scene.take(Scene.decision())
        for name in ["police", "health"] { try scene.take(Scene.view(name)) }
        #expect(scene.level == .section17)
        return scene
    }

    /// Of which discussions the last fact says that they ended without an enquiry, and settled nothing.
    private static func withoutEnquiry(_ scene: Scene) -> [OwnName] {
        scene.actions.compactMap { if case .endedWithoutEnquiry(let name, _) = $0 { name } else { nil } }
    }

    @Test(
        "R8: a discussion about a change says of that what it settles; one about none says that it ended without enquiry"
    )
    func withoutEnquiry() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.discuss("SD2", at: 30, enquiry: false)
        #expect(Self.withoutEnquiry(scene) == ["SD2"], "it was not called for, and names nothing")
        try scene.discuss("SD3", at: 31, enquiry: false, about: ["D1"])
        #expect(Self.withoutEnquiry(scene) == [] && scene.level == .section17)
    }

    @Test("R8: it is about one of two changes, whichever was decided first")
    func oneOfTwo() throws {
        for named in ["D1", "D2"] {
            var scene = try Scene()
            try scene.take(Scene.decision())
            try scene.take(Scene.decision("D2", to: .childProtectionPlan))
            try scene.discuss("SD2", at: 30, enquiry: false, ["csc"], about: [named], exception: true)
            #expect(Self.withoutEnquiry(scene) == [])
            #expect(scene.part("D1")?.discussions == (named == "D1" ? ["SD2"] : []))
            #expect(scene.part("D2")?.discussions == (named == "D2" ? ["SD2"] : []))
        }
    }

    @Test("R8: a discussion that names what has been settled is about nothing that is open")
    func settled() throws {
        var scene = try Self.inEffect()
        try scene.discuss("SD2", at: 30, enquiry: false, about: ["D1"])
        #expect(scene.part()?.discussions == [] && Self.withoutEnquiry(scene) == ["SD2"])
    }

    @Test("R8: whoever was at a discussion that ended without an enquiry hears so, party to the child or not")
    func attendeesHear() throws {
        var scene = try Scene()
        let third = PersonID(digest: [3])
        try scene.take(Scene.decision(from: .section17, to: .earlyHelp, children: [third]))
        try scene.discuss("SD2", at: 5, enquiry: false, children: [third])
        let parties = scene.actions.compactMap { action -> [AgencyCode: Party]? in
            if case .endedWithoutEnquiry("SD2", let parties) = action { parties } else { nil }
        }
        #expect(parties.map { Set($0.keys.map(\.text)) } == [["csc", "police", "health"]])
        #expect(parties.allSatisfy { $0.values.allSatisfy { $0.children == [third] && $0.because == [.attendee] } })
    }

    @Test("R5: a discussion's record replaces no view that its attendee has given itself, and the decider gives none")
    func ownViewStays() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(Scene.view("police"))
        try scene.discuss("SD2", at: 30, enquiry: false, objecting: "police", about: ["D1"])
        #expect(scene.challenges == [] && scene.level == .section17)
        let views = try #require(scene.register.changes.first?.views)
        #expect(views.map(\.agency.text) == ["police"] && views.map(\.isOwn) == [true])
        var decider = try Scene()
        try decider.take(Scene.decision())
        try decider.discuss("SD2", at: 30, enquiry: false, objecting: "csc", about: ["D1"])
        #expect(decider.challenges == [] && decider.level == .section17)
        #expect(decider.register.changes.first?.views == [])
    }

    @Test("N1: a discussion recorded late at which nobody was who has had no say holds nothing again")
    func nobodyNew() throws {
        var scene = try Self.inEffect()
        try scene.discuss("SD2", at: 12, enquiry: true)
        #expect(scene.level == .section17 && scene.part()?.state == .inEffect)
        try scene.discuss("SD3", at: 12, enquiry: true, ["csc", "police", "health", "housing"])
        #expect(scene.level == .section47 && scene.part()?.state == .held && scene.asked == ["housing"])
    }

    @Test("R12: a further discussion of the enquiry raises nothing, and tells of no level")
    func notRaised() throws {
        var scene = try Scene()
        try scene.discuss("SD2", at: 12, enquiry: true)
        let raised = scene.actions.contains { if case .raised = $0 { true } else { false } }
        #expect(!raised)
    }

    @Test(
        "N1: a late discussion about a sibling opens nothing of the other child's, and tells its attendees nothing of it"
    )
    func sibling() throws {
        var scene = try Self.inEffect()
        try scene.discuss(
            "SD2", at: 12, enquiry: true, ["csc", "police", "health", "housing"], children: [Scene.younger])
        #expect(scene.level == .section17 && scene.part()?.state == .inEffect)
        #expect(try scene.part()?.told[agency("housing")] == nil)
    }

    @Test("R1: who was at a later discussion stays party from then, though an earlier one is recorded after it")
    func earlierRecordedLater() throws {
        var scene = try Scene()
        try scene.discuss("SD2", at: 14, enquiry: true)
        try scene.discuss("SD3", at: 12, enquiry: true)
        #expect(try scene.register.children[Scene.older]?.discussed[agency("police")] == Scene.at(14))
    }
}
