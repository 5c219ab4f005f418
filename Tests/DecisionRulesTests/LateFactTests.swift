import Safeguarding
import Testing

@testable import DecisionRules

/// What is recorded late completes what it belongs to, and repeats nothing: N1, R12.
struct LateFactTests {
    @Test("N1: a discussion recorded late adds who was there, asks them and repeats nothing (trial C16)")
    func late() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.discuss("SD2", at: 12, enquiry: false, ["csc", "police", "health", "school", "housing"])
        #expect(scene.told(.held) == ["housing"])
        #expect(scene.asked == ["school", "housing"], "school was told already, and is asked now")
    }

    @Test(
        "N1: recorded after the change took effect, it is held again with its clock, unless something was built on it")
    func lateAfterEffect() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        for name in ["police", "health"] { try scene.take(Scene.view(name)) }
        var built = scene
        try scene.discuss("SD2", at: 12, enquiry: false, ["csc", "police", "health", "housing"])
        #expect(scene.level == .section47 && scene.asked == ["housing"])
        #expect(scene.told(.held) == ["csc", "police", "health", "school", "housing"])
        #expect(scene.actions.contains(.arm(.silence(decisionID: "D1"))))
        try built.take(Scene.decision("D2", from: .section17, to: .childProtectionPlan, at: 24))
        try built.discuss("SD2", at: 12, enquiry: true, ["csc", "police", "health", "housing"])
        #expect(built.level == .childProtectionPlan)
        #expect(built.part()?.state == .inEffect && built.told(.inEffect) == ["housing"])
    }

    /// Whom the last fact told where a child stands.
    private func statuses(_ scene: Scene) -> [String] {
        scene.actions.compactMap { if case .status(let agency, _) = $0 { agency.text } else { nil } }
    }

    @Test("N1: who was at a table that is recorded late hears of the newest state, and of nothing that is over")
    func newestAlone() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        for name in ["police", "health"] { try scene.take(Scene.view(name)) }
        let late = ["csc", "police", "health", "housing"]
        // Raised by a decision since: that one is what they hear of.
        var raised = scene
        try raised.take(Scene.decision("D2", from: .section17, to: .childProtectionPlan, at: 24))
        try raised.discuss("SD2", at: 12, enquiry: false, late)
        let housing = try agency("housing")
        #expect(raised.part("D1")?.told[housing] == nil && raised.part("D2")?.told[housing] != nil)
        #expect(statuses(raised) == [])
        // Raised by a discussion: of the level alone.
        var again = scene
        try again.discuss("SD3", at: 24, enquiry: true)
        try again.discuss("SD2", at: 12, enquiry: false, late)
        #expect(again.part("D1")?.told[housing] == nil && statuses(again) == ["housing"])
    }

    @Test("N1: several states are told in the order of what was decided, the newest last")
    func inOrder() throws {
        var scene = try Scene(enquiry: false)
        try scene.take(Scene.decision(from: .section17, to: .earlyHelp, at: 20))
        try scene.take(Scene.decision("D2", from: .section17, to: .section47, at: 21))
        try scene.take(Scene.decision("D1", 2, from: .section47, to: .section17, at: 22))
        try scene.discuss("SD2", at: 21, enquiry: false, ["csc", "police", "health", "housing"])
        let housing = try agency("housing")
        let steps = scene.actions.compactMap { action -> String? in
            guard case .tell(let step) = action, step.parties[housing] != nil else { return nil }
            return step.decisionID.id
        }
        #expect(steps == ["D2", "D1"])
    }

    @Test("N1: what goes back and forth within one fact is told to nobody: a late attendee's view had waited for it")
    func detour() throws {
        let put: Set = [ViewGiven.Put(Scene.older, from: .section47, to: .section17)]
        var scene = try Scene()
        try scene.take(Scene.view("housing", put: put))
        try scene.take(Scene.decision())
        for name in ["police", "health"] { try scene.take(Scene.view(name)) }
        #expect(scene.level == .section17)
        try scene.discuss("SD2", at: 12, enquiry: false, ["csc", "police", "health", "housing"])
        #expect(scene.level == .section17 && scene.told(.held) == [])
        #expect(scene.told(.inEffect) == ["housing"], "who was there hears of it, and nobody else again")
    }

    @Test(
        "N1, R12: an enquiry that is recorded late goes on, though the level was lowered meanwhile by who did not name it"
    )
    func lateEnquiry() throws {
        for known in [false, true] {
            var scene = try Scene(enquiry: false)
            if known {
                try scene.take(Scene.decision("D0", from: .earlyHelp, to: .section17, at: 5))
            }
            try scene.take(Scene.decision(from: .section17, to: .closed))
            try scene.take(Scene.view("school"))
            #expect(scene.level == .closed)
            try scene.discuss("SD1", at: 10, enquiry: true)
            #expect(scene.level == .section47)
            #expect(scene.register.children[Scene.older]?.levelSince == Scene.at(10))
            let raised = scene.actions.contains {
                guard case .raised("SD1", let levels, let parties) = $0 else { return false }
                return levels == [Scene.older: .closed] && parties.count == 4
            }
            #expect(raised, "everybody hears of it, those who were there too: \(scene.actions)")
            try scene.take(Scene.decision("D2", at: 24))
            #expect(scene.level == .section47 && scene.asked == ["police", "health"])
        }
        var raised = try Scene(enquiry: false)
        try raised.take(Scene.decision(from: .earlyHelp, to: .section17))
        try raised.discuss("SD1", at: 10, enquiry: true)
        #expect(raised.level == .section47, "minutes that are typed at four")
        var ended = try Scene(enquiry: false)
        try ended.take(Scene.decision("D0", from: .section17, to: .earlyHelp, at: 15))
        try ended.take(Scene.view("school", on: "D0"))
        try ended.discuss("SD9", at: 17, enquiry: true)
        try ended.take(Scene.decision(at: 20, urgent: true))
        try ended.discuss("SD1", at: 10, enquiry: true)
        #expect(ended.level == .section17, "a later enquiry was ended, and this one with it")
    }

    @Test("N1: a discussion that was held after the change took effect reopens nothing")
    func heldAfterEffect() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        for name in ["police", "health"] { try scene.take(Scene.view(name)) }
        try scene.discuss("SD2", at: 26, enquiry: false, ["csc", "police", "health", "housing"])
        let housing = try agency("housing")
        #expect(scene.level == .section17 && scene.part()?.told.keys.contains(housing) == false)
    }

    @Test("N1: a late discussion neither overwrites a later level nor revives what was withdrawn")
    func lateRevivesNothing() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(Scene.decision("D1", 2, to: .section47))
        try scene.discuss("SD2", at: 12, enquiry: false, ["csc", "police", "health", "housing"])
        #expect(scene.part()?.state == .withdrawn(.takenBack) && scene.told(.held) == [])
        try scene.take(Scene.decision("D3", urgent: true))
        try scene.discuss("SD3", at: 13, enquiry: true)
        #expect(scene.level == .section17)
    }

    @Test("N1: whatever the order of decision, discussion and views, the register ends the same", arguments: 0..<6)
    func order(_ number: Int) throws {
        let put: Set = [ViewGiven.Put(Scene.older, from: .section47, to: .section17)]
        let facts = try [
            Scene.discussion("SD1", at: 10, enquiry: true), Scene.decision(), Scene.view("police", put: put),
        ]
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
        var scene = try Scene(enquiry: false)
        for place in orders[number] { try scene.take(facts[place]) }
        #expect(scene.part()?.isHeld == true && scene.level == .section47)
        #expect(scene.register.children[Scene.older]?.levelSince == Scene.at(10))
        let change = scene.register.changes[0]
        let part = try #require(scene.part())
        #expect(
            scene.register.consultees(of: part, in: change, under: scene.terms).map(\.text).sorted() == [
                "health", "police",
            ])
        try scene.take(Scene.view("health"))
        #expect(scene.level == .section17)
    }
}
