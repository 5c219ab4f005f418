import Contracts
import Messaging
import Policy
import Safeguarding
import ServiceRuntime
import Testing

@testable import EscalationTracker

/// How challenges end, as the tracker carries it out: R15, R16; and what is late: R14.
struct ClosingWayTests {
    private static func challenged(urgent: Bool = false) throws -> VirtualPartnership {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide(urgent: urgent)
        try scene.answer(.thresholdChanged, as: "police")
        return scene
    }

    @Test("R15: whoever decided ignores five stages, and cannot close what it decided then either (trial C10)")
    func decider() throws {
        var scene = try Self.challenged()
        try scene.consult("health-visiting")
        try scene.consult("police")
        for outcome in EscalationOutcome.allCases {
            #expect(try scene.close(outcome, as: "csc").map(\.path) == ["/data/escalationId"])
        }
        try scene.climb()
        #expect(scene.escalation?.stage == scene.policy.ladder.top)
        for outcome in EscalationOutcome.allCases {
            let refusal = try #require(try scene.close(outcome, as: "csc").first)
            #expect(refusal.code.rawValue == "not-allowed" && refusal.message.contains("business-unit"))
        }
        #expect(scene.notices(.changeConfirmed, to: "csc").isEmpty)
        #expect(try scene.close(.upheld, as: "business-unit") == [])
        #expect(scene.lastTold(.changeConfirmed) == ["csc", "police", "health-visiting", "school-hill"])
    }

    @Test("R15: the arbiter is told with its task and its deadline, and closes nothing before the last stage")
    func arbiter() throws {
        var scene = try Self.challenged()
        #expect(try scene.close(.upheld, as: "business-unit").map(\.code.rawValue) == ["not-allowed"])
        try scene.climb()
        let told = try #require(scene.notices(.escalationAdvanced, to: "business-unit").last)
        #expect(told.task == .arbitrate && told.body.respondBy == scene.escalation?.due)
        #expect(told.body.reason?.isEmpty == false, "it says why it has come there")
        #expect(scene.clocks.keys.contains { $0.kind == "escalation-stage" })
        #expect(try scene.close(.withdrawn, as: "business-unit").map(\.path) == ["/data/outcome"])
        #expect(try scene.close(.compromise, as: "business-unit") == [])
        let closed = try #require(scene.notices(.escalationClosed, to: "police").last)
        #expect(closed.body.decidedBy?.agency.text == "business-unit" && closed.body.outcome == .compromise)
    }

