import Safeguarding
import Testing

@testable import DecisionRules

/// What the register keeps, and for how long: nothing that is open leaves it, and nothing grows without end (trial A20).
struct RegisterBookTests {
    /// A child with whom nobody but social care has to do: what is decided about it is settled at once.
    private static let settled = PersonID(digest: [3])

    private static func name(_ number: Int) throws -> OwnName { OwnName("D\(number)", of: try agency("csc")) }

    /// Decisions about that child, up and down.
    private static func settle(_ numbers: ClosedRange<Int>, _ scene: inout Scene) throws {
        for number in numbers {
            let (from, to): (ThresholdLevel, ThresholdLevel) =
                number.isMultiple(of: 2) ? (.section17, .earlyHelp) : (.earlyHelp, .section17)
            try scene.take(Scene.decision(name(number), from: from, to: to, children: [settled]))
        }
    }

    @Test("Twenty settled decisions stay, the latest; what waits and what somebody objects to stays beside them")
    func settledLeave() throws {
        var scene = try Scene()
        try scene.take(Scene.decision(Self.name(1)))
        try scene.take(
            Scene.decision(Self.name(2), from: .universal, to: .earlyHelp, children: [Scene.younger]))
        try scene.take(
            .challenged(decisionID: Self.name(2), version: 1, agency: agency("school"), children: [Scene.younger]))
        try Self.settle(3...22, &scene)
        #expect(scene.register.changes.count == 22)
        try Self.settle(23...25, &scene)
        #expect(try scene.register.changes.map(\.id) == (Array(1...2) + Array(6...25)).map(Self.name))
    }

    @Test("Twenty discussions stay, the latest, and those on which something waits beside them")
    func discussionsLeave() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.discuss("SD2", at: 30, enquiry: false, ["csc"], about: ["D1"], exception: true)
        #expect(scene.part()?.discussions == ["SD2"])
        for number in 1...18 { try scene.discuss("X\(number)", at: 31, enquiry: true, children: [Scene.younger]) }
        #expect(scene.register.discussions.count == 20)
        for number in 19...20 { try scene.discuss("X\(number)", at: 31, enquiry: true, children: [Scene.younger]) }
        #expect(scene.register.discussions.map(\.held.id) == ["SD2"] + (2...20).map { "X\($0)" })
    }

    @Test("A version to come is nobody's to speak of, and of one that was replaced the present one is named")
    func versions() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        let police = try agency("police")
        for (decision, version): (OwnName, Int) in [("D1", 2), ("D2", 1)] {
            let refused = scene.refusals(.confirmedView(decisionID: decision, version: version, agency: police))
            #expect(refused == [.unknownSubject])
        }
        try scene.take(Scene.decision("D1", 2, at: 24))
        let early: [RegisterFact] = [
            .confirmedView(decisionID: "D1", version: 1, agency: police),
            .challenged(decisionID: "D1", version: 1, agency: police, children: [Scene.older]),
        ]
        for fact in early {
            let refused = scene.refusals(fact)
            #expect(refused == [.versionReplaced(by: 2)])
        }
    }

    @Test("Facts of one event are taken together: what is on record changes nothing, and who joins is told once")
    func together() throws {
        var scene = try Scene(enquiry: false)
        let before = scene.register
        let joined: [RegisterFact] = [
            .joined(Scene.older, try agency("school")), .joined(Scene.younger, try agency("school")),
        ]
        let nothing = scene.register.apply(joined, under: scene.terms, now: scene.now)
        #expect(nothing.isEmpty && scene.register == before)
        try scene.discuss("SD1", at: 10, enquiry: true, children: [Scene.older, Scene.younger])
        let gp = try agency("gp")
        let actions = scene.register.apply(
            joined + [.joined(Scene.older, gp), .joined(Scene.younger, gp)], under: scene.terms, now: scene.now)
        #expect(actions == [.status(agency: gp, children: [Scene.older, Scene.younger])])
        #expect(scene.register.children[Scene.older]?.involved.contains(gp) == true)
        let left = scene.register.apply([.left(Scene.older, gp)], under: scene.terms, now: scene.now)
        #expect(left.isEmpty)
        #expect(scene.register.children[Scene.older]?.involved.contains(gp) == false)
    }

    @Test("R1: who leaves a child with whom it does not work is told so")
    func leaves() throws {
        var scene = try Scene()
        #expect(try scene.refusals(.left(Scene.older, agency("police"))) == [.onRecord])
        #expect(try scene.refusals(.joined(Scene.older, agency("school"))) == [.onRecord])
        #expect(try scene.refusals(.referred(Scene.older, by: agency("health"))) == [.onRecord])
    }
}
