import Safeguarding
import Testing

@testable import DecisionRules

/// Views that others have put on record, and what their agency says of them: R5.
extension ConsultationRuleTests {
    @Test("R5: what the decider records for another lets nothing go until that agency confirms it")
    func secondHand() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(Scene.view("health"))
        try scene.take(Scene.view("police", by: "csc"))
        #expect(scene.level == .section47)
        #expect(
            try scene.actions.contains(
                .confirmView(agency: agency("police"), decisionID: "D1", version: 1, number: 2)))
        #expect(try scene.refusals(Scene.view("police", by: "csc")) == [.onRecord])
        try scene.take(.confirmedView(decisionID: "D1", version: 1, agency: agency("police")))
        #expect(scene.level == .section17)
    }

    @Test("R5: policy may let second-hand views stand, until the agency speaks for itself")
    func stands() throws {
        var scene = try Scene()
        scene.terms.secondHandViews = .stand
        try scene.take(Scene.decision())
        try scene.take(Scene.view("health"))
        try scene.take(Scene.view("police", by: "csc"))
        #expect(scene.level == .section17)
    }

    @Test("R5: nobody's record replaces what an agency said itself (trial C1)")
    func saidItself() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(Scene.view("police", .object))
        #expect(try scene.refusals(Scene.view("police", by: "csc")) == [.saidItself])
        try scene.take(Scene.view("health"))
        #expect(scene.level == .section47)
    }

    @Test("R5: a view that an agency disputes is gone, and so is the objection that was recorded for it")
    func disputed() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(Scene.view("police", .object, by: "csc"))
        #expect(scene.challenges == ["police"])
        try scene.take(.disputedView(decisionID: "D1", version: 1, agency: agency("police")))
        #expect(scene.endings == ["police": .disowned])
        #expect(
            try scene.refusals(.disputedView(decisionID: "D1", version: 1, agency: agency("police"))) == [
                .unknownSubject
            ])
    }

    @Test("R5: views at a review are second-hand until they are confirmed (row B4)")
    func review() throws {
        var scene = try Scene(enquiry: false)
        try scene.take(
            Scene.decision(from: .section17, to: .earlyHelp, review: ["school": .support, "police": .object]))
        #expect(scene.challenges == ["police"])
        #expect(scene.level == .section17)
        try scene.take(.confirmedView(decisionID: "D1", version: 1, agency: agency("school")))
        try scene.take(Scene.view("police"))
        #expect(scene.endings == ["police": .lifted] && scene.level == .earlyHelp)
    }

    @Test("R5: what an agency confirms is the record that it was told of, and not what has taken its place")
    func recordOfTheNotice() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(Scene.view("police", .object, by: "csc"))
        try scene.take(Scene.view("police", .support, by: "csc"))
        let police = try agency("police")
        #expect(
            scene.refusals(.confirmedView(decisionID: "D1", version: 1, agency: police, number: 1)) == [.unknownSubject]
        )
        try scene.take(.confirmedView(decisionID: "D1", version: 1, agency: police, number: 2))
        #expect(scene.endings == ["police": .lifted])
    }

    @Test("R5: an agency that disputes a record of its view ends nobody else's objection")
    func disputesItsOwnAlone() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(Scene.view("school", .object))
        try scene.take(Scene.view("police", .object, by: "csc"))
        try scene.take(.disputedView(decisionID: "D1", version: 1, agency: agency("police")))
        #expect(scene.endings == ["police": .disowned])
        for name in ["police", "health"] { try scene.take(Scene.view(name)) }
        #expect(scene.level == .section47)
    }
}
