import Safeguarding
import Testing

@testable import DecisionRules

/// Who objects, and who lifts what: R7.
extension ConsultationRuleTests {
    @Test(
        "R7: an objection of any party holds it and opens a challenge, the referrer's and the school's too (trial C9)")
    func anyParty() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(Scene.view("school", .object))
        #expect(scene.challenges == ["school"])
        for name in ["police", "health"] { try scene.take(Scene.view(name)) }
        #expect(scene.level == .section47)
        try scene.take(Scene.view("school"))
        #expect(scene.endings == ["school": .lifted] && scene.level == .section17)
    }

    @Test("R7: only the agency that objected lifts its objection; a challenge is lifted by its ending alone")
    func onlyTheObjector() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(.challenged(decisionID: "D1", version: 1, agency: agency("police"), children: [Scene.older]))
        for name in ["police", "health"] { try scene.take(Scene.view(name)) }
        #expect(scene.level == .section47 && scene.endings.isEmpty)
        #expect(
            try scene.refusals(.challengeEnded(decisionID: "D1", version: 1, agency: agency("health"), .lifted))
                == [.unknownSubject])
        try scene.take(.challengeEnded(decisionID: "D1", version: 1, agency: agency("police"), .lifted))
        #expect(scene.level == .section17)
    }

    @Test("R7: a second objection after a settled one holds it again")
    func secondObjection() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(Scene.view("police", .object))
        try scene.take(.challengeEnded(decisionID: "D1", version: 1, agency: agency("police"), .lifted))
        try scene.take(.challenged(decisionID: "D1", version: 1, agency: agency("police"), children: [Scene.older]))
        #expect(scene.challenges == ["police"])
        try scene.take(Scene.view("health"))
        #expect(scene.level == .section47)
    }

    @Test("R7: an objection of somebody who is no party waits until it is")
    func strangerObjects() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(Scene.view("housing", .object))
        #expect(scene.challenges == [])
        try scene.take(.joined(Scene.older, agency("housing")))
        #expect(scene.challenges == ["housing"])
    }
}
