import Safeguarding
import Testing

@testable import DecisionRules

/// What a version does to the one before it: whose views count on, which objections go on, who hears (R6, R10, R16, R17).
struct VersionRuleTests {
    private static let both = [Scene.older, Scene.younger]

    /// An enquiry about both children.
    private static func enquiry() throws -> Scene {
        var scene = try Scene()
        try scene.discuss("SD2", at: 11, enquiry: true, children: Set(both))
        return scene
    }

    /// A version that says something else of each child.
    private static func decision(
        _ version: Int, _ older: (ThresholdLevel, ThresholdLevel)?, _ younger: (ThresholdLevel, ThresholdLevel)?,
        at minutes: Int64 = 24
    ) throws -> RegisterFact {
        let children = [(Scene.older, older), (Scene.younger, younger)].compactMap { person, step in
            step.map { DecisionMade.Child(person, from: $0.0, to: $0.1) }
        }
        return .decision(
            DecisionMade(
                id: "D1", version: version, agency: try agency("csc"), decidedAt: Scene.at(minutes), children: children)
        )
    }

    private static func object(_ name: String, to children: [PersonID], version: Int = 1) throws -> RegisterFact {
        .challenged(decisionID: "D1", version: version, agency: try agency(name), children: Set(children))
    }

    private static func ended(_ scene: Scene) -> [RegisterAction] {
        scene.actions.filter { if case .objectionEnded = $0 { true } else { false } }
    }

