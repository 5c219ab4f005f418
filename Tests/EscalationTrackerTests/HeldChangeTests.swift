import Contracts
import DecisionRules
import Messaging
import Policy
import Safeguarding
import Testing

@testable import EscalationTracker

/// Held, urgent, confirmed, withdrawn, in virtual time: contract.md section 6, rows A2, A6 and B4, T18.
struct HeldChangeTests {
    @Test("A2: an urgent change tells the line managers of both sides and the business unit, with the clock of one day")
    func urgent() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide(urgent: true)
        #expect(scene.lastTold(.discussionRequired) == ["business-unit", "csc", "police", "health-visiting"])
        for agency in ["csc", "police", "health-visiting"] {
            let notice = try #require(scene.notices(.discussionRequired, to: agency).first)
            #expect(notice.addressedTo == ["line manager"])
            #expect(notice.body.isUrgent == true)
            #expect(notice.body.respondBy == (try Instant.reading("2026-11-03T17:00:00Z")))
        }
    }

    @Test("A2: a reconvened discussion that never comes is asked for each working day, one stage higher each time")
    func neverReconvened() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide()
        for day in 1...6 {
            try scene.wait(workingDays: 1)
            let notices = scene.notices(.discussionRequired, to: "police")
            #expect(notices.count == day)
            #expect(notices.last?.body.stage == min(1 + day, 5))
            #expect(scene.notices(.discussionRequired, to: "business-unit").count == day)
        }
        try scene.discuss("SD2", .noSection47)
        #expect(!scene.notices(.changeConfirmed, to: "police").isEmpty)
        let before = scene.told.filter { $0.kind == .discussionRequired }.count
        try scene.wait(workingDays: 3)
        #expect(scene.told.filter { $0.kind == .discussionRequired }.count == before, "nothing is awaited any more")
    }

    @Test("A held change is taken back by its next version; one in effect is not")
    func takenBack() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide()
        let early = try scene.decide("D2", from: .section47, to: .section47)
        #expect(scene.rulings[early]?.map(\.code.rawValue) == ["not-allowed"], "there is nothing to take back")
        let back = try scene.decide(version: 2, from: .section47, to: .section47)
        #expect(scene.rulings[back] == [])
        #expect(scene.lastTold(.changeWithdrawn) == ["csc", "police", "health-visiting", "school-hill"])
        try scene.wait(workingDays: 3)
        #expect(scene.notices(.discussionRequired, to: "police").isEmpty)
        let again = try scene.decide(version: 3, from: .section47, to: .section47)
        #expect(scene.rulings[again]?.map(\.path) == ["/data/children/0/to"])
    }

    @Test("B4: any objection blocks the step-down and opens a challenge at stage 1 by itself")
    func objection() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide()
        try scene.consult("police", .object)
        #expect(scene.escalation?.occasion == .objection && scene.escalation?.stage == 1)
        #expect(scene.escalation?.challenger.text == "police")
        try scene.consult("health-visiting")
        #expect(scene.notices(.changeConfirmed, to: "csc").isEmpty)
    }

    @Test(
        "B4: the challenge decides: upheld confirms, changed withdraws, a compromise waits for a version of its own",
        arguments: [EscalationOutcome.upheld, .withdrawn, .changed, .compromise])
    func settled(_ outcome: EscalationOutcome) throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide()
        try scene.consult("police", .object)
        try scene.consult("health-visiting")
        if outcome == .upheld { try scene.climb() }
        if outcome == .changed { try scene.respond(as: "csc", willChange: true) }
        #expect(try scene.close(outcome, as: outcome == .upheld ? "business-unit" : "police") == [])
        let level = scene.state.register.children[VirtualPartnership.child]?.level
        switch outcome {
        case .upheld, .withdrawn:
            #expect(scene.lastTold(.changeConfirmed) == ["csc", "police", "health-visiting", "school-hill"])
            #expect(level == .section17)
        case .changed:
            #expect(scene.lastTold(.changeWithdrawn) == ["csc", "police", "health-visiting", "school-hill"])
            #expect(level == .section47)
        case .compromise:
            #expect(scene.lastTold(.changeConfirmed) == [] && scene.lastTold(.changeWithdrawn) == [])
            #expect(level == .section47)
            #expect(scene.clocks.keys.contains { $0.kind == "reconvened-discussion" }, "and it is not forgotten")
        }
    }

    @Test("B4: while a second objection stands, settling the first confirms nothing")
    func twoObjections() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide()
        try scene.consult("police", .object)
        try scene.consult("health-visiting", .object)
        try scene.close(.withdrawn, as: "health-visiting")
        #expect(scene.lastTold(.changeConfirmed) == [])
        try scene.consult("police", .support)
        #expect(scene.lastTold(.changeConfirmed) == ["csc", "police", "health-visiting", "school-hill"])
        #expect(
            scene.state.escalations.all.allSatisfy { !$0.isOpen }, "the lifted objection ended its challenge"
        )
    }

    @Test("B4, T18: a step-down counts the views at the review once they are confirmed, and asks whoever is involved")
    func stepDown() throws {
        var scene = try VirtualPartnership()
        for agency in ["csc", "school-hill", "housing"] {
            try scene.publish(
                .involvement(InvolvementFact(state: .opened, role: "worker", on: LondonTime.date(at: scene.now))),
                as: agency)
        }
        let review = DecisionFact.Review(
            id: "RV1", heldAt: scene.now,
            views: [DecisionFact.Review.View(agency: try VirtualPartnership.code("school-hill"), view: .support)])
        try scene.decide(from: .section17, to: .earlyHelp, review: review)
        #expect(scene.lastTold(.consultationRequested) == ["housing", "school-hill"])
        try scene.consult("housing")
        #expect(scene.notices(.changeConfirmed, to: "housing").isEmpty, "what was said at the review is second-hand")
        try scene.answer(.consultationRecorded, as: "school-hill", .agree)
        #expect(scene.lastTold(.changeConfirmed) == ["csc", "school-hill", "housing"])
    }

    @Test("B4: an objection at the review itself opens the challenge, also of an agency with no involvement on record")
    func objectionAtReview() throws {
        var scene = try VirtualPartnership()
        try scene.publish(
            .involvement(InvolvementFact(state: .opened, role: "worker", on: LondonTime.date(at: scene.now))),
            as: "school-hill")
        let views = [("school-hill", ConsultationView.support), ("police", .object), ("police", .support)]
        let review = DecisionFact.Review(
            id: "RV1", heldAt: scene.now,
            views: try views.map { DecisionFact.Review.View(agency: try VirtualPartnership.code($0), view: $1) })
        try scene.decide(from: .section17, to: .closed, review: review)
        #expect(scene.escalation?.challenger.text == "police", "one of the two who were there objected")
        #expect(scene.state.register.children[VirtualPartnership.child]?.level == .section17)
    }

    @Test(
        "A6: whichever threshold is lowered, it is held until the core group was asked, and challengeable at once",
        arguments: ThresholdLevel.allCases)
    func everyPair(_ from: ThresholdLevel) throws {
        for to in ThresholdLevel.allCases where from.isLowered(to: to) {
            var scene = try VirtualPartnership()
            try scene.prologue()
            // A discussion stands behind a Section 47 decision; other levels have their core group.
            if from != .section47 {
                try scene.decide("D0", from: .section47, to: from, urgent: true)
                try scene.discuss("SD0", .noSection47)
            }
            try scene.decide(from: from, to: to)
            let asked = from == .section47 ? ["health-visiting", "police"] : ["school-hill"]
            #expect(
                scene.told.filter { $0.kind == .consultationRequested && $0.body.subject.id == "D1" }.map(\.agency)
                    .sorted() == asked, "\(from) to \(to)")
            #expect(scene.state.register.children[VirtualPartnership.child]?.level == from)
            try scene.answer(.thresholdChanged, as: "school-hill")
            #expect(scene.escalation?.challenger.text == "school-hill", "\(from) to \(to)")
            for agency in asked { try scene.consult(agency) }
            #expect(scene.state.register.children[VirtualPartnership.child]?.level == from, "the school objects")
            try scene.close(.withdrawn, as: "school-hill")
            #expect(scene.state.register.children[VirtualPartnership.child]?.level == to)
        }
    }

    @Test("A6: a strategy discussion that ends without an enquiry tells every party, also those who were not there")
    func withoutEnquiry() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.wait(workingDays: 1)
        try scene.discuss("SD2", .noSection47)
        #expect(scene.lastTold(.thresholdChanged) == ["csc", "police", "health-visiting", "school-hill"])
        let notice = try #require(scene.notices(.thresholdChanged, to: "school-hill").last)
        #expect(notice.body.subject.id == "SD2" && notice.body.state == .unchanged)
        #expect(notice.body.reason?.contains("not to start a Section 47 enquiry") == true)
        #expect(notice.body.reason?.hasSuffix("As discussed.") == true)
        #expect(notice.details.map(\.from) == [.section47] && notice.details.map(\.to) == [.section47])
        try scene.answer(.thresholdChanged, as: "school-hill")
        #expect(scene.escalation?.decider.text == "csc")
        try scene.discuss("SD2", .noSection47)
        #expect(scene.notices(.thresholdChanged, to: "school-hill").count == 1, "the same discussion twice is one")
    }

    @Test("A6: a lowered rating is told to the referrer and to every party, who can all challenge it")
    func ratingLowered() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        let item = ScreeningItemID(
            household: VirtualPartnership.household, referrer: try VirtualPartnership.code("health-visiting"),
            referralID: "R1")
        try scene.publish(scene.ratingLowered(of: item, from: .red, to: .green))
        #expect(scene.lastTold(.thresholdChanged) == ["csc", "police", "health-visiting", "school-hill"])
        let told = try #require(scene.notices(.thresholdChanged, to: "school-hill").last)
        #expect(told.body.rating == RatingStep(from: .red, to: .green))
        #expect(told.body.subject.id != "R1", "the referrer's own identifier is the referrer's")
        for agency in ["school-hill", "health-visiting"] {
            try scene.answer(.thresholdChanged, as: agency)
            #expect(scene.escalation?.challenger.text == agency && scene.escalation?.decider.text == "mash")
        }
    }
}
