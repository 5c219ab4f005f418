import Safeguarding
import Testing

@testable import DecisionRules

/// Who closes a challenge how, what follows from it, and what whoever joins is told: R15, R16, R19; and R17 beside them.
struct ClosingRuleTests {
    private static func refusal(
        _ outcome: EscalationOutcome, _ closer: ChallengeCloser, last: Bool = true, conceded: Bool = false
    ) throws -> ClosingRefusal? {
        try Scene().terms.refusal(of: outcome, by: closer, .init(isLastStage: last, isConceded: conceded))
    }

    @Test(
        "R15: the side that decided closes nothing, at no stage and whatever it has said",
        arguments: EscalationOutcome.allCases, [true, false])
    func decider(_ outcome: EscalationOutcome, _ isLast: Bool) throws {
        #expect(try Self.refusal(outcome, .decider, last: isLast) == .byDecider)
        #expect(try Self.refusal(outcome, .decider, last: isLast, conceded: true) == .byDecider)
    }

    @Test("R15: the side that challenged withdraws, agrees, or is satisfied by what the decider has said it changes")
    func challenger() throws {
        for isLast in [true, false] {
            #expect(try Self.refusal(.withdrawn, .challenger, last: isLast) == nil)
            #expect(try Self.refusal(.compromise, .challenger, last: isLast) == nil)
            #expect(try Self.refusal(.upheld, .challenger, last: isLast) == .upheldByChallenger)
            #expect(try Self.refusal(.changed, .challenger, last: isLast) == .notConceded)
            #expect(try Self.refusal(.changed, .challenger, last: isLast, conceded: true) == nil)
        }
    }

    @Test("R15: the arbiter closes at the last stage alone, and takes nobody's challenge back")
    func arbiter() throws {
        for outcome in EscalationOutcome.allCases {
            #expect(try Self.refusal(outcome, .arbiter, last: false) == .beforeLastStage)
        }
        for outcome in [EscalationOutcome.upheld, .changed, .compromise] {
            #expect(try Self.refusal(outcome, .arbiter) == nil)
        }
        #expect(try Self.refusal(.withdrawn, .arbiter) == .withdrawnByArbiter)
    }

    @Test("R15: a closing by the side that decided lets nothing take effect; the arbiter's does (trial C10)")
    func takesEffect() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(Scene.view("police", .object))
        try scene.take(Scene.view("health"))
        let police = try agency("police")
        #expect(
            scene.refusals(.challengeEnded(decisionID: "D1", version: 1, agency: police, .lifted, by: .decider))
                == [.mayNotClose])
        #expect(scene.level == .section47)
        try scene.take(.challengeEnded(decisionID: "D1", version: 1, agency: police, .lifted, by: .arbiter))
        #expect(scene.level == .section17)
    }

    /// An urgent change is in effect, police have challenged it, and that has ended as changed.
    private static func conceded() throws -> Scene {
        var scene = try Scene()
        try scene.take(Scene.decision(urgent: true))
        try scene.take(Scene.view("police", .object))
        #expect(try scene.register.toBeUndone(of: "D1", for: agency("police")) == [Scene.older])
        try scene.take(.challengeEnded(decisionID: "D1", version: 1, agency: agency("police"), .changed))
        return scene
    }

    @Test("R16: changed of what is in effect ends once the child's level is up again, by a decision or a discussion")
    func undone() throws {
        var decided = try Self.conceded()
        #expect(
            try decided.refusals(.challengeEnded(decisionID: "D1", version: 1, agency: agency("police"), .changed))
                == [.onRecord])
        try decided.take(Scene.decision("D2", from: .section17, to: .section47, at: 24))
        #expect(decided.endings == ["police": .followed])
        var discussed = try Self.conceded()
        try discussed.discuss("SD2", at: 30, enquiry: true)
        #expect(discussed.endings == ["police": .followed])
    }

    @Test("R16: a version that lowers the child's threshold once more is not what was agreed on")
    func notUndone() throws {
        var scene = try Self.conceded()
        try scene.take(Scene.decision("D1", 2, from: .section17, to: .earlyHelp, at: 24))
        #expect(scene.endings == ["police": .carried(toVersion: 2)])
        try scene.take(Scene.view("school", on: "D1", 2))
        #expect(scene.level == .section17, "police still object")
        #expect(scene.register.changes[0].objections.map(\.promise) == [nil])
    }

    @Test("R16: changed of what is held withdraws it, and nothing more is to come")
    func held() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(Scene.view("police", .object))
        #expect(try scene.register.toBeUndone(of: "D1", for: agency("police")).isEmpty)
        try scene.take(.challengeEnded(decisionID: "D1", version: 1, agency: agency("police"), .changed))
        #expect(scene.endings == ["police": .lifted])
        #expect(try scene.part()?.state == .withdrawn(.challenge(by: agency("police"))))
    }

    @Test("R19: whoever joins is told where the child stands, once, and of nothing that was told before (trial C18)")
    func status() throws {
        var scene = try Scene()
        try scene.take(Scene.decision(urgent: true))
        try scene.take(.joined(Scene.older, agency("housing")))
        #expect(try scene.actions.contains(.status(agency: agency("housing"), children: [Scene.older])))
        try scene.take(.joined(Scene.younger, agency("housing")))
        #expect(!scene.actions.contains { if case .status = $0 { true } else { false } }, "no level is on record")
        var after = try Scene()
        try after.take(Scene.decision())
        for name in ["police", "health"] { try after.take(Scene.view(name)) }
        try after.take(.joined(Scene.older, agency("housing")))
        #expect(try after.actions == [.status(agency: agency("housing"), children: [Scene.older])])
    }

    @Test("R19, N1: an agency that joins two children is told of both together, and of what is held in one notice")
    func together() throws {
        var scene = try Scene()
        try scene.discuss("SD2", at: 12, enquiry: true, children: [Scene.younger])
        try scene.take(Scene.decision(children: [Scene.older, Scene.younger]))
        let housing = try agency("housing")
        let facts = [Scene.older, Scene.younger].map { RegisterFact.joined($0, housing) }
        let actions = scene.register.apply(facts + facts, under: scene.terms, now: scene.now)
        let both: Set = [Scene.older, Scene.younger]
        #expect(actions.contains(.status(agency: housing, children: both)))
        let told = actions.compactMap { if case .tell(let step) = $0 { step.parties[housing]?.children } else { nil } }
        #expect(told == [both])
    }

    @Test("Issue 15.3: the note of a view stays with it while the change is open, and leaves once it is settled")
    func note() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        func view(_ name: String, note: String?) throws -> RegisterFact {
            .view(
                ViewGiven(
                    decisionID: "D1", version: 1, agency: try agency(name), recordedBy: try agency(name),
                    position: .support, at: Scene.at(22), note: note))
        }
        try scene.take(view("police", note: "Two investigations are open."))
        #expect(scene.register.changes[0].views.map(\.note) == ["Two investigations are open."])
        #expect(try scene.refusals(view("police", note: nil)) == [.onRecord])
        try scene.take(view("police", note: "One is closed."))
        #expect(scene.register.changes[0].views.map(\.note) == ["One is closed."])
        try scene.take(view("health", note: nil))
        #expect(scene.register.changes[0].isSettled && scene.register.changes[0].views.allSatisfy { $0.note == nil })
    }
}
