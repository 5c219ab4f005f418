import Contracts
import Messaging
import Policy
import Safeguarding
import Testing

@testable import EscalationTracker

/// Challenge and escalation in virtual time: domain.md section 2, rows A3, B5 and B7. Every ladder that ships passes the
/// same suite.
struct EscalationTests {
    static let ladders = ["default", "iro", "lincolnshire", "london", "sefton", "west-yorkshire"]

    func challenged(_ ladder: String? = nil, urgent: Bool = false, escalateTo: Int? = nil) throws
        -> VirtualPartnership
    {
        var scene = try VirtualPartnership(ladder: ladder)
        try scene.prologue()
        try scene.decide()
        try scene.answer(.thresholdChanged, as: "police", urgent: urgent, escalateTo: escalateTo)
        return scene
    }

    /// When the side that decided has to have answered at a stage that began now, by what the ladder's file says.
    private func due(_ stage: Stage, _ scene: VirtualPartnership, isUrgent: Bool = false) -> Instant {
        let own = scene.policy.due(isUrgent ? stage.urgent.decider : stage.standard.decider, from: scene.now).due
        guard let limit = scene.policy.ladder.limits.first(where: { $0.stages.contains(stage.number) }) else {
            return own
        }
        // Each of these ladders has its limit from the first stage on.
        let opened = scene.escalation?.openedAt ?? scene.now
        return min(own, scene.policy.due(isUrgent ? limit.urgent : limit.standard, from: opened).due)
    }

    @Test("Every ladder of the sample policy is in the suite")
    func complete() throws {
        #expect(try VirtualPartnership.sample().ladders.keys.sorted() == EscalationTests.ladders)
    }

    @Test("A3: a challenge begins at stage 1, both sides and every party hear of it", arguments: ladders)
    func raised(_ ladder: String) throws {
        let scene = try challenged(ladder)
        let escalation = try #require(scene.escalation)
        #expect(escalation.stage == 1 && escalation.awaits == .decider && escalation.challenger.text == "police")
        #expect(scene.lastTold(.challengeRaised).isSuperset(of: ["csc", "police", "health-visiting", "school-hill"]))
        let decider = try #require(scene.notices(.challengeRaised, to: "csc").first)
        #expect(decider.task == .respondToEscalation)
        #expect(decider.addressedTo.first == "practitioner")
        #expect(decider.body.respondBy == escalation.due)
        #expect(decider.body.grounds == "The risk has not gone.")
    }

    @Test(
        "B5: silence takes the matter from stage to stage, each when its time is over, and never ends it",
        arguments: ladders)
    func silence(_ name: String) throws {
        var scene = try challenged(name)
        let ladder = scene.policy.ladder
        for stage in ladder.stages {
            let escalation = try #require(scene.escalation)
            #expect(escalation.stage == stage.number)
            #expect(escalation.due == due(stage, scene))
            // One second before its time is over nothing has moved.
            try scene.wait(until: escalation.due.adding(seconds: -1).rfc3339)
            #expect(scene.escalation?.stage == stage.number)
            try scene.wait(until: escalation.due.rfc3339)
            if stage.number < ladder.top {
                #expect(scene.escalation?.stage == stage.number + 1)
                #expect(scene.lastTold(.escalationAdvanced).isSuperset(of: ["csc", "police"]))
                let told = try #require(scene.notices(.escalationAdvanced, to: "csc").last)
                #expect(told.at == escalation.due)
                #expect(told.body.stage == stage.number + 1)
            }
        }
        // At the top it is the arbiter's turn, who is called again and again, and it stays open.
        #expect(scene.escalation?.awaits == .arbiter)
        #expect(scene.notices(.escalationAdvanced, to: "business-unit").last?.task == .arbitrate)
        for _ in 0..<3 {
            let escalation = try #require(scene.escalation)
            #expect(escalation.stage == ladder.top && escalation.isOpen)
            #expect(escalation.due == scene.policy.due(scene.policy.clocks.arbitration, from: scene.now).due)
            let before = scene.notices(.taskDue, to: "business-unit").count { $0.task == .arbitrate }
            try scene.wait(until: escalation.due.rfc3339)
            let after = scene.notices(.taskDue, to: "business-unit").count { $0.task == .arbitrate }
            #expect(after == before + 1)
        }
        #expect(scene.latenessMicroseconds.allSatisfy { $0 == 0 })
    }

