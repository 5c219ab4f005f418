import Safeguarding
import Testing

@testable import DecisionRules

/// Views and objections in their details: which are on record, whose they are, and what ends them (R5, R7, R16).
struct ViewRuleTests {
    private static let both: Set<PersonID> = [Scene.older, Scene.younger]

    /// A change of both children's help that is held until school and the family's doctor have a say.
    private static func held() throws -> Scene {
        var scene = try Scene(enquiry: false)
        for child in both { try scene.take(.joined(child, agency("gp"))) }
        try scene.take(
            Scene.decision(from: .section17, to: .earlyHelp, children: [Scene.older, Scene.younger]))
        return scene
    }

    private static func noted(_ fact: RegisterFact, _ note: String) -> RegisterFact {
        guard case .view(var view) = fact else { return fact }
        view.note = note
        return .view(view)
    }

    private static func challenge(_ name: String, _ children: Set<PersonID> = [Scene.older]) throws -> RegisterFact {
        .challenged(decisionID: "D1", version: 1, agency: try agency(name), children: children)
    }

    private static func end(_ name: String, _ outcome: ChallengeOutcome) throws -> RegisterFact {
        .challengeEnded(decisionID: "D1", version: 1, agency: try agency(name), outcome)
    }

    @Test(
        "R5: the same view twice is on record; of another child, with another note or position, or by another it is not"
    )
    func onRecord() throws {
        var scene = try Self.held()
        try scene.take(Scene.view("school", children: [Scene.older]))
        #expect(try scene.refusals(Scene.view("school", children: [Scene.older])) == [.onRecord])
        try scene.take(Scene.view("school", children: Self.both))
        #expect(try scene.refusals(Scene.view("school", children: [Scene.younger])) == [.onRecord])
        try scene.take(Self.noted(Scene.view("school"), "She is in school each day."))
        #expect(try scene.refusals(Scene.view("school")) == [.onRecord])
        try scene.take(Self.noted(Scene.view("school"), "He is as well."))
        #expect(scene.register.changes.first?.views.map(\.note) == ["He is as well."])
        try scene.take(Scene.view("school", .abstain))
        try scene.take(Scene.view("gp", by: "csc"))
        #expect(try scene.refusals(Scene.view("gp", by: "csc")) == [.onRecord])
        try scene.take(Scene.view("gp", by: "school"))
        try scene.take(Scene.view("gp"))
        #expect(scene.register.changes.first?.views.map(\.number) == [5, 8], "each is told from all before it")
    }

    @Test("R5: what an agency has said itself of one child keeps nobody from recording its view on a sibling")
    func ofOneChild() throws {
        var scene = try Self.held()
        try scene.take(Scene.view("school", children: [Scene.older]))
        #expect(try scene.refusals(Scene.view("school", by: "csc", children: [Scene.older])) == [.saidItself])
        try scene.take(Scene.view("school", by: "csc"))
        let views = try #require(scene.register.changes.first?.views)
        #expect(views.map(\.children) == [[Scene.older], [Scene.younger]] && views.map(\.isOwn) == [true, false])
    }

    @Test("R7: a challenge of children that are challenged already is on record; of one child more it is not")
    func challenged() throws {
        var scene = try Self.held()
        try scene.take(Self.challenge("school"))
        #expect(try scene.refusals(Self.challenge("school")) == [.onRecord])
        try scene.take(Self.challenge("school", Self.both))
        #expect(scene.register.changes.first?.objections.map(\.children) == [Self.both])
        #expect(try scene.refusals(Self.challenge("school", [PersonID(digest: [9])])) == [.otherChildren])
        try scene.take(Scene.view("gp", .object))
        try scene.take(Self.challenge("gp"))
        #expect(scene.register.changes.first?.objections.map(\.origin) == [.challenge, .view, .challenge])
    }

