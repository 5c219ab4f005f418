import Safeguarding
import Testing

@testable import DecisionRules

/// Who must have a say, whose say counts, and what an objection does: R1, R2, R4, R5, R6, R7.
struct ConsultationRuleTests {
    @Test(
        "R1: attendees since the level began, referrer and involved are told at once that it is held, and nobody else")
    func parties() throws {
        var scene = try Scene()
        try scene.take(.joined(Scene.older, agency("housing")))
        try scene.take(.left(Scene.older, agency("housing")))
        try scene.take(Scene.decision())
        #expect(scene.told(.held) == ["csc", "police", "health", "school"])
        #expect(
            try scene.register.parties(of: Scene.older, under: scene.terms)[agency("health")] == [.attendee, .referrer])
        #expect(scene.register.parties(of: Scene.younger, under: scene.terms).keys.map(\.text) == ["school"])
    }

    @Test(
        "R1: attendees of the level before are no party to the next, unless they are otherwise; the old change they heard of"
    )
    func nextLevel() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        for name in ["police", "health"] { try scene.take(Scene.view(name)) }
        #expect(scene.told(.inEffect) == ["csc", "police", "health", "school"])
        #expect(scene.level == .section17)
        try scene.take(Scene.decision("D2", from: .section17, to: .earlyHelp, at: 24))
        #expect(scene.told(.held) == ["health", "school"])
        #expect(scene.asked == ["school"])
    }

    @Test("R2: all discussions since the enquiry began count, not the latest alone (trial C4)")
    func allDiscussions() throws {
        var scene = try Scene()
        try scene.discuss("SD2", at: 15, enquiry: true, ["csc"], exception: true)
        try scene.take(Scene.decision())
        #expect(scene.asked == ["police", "health"])
        #expect(scene.level == .section47)
    }

    @Test("R2: a discussion of an enquiry that has ended long since counts no more")
    func earlierEnquiry() throws {
        var scene = try Scene()
        try scene.take(Scene.decision("D0", urgent: true))
        try scene.discuss("SD0", at: 21, enquiry: false, about: ["D0"])
        try scene.discuss("SD2", at: 22, enquiry: true, ["csc", "mash"], exception: true)
        #expect(scene.level == .section47)
        try scene.take(Scene.decision("D1", at: 23))
        #expect(scene.asked == ["mash", "health", "school"], "and every party, since this one had no quorum")
    }

    @Test("R2: a decision dated before the discussion asks its attendees all the same (trial C5)")
    func datedBefore() throws {
        var scene = try Scene()
        try scene.take(Scene.decision(at: 9))
        #expect(scene.asked == ["police", "health"])
        for name in ["police", "health"] { try scene.take(Scene.view(name)) }
        #expect(scene.level == .section17)
        #expect(scene.register.children[Scene.older]?.levelSince == Scene.at(10), "no earlier than the level before")
    }

    @Test("R2: naming a discussion takes nobody away, and adds its attendees for the children that it was about alone")
    func named() throws {
        var scene = try Scene()
        try scene.discuss("SD2", at: 5, enquiry: false, ["csc", "police", "health", "housing"])
        try scene.discuss(
            "SD3", at: 6, enquiry: false, ["csc", "police", "health", "nursery"], children: [Scene.younger])
        try scene.take(Scene.decision(discussion: "SD2"))
        #expect(scene.asked == ["police", "health", "housing"])
        var sibling = scene
        try sibling.take(Scene.decision("D2", discussion: "SD3"))
        #expect(sibling.asked == ["police", "health"])
    }

    @Test("R2: each child has consultees of its own, whatever else the decision holds (trial C8)")
    func mixed() throws {
        var scene = try Scene()
        try scene.take(.joined(Scene.younger, agency("nursery")))
        guard case .decision(var decision) = try Scene.decision() else { return }
        decision.children.append(.init(Scene.younger, from: .section17, to: .earlyHelp))
        try scene.take(.decision(decision))
        #expect(scene.asked == ["police", "health", "school", "nursery"])
        let nursery = try RegisterAction.ask(
            agency: agency("nursery"), decisionID: "D1", version: 1, children: [Scene.younger])
        #expect(scene.actions.contains(nursery))
        #expect(scene.told(.held, of: Scene.younger) == ["school", "nursery"])
        for name in ["school", "nursery"] { try scene.take(Scene.view(name)) }
        #expect(scene.part(of: Scene.younger)?.state == .inEffect)
        #expect(scene.part()?.isHeld == true, "a state of its own for each child")
    }

    @Test("R2: one raised child does not let the lowered one go")
    func notEveryChildLowered() throws {
        var scene = try Scene()
        guard case .decision(var decision) = try Scene.decision() else { return }
        decision.children.append(.init(Scene.younger, from: .earlyHelp, to: .section17))
        try scene.take(.decision(decision))
        #expect(scene.part(of: Scene.younger)?.state == .inEffect)
        #expect(scene.part()?.isHeld == true && scene.level == .section47)
    }

    @Test("R2: with nobody on record every party is asked; an enquiry without any discussion or party waits")
    func nobodyOnRecord() throws {
        var scene = try Scene(enquiry: false)
        try scene.take(Scene.decision())
        #expect(scene.asked == ["health", "school"])
        guard case .decision(var decision) = try Scene.decision("D2") else { return }
        decision.children = [.init(PersonID(digest: [3]), from: .section47, to: .section17)]
        try scene.take(.decision(decision))
        #expect(scene.part("D2", of: PersonID(digest: [3]))?.isHeld == true)
    }

    @Test(
        "R2: who becomes involved while it is held is asked too; who has left holds it up no longer, and hears the end")
    func joinsAndLeaves() throws {
        var scene = try Scene(enquiry: false)
        try scene.take(Scene.decision(from: .section17, to: .earlyHelp))
        #expect(scene.asked == ["school"])
        try scene.take(.joined(Scene.older, agency("housing")))
        #expect(scene.asked == ["housing"] && scene.told(.held) == ["housing"])
        try scene.take(Scene.view("housing"))
        #expect(scene.level == .section17)
        try scene.take(.left(Scene.older, agency("school")))
        #expect(scene.level == .earlyHelp)
        #expect(scene.told(.inEffect) == ["health", "school", "housing"])
    }

    @Test(
        "R4: held until the last consultee has a say; support and abstention count alike",
        arguments: ConsultationView.allCases)
    func lastConsultee(_ position: ConsultationView) throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(Scene.view("police"))
        #expect(scene.level == .section47)
        try scene.take(Scene.view("health", position))
        #expect(scene.level == (position == .object ? .section47 : .section17))
    }

    @Test("R4: an urgent change needs its reason and a manager whom the agency has attested", arguments: [true, false])
    func urgent(_ isAttested: Bool) throws {
        var scene = try Scene()
        guard case .decision(var decision) = try Scene.decision(urgent: true) else { return }
        decision.urgency = .init(hasReason: !isAttested, isAttested: isAttested)
        #expect(scene.refusals(.decision(decision)) == [isAttested ? .urgentWithoutReason : .authoriserNotAttested])
    }

    @Test("R4: a change that names a discussion which nobody has recorded is held, whoever supports it, until it is")
    func namedUnrecorded() throws {
        var scene = try Scene()
        try scene.take(Scene.decision(discussion: "SD9"))
        try scene.take(.challenged(decisionID: "D1", version: 1, agency: agency("school"), children: [Scene.older]))
        for name in ["police", "health"] { try scene.take(Scene.view(name)) }
        try scene.take(.challengeEnded(decisionID: "D1", version: 1, agency: agency("school"), .lifted))
        #expect(scene.level == .section47)
        try scene.discuss("SD9", at: 15, enquiry: false)
        #expect(scene.level == .section17)
    }

    @Test(
        "R6: a view before the decision counts for the version and the levels that were put to the agency, else it goes back"
    )
    func early() throws {
        let put: Set = [ViewGiven.Put(Scene.older, from: .section47, to: .section17)]
        var scene = try Scene()
        try scene.take(Scene.view("police", put: put))
        #expect(scene.actions == [], "nothing is said of it")
        try scene.take(Scene.view("health", put: put))
        var other = scene
        try scene.take(Scene.decision())
        #expect(scene.level == .section17 && scene.asked == [])
        try other.take(Scene.decision(to: .closed))
        #expect(other.level == .section47 && other.asked == ["police", "health"])
        #expect(other.actions.count { if case .handBack = $0 { true } else { false } } == 2)
    }

    @Test("R6: a view before the decision that does not say what was put to the agency goes back")
    func earlyWithoutLevels() throws {
        var scene = try Scene()
        try scene.take(Scene.view("police"))
        try scene.take(Scene.decision())
        guard case .handBack(let view, let refusals)? = scene.actions.first else { return #expect(Bool(false)) }
        #expect(view.agency.text == "police" && refusals.all == [.notMadeYet])
        #expect(scene.level == .section47 && scene.asked == ["police", "health"])
    }

    @Test("R6: of each agency's views that wait the latest 20 are kept, and none is joined once it is over")
    func waiting() throws {
        let put: Set = [ViewGiven.Put(Scene.older, from: .section47, to: .section17)]
        var scene = try Scene()
        try scene.take(Scene.view("health", put: put))
        for number in 0..<25 { try scene.take(Scene.view("agency-\(number)", by: "police", put: put)) }
        #expect(scene.register.waiting.count == 21, "nobody's push out another's")
        guard case .view(var view) = try Scene.view("police", put: put) else { return }
        view.origin = .init(eventID: "e", factID: "f", until: scene.now.adding(seconds: 900))
        try scene.take(.view(view))
        try scene.take(Scene.decision())
        #expect(scene.asked == ["police"], "the view of health counts, and the one of police is over")
    }

    @Test("R6: a view of a decision that is on record counts at once, however little of its time is left")
    func knownAtOnce() throws {
        for position in [ConsultationView.support, .object] {
            var scene = try Scene()
            try scene.take(Scene.decision())
            guard case .view(var view) = try Scene.view("police", position) else { return }
            view.origin = .init(eventID: "e", factID: "f", until: scene.now.adding(seconds: 1))
            try scene.take(.view(view))
            #expect(scene.actions.contains(.counted(view)) && !view.isHandedBack(at: scene.now))
            #expect(view.isHandedBack(at: scene.now.adding(seconds: 1)))
        }
    }

    @Test("N4: of a decision that an agency is no party to nothing is said, until it is party")
    func stranger() throws {
        var scene = try Scene(enquiry: false)
        try scene.take(Scene.decision(from: .section17, to: .earlyHelp))
        try scene.take(Scene.view("housing"))
        #expect(scene.actions == [])
        try scene.take(Scene.view("housing", by: "csc"))
        #expect(scene.actions == [], "nor is housing asked to confirm a view on what it does not know")
        try scene.take(Scene.view("school", by: "nursery"))
        #expect(scene.actions == [])
        try scene.take(.joined(Scene.older, agency("housing")))
        #expect(scene.actions.contains { if case .counted = $0 { true } else { false } })
        #expect(scene.asked == [], "it has had its say")
    }

    @Test("N1: one step tells each agency of all the children that it is party to")
    func oneStep() throws {
        var scene = try Scene(enquiry: false)
        try scene.take(.joined(Scene.younger, agency("nursery")))
        try scene.take(Scene.decision(from: .section17, to: .earlyHelp, children: [Scene.older, Scene.younger]))
        let steps = scene.actions.compactMap { if case .tell(let step) = $0 { step } else { nil } }
        #expect(steps.count == 1)
        #expect(try steps.first?.parties[agency("school")]?.children == [Scene.older, Scene.younger])
        #expect(try steps.first?.parties[agency("nursery")]?.children == [Scene.younger])
    }

    @Test(
        "R6: a new version asks again, says that earlier views do not count, and views on the old one are refused (trial C12)"
    )
    func newVersion() throws {
        var scene = try Scene()
        try scene.take(Scene.decision())
        try scene.take(Scene.view("police"))
        try scene.take(Scene.decision("D1", 2, to: .closed))
        #expect(scene.asked == ["police", "health"])
        #expect(
            try scene.actions.contains(.viewNoLongerCounts(agency: agency("police"), decisionID: "D1", version: 1)))
        #expect(try scene.refusals(Scene.view("health")) == [.versionReplaced(by: 2)])
        try scene.take(Scene.view("health", on: "D1", 2))
        #expect(scene.level == .section47)
    }

    @Test("R2, R5: who was at the review is to be consulted as well, involved or not")
    func reviewers() throws {
        var scene = try Scene(enquiry: false)
        try scene.take(Scene.decision(from: .section17, to: .earlyHelp, review: ["police": .support]))
        #expect(scene.asked == ["school", "police"])
        try scene.take(Scene.view("school"))
        #expect(scene.level == .section17)
        try scene.take(.confirmedView(decisionID: "D1", version: 1, agency: agency("police")))
        #expect(scene.level == .earlyHelp)
    }
}