    @Test("B5: an answer gives the turn back; dissatisfaction advances, satisfaction closes", arguments: ladders)
    func twoSided(_ name: String) throws {
        var scene = try challenged(name)
        #expect(try scene.respond(as: "csc") == [])
        let answer = try #require(scene.notices(.taskDue, to: "police").last)
        #expect(answer.task == .settleEscalation)
        #expect(scene.escalation?.awaits == .challenger)
        #expect(try scene.respond(as: "police") == [])
        #expect(scene.escalation?.stage == 2 && scene.escalation?.awaits == .decider)
        #expect(try scene.respond(as: "csc") == [])
        #expect(try scene.close(.compromise, as: "police") == [])
        #expect(scene.escalation?.outcome == .compromise)
        #expect(scene.lastTold(.escalationClosed).isSuperset(of: ["csc", "police", "health-visiting", "school-hill"]))
        #expect(!scene.clocks.keys.contains { $0.kind == "escalation-stage" }, "nothing is awaited any more")
    }

    @Test("B5: silence of the side that challenged advances as well: it is never agreement", arguments: ladders)
    func challengerSilent(_ name: String) throws {
        var scene = try challenged(name)
        try scene.respond(as: "csc")
        let due = try #require(scene.escalation?.due)
        try scene.wait(until: due.rfc3339)
        #expect(scene.escalation?.stage == 2 && scene.escalation?.isOpen == true)
    }

    @Test("B5: urgent runs by the urgent clocks", arguments: ladders)
    func urgent(_ name: String) throws {
        var scene = try challenged(name, urgent: true)
        for stage in scene.policy.ladder.stages.dropLast() {
            let escalation = try #require(scene.escalation)
            #expect(escalation.due == due(stage, scene, isUrgent: true))
            try scene.wait(until: escalation.due.rfc3339)
        }
        #expect(scene.escalation?.stage == scene.policy.ladder.top)
    }

