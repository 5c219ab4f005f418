import Safeguarding
import Testing

@testable import DecisionRules

/// An urgent change that was never settled has ended nothing: who raises the child's level again and lowers it once more asks
/// everybody whom the urgent one had to ask. Police and health were at the table; school is involved and was not.
struct UrgentRoundTests {
    private func urgent() throws -> Scene {
        var scene = try Scene()
        try scene.take(Scene.decision(urgent: true))
        #expect(scene.level == .section17 && scene.asked == ["police", "health"])
        return scene
    }

    @Test(
        "R2, R11: urgent, raised by another decision, lowered: the enquiry's attendees are told of each and asked of the last"
    )
    func byDecisions() throws {
        var scene = try urgent()
        try scene.take(Scene.decision("D2", from: .section17, to: .section47, at: 21))
        #expect(scene.told(.withdrawn(.undone)).isSuperset(of: ["police", "health", "school"]))
        #expect(scene.told(.inEffect).isSuperset(of: ["police", "health", "school"]))
        try scene.take(Scene.decision("D3", to: .closed, at: 22))
        #expect(scene.asked == ["police", "health"] && scene.level == .section47)
        try scene.take(Scene.view("school", on: "D3"))
        #expect(scene.level == .section47)
        for name in ["police", "health"] { try scene.take(Scene.view(name, on: "D3")) }
        #expect(scene.level == .closed)
    }

    @Test("R2, R11: urgent, raised and lowered by versions of the same decision: the enquiry's attendees are asked")
    func byVersions() throws {
        var scene = try urgent()
        try scene.take(Scene.decision("D1", 2, from: .section17, to: .section47, at: 21))
        try scene.take(Scene.decision("D1", 3, at: 22))
        #expect(scene.asked == ["police", "health"] && scene.level == .section47)
        try scene.take(Scene.view("school", on: "D1", 3))
        #expect(scene.level == .section47)
    }

    @Test("R2, R11, R12: urgent, raised by another table, lowered: who was at the first is told and asked as well")
    func byDiscussion() throws {
        var scene = try urgent()
        try scene.discuss("SD2", at: 24, enquiry: true, ["csc", "police", "gp"], exception: true)
        let told = scene.actions.compactMap { action -> Set<String>? in
            if case .raised(_, _, let parties) = action { Set(parties.keys.map(\.text)) } else { nil }
        }
        #expect(told == [["csc", "police", "gp", "health", "school"]])
        try scene.take(Scene.decision("D3", at: 25))
        #expect(scene.asked == ["police", "gp", "health"])
    }

    @Test("R12: what was settled has ended the enquiry; the next is a new one")
    func afterSettling() throws {
        var scene = try urgent()
        try scene.discuss("SD2", at: 23, enquiry: false, about: ["D1"])
        #expect(scene.part()?.settledBy == "SD2")
        try scene.take(Scene.decision("D2", from: .section17, to: .section47, at: 24))
        try scene.take(Scene.decision("D3", at: 25))
        #expect(
            scene.asked == ["health", "school"],
            "who is party now, health by its referral; police was at the first alone")
    }

    @Test("R1, R12: urgent, raised above what it left: whoever was asked about it hears of the raise")
    func above() throws {
        var scene = try urgent()
        try scene.take(Scene.decision("D2", from: .section17, to: .childProtectionPlan, at: 21))
        #expect(scene.told(.inEffect).isSuperset(of: ["police", "health", "school"]))
    }
}

/// An urgent change in effect whose decision has versions after it.
struct UrgentVersionTests {
    @Test("R6, R11: once a later version is taken back, views are on the urgent one again, which still waits")
    func viewsOnTheUrgentOne() throws {
        var scene = try Scene()
        try scene.take(Scene.decision(urgent: true))
        try scene.take(Scene.decision("D1", 2, from: .section17, to: .closed, at: 21))
        try scene.take(Scene.decision("D1", 3, from: .section17, to: .section17, at: 22))
        #expect(scene.part()?.version == 1 && scene.part()?.awaitsDiscussion == true)
        try scene.take(Scene.view("police", .object))
        #expect(scene.challenges == ["police"])
        #expect(scene.refusals(try Scene.view("police", on: "D1", 2)) == [.versionReplaced(by: 3)])
    }
}