    @Test("R15: what an agency has not said cannot be ended; what ended so cannot end so again")
    func endedOnce() throws {
        var scene = try Self.held()
        try scene.take(Self.challenge("gp"))
        #expect(try scene.refusals(Self.end("school", .lifted)) == [.unknownSubject])
        try scene.take(Self.end("gp", .compromise))
        #expect(scene.register.changes.first?.objections.map(\.promise) == [.compromise])
        #expect(scene.endings.isEmpty && scene.part()?.state == .held)
        #expect(try scene.refusals(Self.end("gp", .compromise)) == [.onRecord])
        var urgent = try Scene()
        try urgent.take(Scene.decision(urgent: true))
        try urgent.take(Self.challenge("police"))
        try urgent.take(Self.end("police", .changed))
        #expect(urgent.register.changes.first?.objections.map(\.promise) == [.changed])
        #expect(try urgent.refusals(Self.end("police", .changed)) == [.onRecord])
    }

    @Test("R16: to be undone is what is in effect, for the children whom the agency's challenge is about, until it is")
    func toBeUndone() throws {
        var scene = try Self.held()
        try scene.take(Self.challenge("school"))
        let school = try agency("school"), gp = try agency("gp")
        #expect(scene.register.toBeUndone(of: "D1", for: school) == [], "it is held")
        var urgent = try Scene(enquiry: false)
        try urgent.take(
            Scene.decision(
                from: .section17, to: .earlyHelp, urgent: true, children: [Scene.older, Scene.younger]))
        try urgent.take(Self.challenge("school"))
        #expect(urgent.register.toBeUndone(of: "D1", for: school) == [Scene.older])
        #expect(urgent.register.toBeUndone(of: "D1", for: gp) == [])
        #expect(urgent.register.toBeUndone(of: "D2", for: school) == [])
        try urgent.take(Scene.decision("D2", from: .earlyHelp, to: .section17, at: 24))
        #expect(urgent.register.toBeUndone(of: "D1", for: school) == [])
    }

    @Test("R16: what has been undone ends the challenge to which it was promised, and nobody else's")
    func followed() throws {
        var scene = try Self.held()
        for name in ["school", "gp"] { try scene.take(Scene.view(name)) }
        #expect(scene.part()?.state == .inEffect)
        for name in ["school", "gp"] { try scene.take(Self.challenge(name)) }
        try scene.take(Self.end("school", .changed))
        #expect(scene.endings.isEmpty)
        try scene.take(Scene.decision("D2", from: .earlyHelp, to: .section17, at: 24))
        #expect(scene.endings == ["school": .followed])
        #expect(scene.register.changes.first?.objections.map(\.agency.text) == ["gp"])
    }

    @Test(
        "R16: a challenge that ends as changed withdraws the change of the children whom it is about, and no sibling's")
    func changedForOne() throws {
        var scene = try Self.held()
        try scene.take(Self.challenge("school", [Scene.younger]))
        try scene.take(Self.end("school", .changed))
        #expect(try scene.part(of: Scene.younger)?.state == .withdrawn(.challenge(by: agency("school"))))
        #expect(scene.part()?.state == .held && scene.endings == ["school": .lifted])
    }

    @Test("R7: a second voice is added to the first, and takes back what was agreed on it")
    func secondVoice() throws {
        var scene = try Self.held()
        for name in ["school", "gp"] { try scene.take(Scene.view(name)) }
        try scene.take(Self.challenge("school"))
        try scene.take(Self.end("school", .changed))
        try scene.take(Self.challenge("school", [Scene.younger]))
        let objections = try #require(scene.register.changes.first?.objections)
        #expect(objections.map(\.children) == [Self.both] && objections.map(\.promise) == [nil])
    }

    @Test("R6: a view that waits already is on record; another of the same agency waits beside it")
    func waitsOnce() throws {
        var scene = try Scene()
        let put: Set<ViewGiven.Put> = [.init(Scene.older, from: .section47, to: .section17)]
        try scene.take(Scene.view("police", put: put))
        #expect(try scene.refusals(Scene.view("police", put: put)) == [.onRecord])
        try scene.take(Scene.view("police", .abstain, put: put))
        #expect(scene.register.waiting.map(\.position) == [.support, .abstain])
        #expect(scene.register.waiting.map(\.isEarly) == [true, true])
    }
}