    @Test("R10: whoever heard of a version hears of the next, party no longer")
    func heardBefore() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(.left(Scene.older, agency("school")))
        try scene.take(Scene.decision("D1", 2, at: 24))
        #expect(scene.told(.held) == ["csc", "police", "health", "school"])
    }

    @Test("R10: a child that a taking back leaves out is left out, and the other is taken back; both hear which")
    func takenBackForOne() throws {
        var scene = try Self.enquiry()
        try scene.take(Scene.decision(children: Self.both))
        try scene.take(Scene.view("police"))
        try scene.take(Scene.decision("D1", 2, to: .section47, at: 24))
        #expect(scene.part()?.state == .withdrawn(.takenBack))
        #expect(scene.part(of: Scene.younger)?.state == .withdrawn(.leftOut))
        #expect(scene.told(.withdrawn(.leftOut), of: Scene.younger).contains("school"))
        let change = try #require(scene.register.changes.first)
        #expect(change.views.isEmpty && change.decidedAt == Scene.at(24) && change.version == 2)
    }

    @Test("R10: of what cannot be taken back the first child is named")
    func nothingToTakeBack() throws {
        var scene = try Self.enquiry()
        try scene.take(Scene.decision(urgent: true, children: Self.both))
        #expect(
            try scene.refusals(Scene.decision("D1", 2, from: .section17, to: .section17, at: 24, children: Self.both))
                == [.nothingToTakeBack(child: 0)])
    }

    @Test("R17: what was said against what is taken back ends with it, once, whatever else the decision holds")
    func saidAgainstTakenBack() throws {
        var scene = try Scene()
        try scene.take(Self.decision(1, (.section47, .section17), (.universal, .earlyHelp), at: 20))
        #expect(scene.part(of: Scene.younger)?.state == .inEffect)
        try scene.take(Self.object("police", to: [Scene.older]))
        try scene.take(Scene.decision("D1", 2, to: .section47, at: 24))
        #expect(
            Self.ended(scene) == [
                .objectionEnded(agency: try agency("police"), decisionID: "D1", version: 2, .changeEnded)
            ])
    }

    @Test("R17: what was said against the version in effect was carried to the one that is taken back, and stands")
    func carriedAndBack() throws {
        var scene = try Scene()
        try scene.take(Scene.decision(urgent: true))
        try scene.take(Self.object("school", to: [Scene.older]))
        try scene.take(Scene.decision("D1", 2, from: .section17, to: .earlyHelp, at: 24))
        try scene.take(Scene.decision("D1", 3, from: .section17, to: .section17, at: 25))
        #expect(
            Self.ended(scene) == [
                .objectionEnded(
                    agency: try agency("school"), decisionID: "D1", version: 2, .carried(toVersion: 3))
            ])
    }

    @Test("R6: views on children whose urgent change waits, and whom the next version leaves out, go on counting")
    func viewsGoOn() throws {
        var scene = try Self.enquiry()
        try scene.take(Scene.decision(urgent: true))
        try scene.take(Scene.view("police"))
        try scene.take(Self.decision(2, nil, (.section47, .section17)))
        let noLonger = scene.actions.filter { if case .viewNoLongerCounts = $0 { true } else { false } }
        #expect(noLonger.isEmpty && scene.register.changes.first?.views.count == 1)
        try scene.take(Self.decision(3, (.section17, .earlyHelp), nil, at: 25))
        #expect(
            scene.actions.contains(.viewNoLongerCounts(agency: try agency("police"), decisionID: "D1", version: 2)))
        #expect(scene.register.changes.first?.views.isEmpty == true, "of the child that it takes up again they do not")
    }

    @Test("R17: an objection goes on for the children whom the next version lowers as well, and for them alone")
    func goesOn() throws {
        var scene = try Self.enquiry()
        try scene.take(Scene.decision(children: Self.both))
        try scene.take(Self.object("police", to: Self.both))
        try scene.take(Self.decision(2, (.section47, .section17), (.section47, .section47)))
        #expect(scene.endings == ["police": .carried(toVersion: 2)])
        #expect(scene.register.changes.first?.objections.map(\.children) == [[Scene.older]])
    }

    @Test("R17: a version that lowers the child no longer takes the place of what was objected to, and ends that once")
    func replaced() throws {
        var scene = try Self.enquiry()
        try scene.take(Scene.decision(children: Self.both))
        try scene.take(Self.object("police", to: [Scene.younger]))
        try scene.take(Self.decision(2, (.section47, .section17), (.section47, .section47)))
        #expect(
            Self.ended(scene) == [
                .objectionEnded(
                    agency: try agency("police"), decisionID: "D1", version: 1, .replaced(byVersion: 2))
            ])
    }

    @Test("R16, R17: what was said of a change in effect stands, with what was promised, when a version leaves it out")
    func leftOutInEffect() throws {
        var scene = try Self.enquiry()
        try scene.take(Scene.decision(urgent: true))
        try scene.take(Self.object("police", to: [Scene.older]))
        try scene.take(.challengeEnded(decisionID: "D1", version: 1, agency: agency("police"), .changed))
        #expect(scene.register.changes.first?.objections.first?.promise == .changed)
        try scene.take(Self.decision(2, nil, (.section47, .section17)))
        #expect(scene.endings == ["police": .carried(toVersion: 2)])
        let objections = try #require(scene.register.changes.first?.objections)
        #expect(objections.map(\.children) == [[Scene.older]] && objections.map(\.promise) == [.changed])
    }

    @Test("R5, B4: the next version's review is on record second-hand too, and whoever was there is asked to confirm")
    func reviewOfNext() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(Scene.decision("D1", 2, at: 24, review: ["school": .support]))
        #expect(
            scene.actions.contains(
                .confirmView(agency: try agency("school"), decisionID: "D1", version: 2, number: 1)))
    }

    @Test("R6: of a version that was replaced a view is refused, though an earlier version's child still waits")
    func replacedBetween() throws {
        var scene = try Self.enquiry()
        try scene.take(Scene.decision(urgent: true))
        try scene.take(Self.decision(2, nil, (.section47, .section17)))
        try scene.take(Self.decision(3, nil, (.section47, .childProtectionPlan), at: 25))
        #expect(
            try scene.refusals(Scene.view("police", on: "D1", 2, children: [Scene.older])) == [
                .versionReplaced(by: 3)
            ])
        try scene.take(Scene.view("police", on: "D1", 1, children: [Scene.older]))
    }

    @Test("R6: a view on a version is one on the children of that version, and on none that it leaves out")
    func ofItsVersion() throws {
        var scene = try Self.enquiry()
        try scene.take(Scene.decision(urgent: true))
        try scene.take(Self.decision(2, nil, (.section47, .section17)))
        try scene.take(Scene.view("police", on: "D1", 2))
        #expect(scene.register.changes.first?.views.map(\.children) == [[Scene.younger]])
    }

    @Test("R11, R20: what waits for its discussion waits no more once it is undone or overtaken: its clock is stopped")
    func noLongerWaits() throws {
        var scene = try Scene()
        try scene.take(Scene.decision(urgent: true))
        try scene.take(Scene.decision("D2", from: .section17, to: .section47, at: 24))
        #expect(scene.part()?.state == .withdrawn(.undone) && scene.part()?.awaitsDiscussion == false)
        #expect(scene.actions.contains(.disarm(.silence(decisionID: "D1"))))
        let refused = scene.refusals(.silence(decisionID: "D1"))
        #expect(refused == [.nothingAwaited])
    }
}
