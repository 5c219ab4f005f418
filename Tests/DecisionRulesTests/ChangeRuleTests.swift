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

    @Test("R9, R10: a part that was withdrawn or overtaken goes nowhere any more: the process stops before it does")
    func comesBack() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let person = try #require(PersonID(String(repeating: "1", count: 32)))
            var part = ChangePart(person: person, from: .section47, to: .section17, version: 1, isUrgent: false)
            part.go(to: .overtaken)
            part.go(to: .inEffect)
        }
        let words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(words.contains("overtaken came back"))
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
        #expect(scene.endings.isEmpty, "it goes on until the change is undone (R16)")
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

    @Test(
        "R11: until an urgent change is settled, what lowers the child further waits for it, and for all whom it had to ask",
        arguments: ["D1", "D2"] as [OwnName])
    func furtherDown(_ name: OwnName) throws {
        var scene = try Scene()
        try scene.take(Scene.decision(urgent: true))
        #expect(scene.level == .section17)
        let version = name == "D1" ? 2 : 1
        try scene.take(Scene.decision(name, version, from: .section17, to: .closed, at: 24))
        #expect(scene.level == .section17)
        #expect(scene.asked == ["police", "health", "school"])
        #expect(scene.told(.held).isSuperset(of: ["police", "health", "school"]))
        for agency in ["police", "health", "school"] { try scene.take(Scene.view(agency, on: name, version)) }
        #expect(scene.level == .section17, "its discussion is still to come")
        try scene.discuss("SD2", at: 30, enquiry: false, about: ["D1"])
        #expect(scene.level == .closed)
        // The other way: the enquiry goes on.
        var upheld = try Scene()
        try upheld.take(Scene.decision(urgent: true))
        try upheld.take(Scene.decision(name, version, from: .section17, to: .closed, at: 24))
        try upheld.discuss("SD2", at: 30, enquiry: true, about: ["D1"])
        #expect(upheld.level == .section47)
        #expect(upheld.told(.overtaken).isSuperset(of: ["police", "health", "school"]))
    }

    @Test(
        "R11, R7: an objection to an urgent change holds what would lower the child further, urgent or not it is heard of"
    )
    func objectionFurtherDown() throws {
        var scene = try Scene()
        try scene.take(Scene.decision(urgent: true))
        try scene.take(Scene.view("police", .object))
        try scene.take(Scene.decision("D1", 2, from: .section17, to: .closed, at: 24))
        #expect(scene.asked.isSuperset(of: ["health", "police"]))
        try scene.take(.challengeEnded(decisionID: "D1", version: 2, agency: agency("police"), .lifted))
        #expect(scene.level == .section17)
        var urgent = try Scene()
        try urgent.take(Scene.decision(urgent: true))
        try urgent.take(Scene.decision("D2", from: .section17, to: .closed, at: 24, urgent: true))
        #expect(urgent.told(.inEffect) == ["police", "health", "school"])
        #expect(urgent.asked == ["police", "health", "school"])
    }

    @Test("R9: an urgent change that another has gone on from is overtaken when it is discussed, and not confirmed")
    func goneOnFrom() throws {
        var scene = try Scene()
        try scene.take(Scene.decision(urgent: true))
        try scene.take(Scene.decision("D2", from: .section17, to: .closed, at: 24, urgent: true))
        #expect(scene.level == .closed)
        try scene.discuss("SD2", at: 30, enquiry: false, ["csc", "police", "health", "school"], about: ["D1"])
        #expect(scene.part()?.state == .overtaken)
        #expect(scene.told(.overtaken).isSuperset(of: ["police", "health", "school"]))
        #expect(scene.part("D2")?.awaitsDiscussion == true)
    }

    @Test("R17: what is said against a version in effect stands when the next one is taken back")
    func takenBackUnderChallenge() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        for name in ["police", "health"] { try scene.take(Scene.view(name)) }
        #expect(scene.level == .section17)
        try scene.take(
            .challenged(decisionID: "D1", version: 1, agency: agency("school"), children: [Scene.older]))
        try scene.take(Scene.decision("D1", 2, from: .section17, to: .earlyHelp, at: 24))
        #expect(scene.endings == ["school": .carried(toVersion: 2)])
        try scene.take(Scene.decision("D1", 3, from: .section17, to: .section17, at: 25))
        #expect(scene.endings == ["school": .carried(toVersion: 3)] && scene.level == .section17)
        #expect(scene.register.changes[0].objections.map(\.agency.text) == ["school"])
        // It ends by its raiser, and can be said again.
        try scene.take(.challengeEnded(decisionID: "D1", version: 3, agency: agency("school"), .lifted))
        try scene.take(
            .challenged(decisionID: "D1", version: 3, agency: agency("school"), children: [Scene.older]))
        // The next version that takes effect takes the place of the one that was.
        try scene.take(Scene.decision("D1", 4, from: .section17, to: .childProtectionPlan, at: 26))
        #expect(scene.register.changes[0].parts.map(\.version) == [4])
    }

    @Test("R6: a child that the next version leaves out while its urgent change waits can still be spoken of")
    func leftOutUnsettled() throws {
        var scene = try Scene()
        try scene.discuss("SD2", at: 11, enquiry: true, children: [Scene.younger])
        let both = [Scene.older, Scene.younger]
        try scene.take(Scene.decision(urgent: true, children: both))
        try scene.take(Scene.view("police", children: [Scene.younger]))
        try scene.take(Scene.decision("D1", 2, from: .section17, to: .earlyHelp, at: 24))
        #expect(
            try scene.refusals(Scene.view("health", children: [Scene.older])) == [.versionReplaced(by: 2)])
        try scene.take(Scene.view("health", children: [Scene.younger]))
        let (change, part) = (scene.register.changes[0], try #require(scene.part(of: Scene.younger)))
        #expect(scene.register.silent(on: part, in: change, under: scene.terms) == [])
        try scene.take(Scene.view("health", .object, children: [Scene.younger]))
        #expect(scene.challenges == ["health"])
    }

    @Test("R7: who has lifted an objection can raise it again by the same words")
    func objectedAgain() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(Scene.view("police", .object))
        #expect(try scene.refusals(Scene.view("police", .object)) == [.onRecord])
        try scene.take(.challengeEnded(decisionID: "D1", version: 1, agency: agency("police"), .lifted))
        try scene.take(Scene.view("police", .object))
        try scene.take(Scene.view("health"))
        #expect(scene.level == .section47)
    }

    @Test("R2: an enquiry that was begun without a quorum is left with a say of everybody who is party")
    func withoutQuorum() throws {
        var scene = try Scene(enquiry: false)
        try scene.discuss("SD1", at: 10, enquiry: true, ["csc", "housing"], exception: true)
        try scene.take(Scene.decision())
        #expect(scene.asked == ["housing", "health", "school"])
        var quorate = try Scene()
        try quorate.discuss("SD2", at: 11, enquiry: true, ["csc", "housing"], exception: true)
        try quorate.take(Scene.decision())
        #expect(quorate.asked == ["police", "health", "housing"])
    }

    @Test("R2: where nobody but the decider is party, whoever was at the table before is asked")
    func partyBefore() throws {
        var scene = try Scene()
        for child in [Scene.older, Scene.younger] { try scene.take(.left(child, agency("school"))) }
        try scene.take(Scene.decision(to: .childProtectionPlan))
        for name in ["police", "health"] { try scene.take(Scene.view(name)) }
        #expect(scene.level == .childProtectionPlan)
        scene.register.children[Scene.older]?.referrers = []
        try scene.take(Scene.decision("D2", from: .childProtectionPlan, to: .closed, at: 24))
        #expect(scene.level == .childProtectionPlan && scene.asked == ["police", "health"])
    }
}