    @Test(
        "B5: a child at immediate risk begins at, or jumps to, a higher stage; nobody else passes stages over",
        arguments: ladders)
    func jump(_ name: String) throws {
        var scene = try challenged(name, urgent: true, escalateTo: 2)
        #expect(scene.escalation?.stage == 2)
        #expect(try scene.respond(as: "police", escalateTo: 3).map(\.code.rawValue) == ["not-allowed"])
        #expect(try scene.respond(as: "csc", escalateTo: 3, immediateRisk: true).map(\.path) == ["/data/escalateTo"])
        #expect(
            try scene.respond(as: "police", escalateTo: 2, immediateRisk: true).map(\.code.rawValue) == ["out-of-range"]
        )
        #expect(try scene.respond(as: "police", escalateTo: 3, immediateRisk: true) == [])
        #expect(scene.escalation?.stage == 3 && scene.escalation?.isUrgent == true)
    }

    @Test("Refused with its reason: wrong stage, wrong side, out of turn, after the end, while it is the arbiter's")
    func refusals() throws {
        var scene = try challenged()
        #expect(try scene.respond(as: "csc", stage: 2).map(\.code.rawValue) == ["wrong-stage"])
        #expect(try scene.respond(as: "police").map(\.code.rawValue) == ["not-your-turn"])
        #expect(try scene.respond(as: "school-hill").map(\.code.rawValue) == ["unknown-subject"])
        #expect(try scene.close(.withdrawn, as: "csc").map(\.path) == ["/data/escalationId"])
        #expect(try scene.close(.upheld, as: "csc").map(\.code.rawValue) == ["not-allowed"])
        #expect(scene.escalation?.isOpen == true && scene.escalation?.stage == 1, "a refused step leaves no trace")
        for _ in 1..<scene.policy.ladder.top {
            try scene.respond(as: "csc")
            try scene.respond(as: "police")
        }
        try scene.respond(as: "csc")
        #expect(try scene.respond(as: "police") == [])
        #expect(scene.escalation?.awaits == .arbiter)
        #expect(try scene.respond(as: "police").map(\.code.rawValue) == ["not-your-turn"])
        #expect(try scene.respond(as: "business-unit").map(\.path) == ["/type"])
        #expect(try scene.close(.compromise, as: "business-unit") == [], "where the ladder ends, its arbiter closes it")
        #expect(try scene.close(.withdrawn, as: "police").map(\.code.rawValue) == ["escalation-closed"])
        #expect(try scene.respond(as: "csc").map(\.code.rawValue) == ["escalation-closed"])
    }

    @Test("B7: a challenge that changed a decision is good practice, and every party hears so")
    func goodPractice() throws {
        var scene = try challenged()
        try scene.respond(as: "csc", willChange: true)
        try scene.close(.changed, as: "police")
        let closed = try #require(scene.notices(.escalationClosed, to: "police").last)
        #expect(closed.body.isGoodPractice == true && closed.body.outcome == .changed)
        let row = try #require(scene.rows.last?.move)
        #expect(row.escalation.outcome == .changed && row.childsView == "She is glad." && row.isLesson)
    }

    @Test("One challenge of an agency, whatever the number of children and notices; a later one begins anew")
    func onePerAgency() throws {
        var scene = try VirtualPartnership()
        let children = [VirtualPartnership.child, VirtualPartnership.sibling]
        try scene.prologue(children: children)
        try scene.decide(children: children)
        for child in children { try scene.answer(.thresholdChanged, as: "police", child: child) }
        try scene.answer(.consultationRequested, as: "police")
        #expect(scene.state.escalations.all.count == 1)
        #expect(scene.escalation?.children == Set(children))
        try scene.answer(.thresholdChanged, as: "health-visiting")
        #expect(scene.state.escalations.all.count == 2)
        try scene.close(.withdrawn, as: "health-visiting")
        let first = scene.escalation?.id
        try scene.answer(.thresholdChanged, as: "health-visiting")
        #expect(scene.state.escalations.all.count == 3)
        #expect(scene.escalation?.id != first)
    }

    @Test("A3: a challenge of a change that the last consultation confirmed is not lost")
    func afterConfirmation() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide()
        for agency in ["police", "health-visiting"] { try scene.consult(agency) }
        #expect(!scene.notices(.changeConfirmed, to: "school-hill").isEmpty)
        try scene.answer(.changeConfirmed, as: "school-hill")
        #expect(scene.escalation?.challenger.text == "school-hill")
    }

    @Test(
        "B1: a referrer can challenge the outcome, in whichever order outcome and challenge come",
        arguments: [true, false])
    func outcome(_ outcomeFirst: Bool) throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        let item = ScreeningItemID(
            household: VirtualPartnership.household, referrer: try VirtualPartnership.code("health-visiting"),
            referralID: "R1")
        let result = try scene.outcome(.noFurtherAction, of: item, reason: "Advice was given.")
        if outcomeFirst {
            try scene.publish(result)
            try scene.answer(.outcomeOfReferral, as: "health-visiting")
        } else {
            let notice = NoticeID(
                household: VirtualPartnership.household, cause: "item/" + item.text, kind: .outcomeOfReferral,
                agency: try VirtualPartnership.code("health-visiting"))
            let answer = AnswerFact(
                noticeID: notice, by: VirtualPartnership.practitioner, answer: .challenge, grounds: "Nobody came.",
                desiredOutcome: "An assessment.", isUrgent: false)
            try scene.publish(.answer(answer), as: "health-visiting", about: [])
            #expect(scene.escalation == nil)
            try scene.publish(result)
        }
        #expect(scene.escalation?.decider.text == "mash")
        #expect(scene.lastTold(.challengeRaised) == ["health-visiting", "mash"], "it is between the two of them")
    }

    @Test("A party that needs to know more asks whoever decided; agreement asks nobody")
    func information() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide()
        try scene.answer(.thresholdChanged, as: "school-hill", .agree)
        #expect(scene.lastTold(.informationRequested) == [])
        try scene.answer(.thresholdChanged, as: "school-hill", .needInformation)
        #expect(scene.lastTold(.informationRequested) == ["csc"])
        #expect(scene.escalation == nil)
    }
}