    @Test("R15: an arbiter is neither side nor party: where the business unit was at the discussion, the hub closes")
    func party() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.discuss("SD2", attending: ["csc", "police", "health-visiting", "business-unit"])
        try scene.decide()
        try scene.answer(.thresholdChanged, as: "police")
        try scene.climb()
        #expect(scene.escalation?.arbiter.text == "mash")
        #expect(try scene.close(.upheld, as: "business-unit").map(\.code.rawValue) == ["unknown-subject"])
        #expect(try scene.close(.upheld, as: "mash") == [])
    }

    @Test(
        "R15: where everybody who could is party, nobody closes it: who is called hears why, and the next policy mends it"
    )
    func nobodyAbove() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        for agency in ["business-unit", "mash"] { try scene.involve(agency) }
        try scene.decide()
        try scene.answer(.thresholdChanged, as: "police")
        try scene.climb()
        var found = MissingArbiters()
        found.add(scene.state, under: LadderRules(policy: scene.policy))
        #expect(
            found.challenges == 1 && found.status.word == "attention" && found.status.reason.contains("1 challenge"))
        let arbiter = try #require(scene.escalation?.arbiter.text)
        let refusal = try #require(try scene.close(.upheld, as: arbiter).first)
        #expect(refusal.code.rawValue == "not-allowed" && refusal.message.contains("party"))
        #expect(scene.level == .section47 && scene.escalation?.isOpen == true)
        try scene.wait(until: #require(scene.escalation?.due.rfc3339))
        let called = try #require(scene.told.last { $0.task == .arbitrate })
        #expect(called.body.reason?.contains("is party to the matter itself") == true)
        found = MissingArbiters()
        found.add(scene.state, under: LadderRules(policy: try scene.policy.arbitrated(by: "housing")))
        #expect(found.status == .ok)
        scene.restart(under: try scene.policy.arbitrated(by: "housing"))
        #expect(try scene.close(.upheld, as: "housing") == [], "another is looked up at each move")
    }

    @Test("R15: from the last stage on every notice names who closes it, and none before")
    func named() throws {
        var scene = try Self.challenged()
        try scene.climb()
        let told = scene.told.filter { $0.kind == .escalationAdvanced && $0.agency == "police" }
        #expect(told.map { $0.body.arbiter?.text } == [nil, nil, nil, "business-unit", "business-unit"])
        #expect(told.map(\.body.stage) == [2, 3, 4, 5, 5])
        try scene.wait(until: #require(scene.escalation?.due.rfc3339))
        #expect(scene.told.last { $0.task == .arbitrate }?.body.arbiter?.text == "business-unit")
    }

    @Test("R15: changed is not the challenger's alone to say (trial C11); upheld is the arbiter's")
    func conceded() throws {
        var scene = try Self.challenged()
        #expect(try scene.close(.changed, as: "police").map(\.path) == ["/data/outcome"])
        #expect(try scene.close(.upheld, as: "police").map(\.path) == ["/data/outcome"])
        try scene.respond(as: "csc")
        #expect(try scene.close(.changed, as: "police").map(\.path) == ["/data/outcome"], "it has only answered")
        #expect(scene.notices(.changeWithdrawn, to: "csc").isEmpty)
        try scene.respond(as: "police")
        try scene.respond(as: "csc", willChange: true)
        #expect(try scene.close(.changed, as: "police") == [])
        #expect(scene.lastTold(.changeWithdrawn) == ["csc", "police", "health-visiting", "school-hill"])
        #expect(scene.escalation?.outcome == .changed)
    }

    @Test("R16: changed of what is in effect goes on until that is undone, with a deadline; good practice counts then")
    func followed() throws {
        var scene = try Self.challenged(urgent: true)
        try scene.respond(as: "csc", willChange: true)
        #expect(try scene.close(.changed, as: "police") == [])
        #expect(scene.escalation?.isOpen == true && scene.notices(.escalationClosed, to: "police").isEmpty)
        let task = try #require(scene.notices(.escalationAdvanced, to: "csc").last)
        #expect(task.task == .followThrough && task.body.outcome == .changed && task.body.isGoodPractice == nil)
        #expect(task.body.respondBy == scene.policy.due(.workingDays(1), from: scene.now).due)
        #expect(try scene.respond(as: "csc").map(\.code.rawValue) == ["not-your-turn"])
        try scene.decide("D2", from: .section17, to: .section47)
        let closed = try #require(scene.notices(.escalationClosed, to: "police").last)
        #expect(closed.body.outcome == .changed && closed.body.isGoodPractice == true)
        #expect(!scene.clocks.keys.contains { $0.kind == "escalation-stage" })
        #expect(scene.repeated == 0)
    }

    @Test("R16: changed that has no consequence in time goes up like silence, and cannot be closed by a word again")
    func broken() throws {
        var scene = try Self.challenged(urgent: true)
        try scene.respond(as: "csc", willChange: true)
        try scene.close(.changed, as: "police")
        try scene.wait(workingDays: 1)
        let escalation = try #require(scene.escalation)
        #expect(escalation.isOpen && escalation.stage == 2 && escalation.awaits == .decider)
        let told = try #require(scene.notices(.escalationAdvanced, to: "csc").last)
        #expect(
            told.body.reason?.contains("ended with the decision changed") == true && told.task == .respondToEscalation)
        #expect(try scene.close(.changed, as: "police").map(\.path) == ["/data/outcome"])
        try scene.decide("D2", from: .section17, to: .section47)
        #expect(scene.escalation?.outcome == .changed, "late is better than never")
    }

    @Test("R16: an outcome that ends as changed is over when the referral is on record again")
    func referral() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        let item = ScreeningItemID(
            household: VirtualPartnership.household, referrer: try VirtualPartnership.code("health-visiting"),
            referralID: "R1")
        try scene.publish(scene.outcome(.noFurtherAction, of: item, reason: "Advice was given."))
        try scene.answer(.outcomeOfReferral, as: "health-visiting")
        try scene.respond(as: "mash", willChange: true)
        #expect(try scene.close(.changed, as: "health-visiting") == [])
        #expect(scene.escalation?.isOpen == true)
        try scene.publish(
            .referral(
                ReferralFact(
                    referralID: "R2", referrerRole: "health visitor", sourceOfReferral: .healthVisitor,
                    primaryNeed: nil, concernKinds: ["medical"], isImmediateRisk: false)), as: "health-visiting")
        #expect(scene.escalation?.outcome == .changed)
    }

    @Test("R14: a challenge after its window is taken up and marked; one that was said in it and typed in late is not")
    func late() throws {
        for isTypedLate in [false, true] {
            var scene = try VirtualPartnership()
            try scene.prologue()
            try scene.decide()
            for agency in ["police", "health-visiting"] { try scene.consult(agency) }
            let end = try #require(scene.notices(.changeConfirmed, to: "school-hill").last?.body.respondBy)
            try scene.wait(until: end.adding(seconds: 60).rfc3339)
            let said = isTypedLate ? end : scene.now
            let id = try scene.answer(.changeConfirmed, as: "school-hill", at: said)
            #expect(scene.rulings[id] == [])
            let raised = try #require(scene.notices(.challengeRaised, to: "csc").last)
            #expect(raised.body.isLate == (isTypedLate ? nil : true))
            #expect(scene.escalation?.isLate == !isTypedLate && scene.rows.last?.move.isOnTime == isTypedLate)
            let notice = try #require(scene.notices(.changeConfirmed, to: "school-hill").last)
            #expect(scene.taken[notice.id]?.answeredAt == said)
        }
    }
}
