import Safeguarding
import Testing

@testable import DecisionRules

/// Discussions, versions, urgency, endings, silence and late facts: R3, R8 to R13, R17, R20, N1.
struct ChangeRuleTests {
    @Test(
        "R3: social care and the hub record discussions, with their quorum or the reason why it was not there (trial C3)"
    )
    func recorders() throws {
        var scene = try Scene()
        #expect(
            try scene.refusals(Scene.discussion("SD2", at: 30, enquiry: true, by: "school")) == [
                .mayNotRecordDiscussions
            ])
        let absent = try [agency("police")], ill = try [agency("health")]
        #expect(
            try scene.refusals(Scene.discussion("SD2", at: 30, enquiry: true, ["csc"])) == [
                .quorumMissing([absent, ill])
            ])
        try scene.discuss("SD2", at: 30, enquiry: true, ["csc"], exception: true)
        try scene.take(Scene.discussion("SD3", at: 30, enquiry: true, by: "mash"))
        #expect(try scene.refusals(Scene.discussion("SD3", at: 30, enquiry: true, by: "mash")) == [.onRecord])
    }

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

    @Test("R9: a change whose level is gone is overtaken, and everybody hears (trial C7)")
    func overtaken() throws {
        var scene = try Scene(enquiry: false)
        try scene.take(Scene.decision(from: .section17, to: .earlyHelp))
        try scene.discuss("SD2", at: 30, enquiry: true)
        #expect(scene.told(.overtaken) == ["health", "school"])
        #expect(scene.level == .section47)
        #expect(try scene.refusals(Scene.view("school")) == [.changeEnded])
        try scene.take(Scene.decision("D2"))
        try scene.take(Scene.decision("D3", to: .earlyHelp))
        for name in ["police", "health"] { try scene.take(Scene.view(name, on: "D2")) }
        #expect(scene.level == .section17 && scene.part("D3")?.state == .overtaken)
    }

    @Test(
        "R10: versions go up by one, by the agency that decides, and a child that is left out is told as withdrawn (trial C12)"
    )
    func versions() throws {
        var scene = try Scene()
        try scene.take(Scene.decision(children: [Scene.older, Scene.younger]))
        #expect(try scene.refusals(Scene.decision()) == [.staleVersion(expected: 2)])
        #expect(try scene.refusals(Scene.decision("D1", 3)) == [.staleVersion(expected: 2)])
        #expect(try scene.refusals(Scene.decision("D2", 2)) == [.staleVersion(expected: 1)])
        let ofAnother = try OwnName("D1", of: agency("mash"))
        #expect(
            try scene.refusals(Scene.decision(ofAnother, 2)) == [.staleVersion(expected: 1)], "its own, and its first")
        try scene.take(Scene.decision("D1", 2))
        #expect(scene.told(.withdrawn(.leftOut), of: Scene.younger) == ["school"])
        #expect(scene.told(.held) == ["csc", "police", "health", "school"])
    }

    @Test("R10: a held change is taken back, objected to or not; one in effect is not", arguments: [true, false])
    func takenBack(_ isObjected: Bool) throws {
        var scene = try Scene()
        let back = try Scene.decision("D1", 2, to: .section47)
        #expect(try scene.refusals(Scene.decision("D1", 1, to: .section47)) == [.nothingToTakeBack(child: 0)])
        try scene.take(Scene.decision())
        if isObjected { try scene.take(Scene.view("police", .object)) }
        try scene.take(back)
        #expect(scene.told(.withdrawn(.takenBack)) == ["csc", "police", "health", "school"])
        #expect(scene.endings == (isObjected ? ["police": .changeEnded] : [:]))
        #expect(scene.actions.contains(.disarm(.silence(decisionID: "D1"))))
        #expect(try scene.refusals(Scene.decision("D1", 3, to: .section47)) == [.nothingToTakeBack(child: 0)])
    }

    @Test(
        "R11: an urgent change takes effect, asks every consultee, and awaits a discussion as R8 says (trials C2, C20)")
    func urgent() throws {
        var scene = try Scene()
        try scene.take(Scene.decision(urgent: true))
        #expect(scene.level == .section17 && scene.asked == ["police", "health"])
        #expect(scene.actions.contains(.overridden(decisionID: "D1", version: 1, children: [Scene.older])))
        #expect(scene.actions.contains(.arm(.silence(decisionID: "D1"))))
        try scene.discuss("SD2", at: 30, enquiry: false, ["csc"], exception: true)
        #expect(scene.part()?.awaitsDiscussion == true)
        try scene.take(.silence(decisionID: "D1"))
        #expect(
            scene.actions.contains(.discussionRequired(decisionID: "D1", version: 1, children: [Scene.older], times: 1))
        )
        try scene.discuss("SD3", at: 31, enquiry: false)
        #expect(scene.part()?.awaitsDiscussion == false)
        #expect(scene.told(.inEffect) == ["csc", "police", "health", "school"])
        #expect(scene.actions.contains(.disarm(.silence(decisionID: "D1"))))
    }

    @Test("R11: a further version does not end the wait for an urgent one's discussion; going back up does")
    func urgentReplaced() throws {
        var scene = try Scene()
        try scene.take(Scene.decision(urgent: true))
        var undone = scene
        try scene.take(Scene.decision("D1", 2, from: .section17, to: .earlyHelp, at: 24))
        #expect(scene.register.changes[0].parts.contains { $0.awaitsDiscussion })
        try undone.take(Scene.decision("D1", 2, from: .section17, to: .section47, at: 24))
        #expect(undone.told(.withdrawn(.undone)) == ["csc", "police", "health", "school"])
    }

    @Test(
        "R12: a level that is raised is told to every party, by a decision or a discussion", arguments: [true, false])
    func raised(_ byDecision: Bool) throws {
        var scene = try Scene(enquiry: false)
        try scene.take(.joined(Scene.older, agency("police")))
        if byDecision {
            try scene.take(Scene.decision(from: .section17, to: .section47))
            #expect(scene.told(.inEffect) == ["health", "school", "police"])
        } else {
            try scene.discuss("SD1", at: 10, enquiry: true)
            guard case .raised("SD1", _, let parties)? = scene.actions.first else { return #expect(Bool(false)) }
            #expect(Set(parties.keys.map(\.text)) == ["csc", "health", "school", "police"])
        }
        #expect(scene.level == .section47)
    }

    @Test("R13: a decision from another level is refused with the recorded one; so is a child without its rationale")
    func stale() throws {
        var scene = try Scene()
        #expect(
            try scene.refusals(Scene.decision(from: .section17, to: .closed))
                == [.staleDecision(child: 0, recorded: .section47)])
        guard case .decision(var decision) = try Scene.decision() else { return }
        decision.children = [.init(Scene.older, from: .section47, to: .section17, hasRationale: false)]
        #expect(scene.refusals(.decision(decision)) == [.rationaleMissing(child: 0)])
    }

    @Test(
        "R17: what ends a change ends its challenges, and a new version carries them on; what was agreed on ends them (trial C13)"
    )
    func challengesEnd() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(Scene.view("police", .object))
        try scene.take(Scene.decision("D1", 2))
        #expect(scene.endings == ["police": .carried(toVersion: 2)])
        for name in ["health", "police"] where name == "health" { try scene.take(Scene.view(name, on: "D1", 2)) }
        #expect(scene.level == .section47)
        #expect(
            try scene.refusals(.challengeEnded(decisionID: "D1", version: 1, agency: agency("police"), .lifted))
                == [.versionReplaced(by: 2)], "an ending of version 1 settles nothing of version 2")
        var compromise = scene
        try compromise.take(.challengeEnded(decisionID: "D1", version: 2, agency: agency("police"), .compromise))
        #expect(compromise.level == .section47 && compromise.register.changes[0].isClockArmed)
        try compromise.take(Scene.decision("D1", 3))
        #expect(compromise.endings == ["police": .replaced(byVersion: 3)])
        try scene.take(.challengeEnded(decisionID: "D1", version: 2, agency: agency("police"), .changed))
        #expect(try scene.part()?.state == .withdrawn(.challenge(by: agency("police"))))
    }

    @Test("R17: a challenge that ends as changed withdraws nothing that is in effect")
    func changedInEffect() throws {
        var scene = try Scene()
        try scene.take(Scene.decision(urgent: true))
        try scene.take(Scene.view("police", .object))
        try scene.take(.challengeEnded(decisionID: "D1", version: 1, agency: agency("police"), .changed))
        #expect(scene.level == .section17 && scene.part()?.state == .inEffect)
    }

    @Test(
        "R20: a held change asks the silent again each day, a stage higher, and calls for a discussion; objected ones too"
    )
    func silence() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        #expect(scene.actions.contains(.arm(.silence(decisionID: "D1"))))
        try scene.take(Scene.view("police", .object))
        for day in 1...3 {
            try scene.take(.silence(decisionID: "D1"))
            let health = try Set([agency("health")])
            #expect(scene.actions.contains(.silent(health, decisionID: "D1", version: 1, stage: 1 + day)))
            #expect(
                scene.actions.contains(
                    .discussionRequired(decisionID: "D1", version: 1, children: [Scene.older], times: day)))
            #expect(scene.actions.contains(.arm(.silence(decisionID: "D1"))))
        }
        try scene.take(Scene.view("health"))
        try scene.take(.silence(decisionID: "D1"))
        #expect(!scene.actions.contains { if case .silent = $0 { true } else { false } })
        try scene.take(Scene.view("police"))
        #expect(scene.refusals(.silence(decisionID: "D1")) == [.nothingAwaited])
    }

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
