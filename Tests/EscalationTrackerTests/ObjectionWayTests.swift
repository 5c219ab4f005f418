import Contracts
import DecisionRules
import Messaging
import Safeguarding
import Testing

@testable import EscalationTracker

/// Ways round an objection (trials C1, C2, C6, C9, C13, C14), against the tracker: contract R5, R7, R8, R14, R17, R20.
struct ObjectionWayTests {
    private static func decided(urgent: Bool = false) throws -> VirtualPartnership {
        var partnership = try VirtualPartnership()
        try partnership.prologue()
        try partnership.decide(urgent: urgent)
        return partnership
    }

    @Test(
        "R6, R7: under a short time to wait, a view of a decision that is known counts, and an objection opens its challenge"
    )
    func shortWait() throws {
        for (position, isOver) in [(ConsultationView.object, false), (.support, false), (.object, true)] {
            var partnership = try Self.decided()
            let fact = ConsultationFact(
                decisionID: "D1", decidedBy: try VirtualPartnership.code("csc"), version: 1,
                agency: try VirtualPartnership.code("police"), consultedRole: "practitioner", at: partnership.now,
                view: position, children: [], until: partnership.now.adding(seconds: isOver ? 0 : 120))
            let id = try partnership.publish(.consultation(fact), as: "police", about: [])
            #expect(partnership.rulings[id] == (isOver ? nil : []))
            #expect((partnership.escalation != nil) == (position == .object && !isOver))
            #expect(partnership.state.register.changes.last?.views.count == (isOver ? 0 : 1))
        }
    }

    @Test("R5, R7: the decider's record lifts nobody's objection (trial C1)")
    func recordedByTheDecider() throws {
        var partnership = try Self.decided()
        try partnership.consult("police", .object)
        let record = try partnership.consult("police", by: "csc")
        #expect(partnership.rulings[record]?.map(\.code.rawValue) == ["said-itself"])
        try partnership.consult("health-visiting")
        #expect(partnership.level == .section47 && partnership.escalation?.isOpen == true)
    }

    @Test(
        "R5: a view that the decider records lets nothing go until its agency confirms it; agreeing is what confirms it"
    )
    func confirmed() throws {
        var partnership = try Self.decided()
        try partnership.consult("health-visiting")
        #expect(partnership.rulings.count == 2)
        let record = try partnership.consult("police", by: "csc")
        #expect(partnership.rulings[record] == [])
        #expect(partnership.level == .section47)
        let told = try #require(partnership.notices(.consultationRecorded, to: "police").last)
        #expect(told.body.views.map(\.agency.text) == ["police"] && told.body.views.map(\.view) == [.support])
        #expect(told.body.views.map(\.isOwn) == [false])
        #expect(told.body.raisedBy?.agency.text == "csc")
        let answer = try partnership.answer(.consultationRecorded, as: "police", .agree)
        #expect(partnership.rulings[answer] == [] && partnership.taken[told.id]?.answer == .agree)
        #expect(partnership.level == .section17)
        let again = try partnership.answer(.consultationRecorded, as: "police", .agree)
        #expect(partnership.rulings[again]?.map(\.code.rawValue) == ["superseded"])
    }

    @Test(
        "R5: an agency that says it is not its view has it taken away, an objection with it; a replaced record binds nobody"
    )
    func disputed() throws {
        var partnership = try Self.decided()
        try partnership.consult("police", .object, by: "csc")
        #expect(partnership.escalation?.challenger.text == "police" && partnership.escalation?.isOpen == true)
        let first = try #require(partnership.notices(.consultationRecorded, to: "police").last)
        try partnership.consult("police", .abstain, by: "csc")
        let old = try partnership.publish(
            .answer(
                AnswerFact(
                    noticeID: first.id, by: VirtualPartnership.practitioner, answer: .agree, grounds: nil,
                    desiredOutcome: nil, isUrgent: false)), as: "police", about: [])
        #expect(partnership.rulings[old]?.map(\.code.rawValue) == ["superseded"], "it agrees with what it was told")
        let dispute = try partnership.answer(.consultationRecorded, as: "police", .challenge)
        #expect(partnership.rulings[dispute] == [])
        #expect(partnership.state.register.changes.last?.views.isEmpty == true)
        #expect(partnership.escalation?.isOpen == false, "the objection was never its own")
        try partnership.consult("health-visiting")
        #expect(partnership.level == .section47)
    }

    @Test("R5: a step-down whose review lists agencies that were not there waits until each confirms its view")
    func inventedAttendees() throws {
        var partnership = try VirtualPartnership()
        for agency in ["csc", "school-hill"] { try partnership.involve(agency) }
        let review = DecisionFact.Review(
            id: "RV1", heldAt: partnership.now,
            views: try ["school-hill", "police"].map {
                DecisionFact.Review.View(agency: try VirtualPartnership.code($0), view: .support)
            })
        try partnership.decide(from: .section17, to: .closed, review: review)
        #expect(partnership.level == .section17)
        try partnership.answer(.consultationRecorded, as: "school-hill", .agree)
        #expect(partnership.level == .section17)
        try partnership.answer(.consultationRecorded, as: "police", .challenge)
        #expect(partnership.level == .section17, "nobody spoke for the police")
    }

    @Test("R7: an objection of a party that is no consultee holds it, in a consultation or in an answer (trial C9)")
    func anyParty() throws {
        for isView in [true, false] {
            var partnership = try Self.decided()
            if isView {
                try partnership.consult("school-hill", .object)
            } else {
                try partnership.answer(.thresholdChanged, as: "school-hill")
            }
            #expect(partnership.escalation?.challenger.text == "school-hill")
            for agency in ["police", "health-visiting"] { try partnership.consult(agency) }
            #expect(partnership.level == .section47)
            try partnership.close(.withdrawn, as: "school-hill")
            #expect(partnership.level == .section17)
        }
    }

    @Test("R7: an agency's own support beside its own open challenge lifts nothing; its challenge's ending does")
    func ownSupport() throws {
        var partnership = try Self.decided()
        try partnership.consult("police", .object)
        try partnership.answer(.thresholdChanged, as: "police")
        for agency in ["police", "health-visiting"] { try partnership.consult(agency) }
        #expect(partnership.level == .section47 && partnership.escalation?.isOpen == true)
        #expect(partnership.state.escalations.all.count == 1)
        try partnership.close(.withdrawn, as: "police")
        #expect(partnership.level == .section17)
    }

    @Test("trial C14: an objection, then an urgent challenge with grounds for stage 3: nothing of it is dropped")
    func urgentAfterObjection() throws {
        var partnership = try Self.decided()
        try partnership.consult("police", .object)
        let id = try partnership.answer(.thresholdChanged, as: "police", urgent: true, escalateTo: 3)
        #expect(partnership.rulings[id] == [] && partnership.state.escalations.all.count == 1)
        let escalation = try #require(partnership.escalation)
        #expect(escalation.stage == 3 && escalation.isUrgent && escalation.awaits == .decider)
        for agency in ["csc", "police"] {
            let told = try #require(partnership.notices(.escalationAdvanced, to: agency).last)
            #expect(told.body.stage == 3 && told.body.isUrgent == true && told.body.respondBy == escalation.due)
            #expect(told.body.raisedBy?.agency.text == "police" && told.body.raisedBy?.role == "practitioner")
            #expect(told.body.grounds == "The risk has not gone." && told.body.desiredOutcome == "The enquiry goes on.")
            #expect(told.body.decidedBy?.agency.text == "csc", "who challenges decides nothing")
        }
        // The record for reports has it as the challenger's own words.
        #expect(partnership.rows.last?.move.text == "The risk has not gone.")
        for agency in ["police", "health-visiting"] { try partnership.consult(agency) }
        #expect(partnership.level == .section47 && partnership.escalation?.isOpen == true)
    }

    @Test("R7, R17: a new identifier for the same change sheds no objection: the challenge goes on, at its stage")
    func newIdentifier() throws {
        var partnership = try Self.decided()
        try partnership.answer(.thresholdChanged, as: "school-hill", urgent: true, escalateTo: 3)
        let before = try #require(partnership.escalation)
        try partnership.decide("D2")
        for agency in ["police", "health-visiting"] { try partnership.consult(agency, about: "D2") }
        #expect(partnership.level == .section47)
        try partnership.decide(version: 2, from: .section47, to: .section47)
        let after = try #require(partnership.escalation)
        #expect(partnership.state.escalations.all.count == 1 && after.isOpen && after.id == before.id)
        #expect(after.subject.identifier == "D2" && after.stage == 3 && after.due == before.due)
        let told = try #require(partnership.notices(.challengeRaised, to: "school-hill").last)
        #expect(
            told.body.subject.id == "D2" && told.body.reason?.contains("The challenge goes on against that.") == true)
        #expect(partnership.level == .section47)
        try partnership.close(.withdrawn, as: "school-hill")
        #expect(partnership.level == .section17)
    }

    @Test(
        "R7: what an agency says later is added to its challenge: grounds, urgency and stage, and only ever up (trial C14)"
    )
    func secondVoice() throws {
        var partnership = try Self.decided()
        try partnership.consult("police", .object)
        let told = partnership.notices(.challengeRaised, to: "csc").count
        let due = try #require(partnership.escalation?.due)
        let id = try partnership.answer(.thresholdChanged, as: "police")
        #expect(partnership.rulings[id] == [] && partnership.escalation?.due == due, "nobody gains time by it")
        let added = partnership.notices(.challengeRaised, to: "csc")
        #expect(added.count == told + 1 && added.last?.body.grounds == "The risk has not gone.")
        try partnership.answer(.thresholdChanged, as: "police", urgent: true, escalateTo: 3)
        #expect(partnership.escalation?.stage == 3 && partnership.escalation?.isUrgent == true)
        try partnership.answer(.thresholdChanged, as: "police")
        #expect(partnership.escalation?.stage == 3 && partnership.escalation?.isUrgent == true)
        #expect(partnership.state.escalations.all.count == 1)
    }

    @Test(
        "R8: a discussion of social care alone, over an objection, or about nothing that was called for settles nothing"
    )
    func settlesNothing() throws {
        var partnership = try Self.decided()
        try partnership.discuss("SD2", .noSection47, attending: ["csc"], naming: ["D1"], exception: true)
        try partnership.discuss("SD3", .noSection47)
        #expect(partnership.level == .section47)
        try partnership.discuss("SD4", .noSection47, objecting: "police", naming: ["D1"])
        #expect(partnership.level == .section47 && partnership.escalation?.challenger.text == "police")
    }

    @Test("R8: every listed attendee hears of the record, with the view it has, and a dispute holds the change again")
    func disputedAttendance() throws {
        var partnership = try Self.decided()
        try partnership.discuss("SD2", .noSection47, naming: ["D1"])
        #expect(partnership.level == .section17)
        #expect(partnership.lastTold(.discussionRecorded) == ["csc", "police", "health-visiting"])
        let id = try partnership.answer(.discussionRecorded, as: "police")
        #expect(partnership.rulings[id] == [] && partnership.level == .section47)
        #expect(partnership.escalation?.challenger.text == "police")
        #expect(partnership.clocks.keys.contains { $0.kind == "reconvened-discussion" })
        let again = try partnership.answer(.discussionRecorded, as: "police")
        #expect(partnership.rulings[again]?.map(\.code.rawValue) == ["on-record"])
    }

    @Test("R14, R17: a new version does not silence the challenge of one that is in effect: it goes on against it")
    func nextVersionAfterEffect() throws {
        var partnership = try Self.decided()
        for agency in ["police", "health-visiting"] { try partnership.consult(agency) }
        let notice = try #require(partnership.notices(.thresholdChanged, to: "police").last)
        try partnership.answer(.changeConfirmed, as: "school-hill")
        try partnership.decide(version: 2, from: .section17, to: .earlyHelp)
        let escalation = try #require(partnership.escalation)
        #expect(escalation.isOpen && escalation.subject.version == 2 && escalation.challenger.text == "school-hill")
        let told = try #require(partnership.notices(.challengeRaised, to: "school-hill").last)
        #expect(told.body.reason?.contains("Version 2") == true)
        // What is in effect can be challenged, whatever is to follow.
        let late = try partnership.publish(
            .answer(
                AnswerFact(
                    noticeID: notice.id, by: VirtualPartnership.practitioner, answer: .challenge, grounds: "G.",
                    desiredOutcome: "D.", isUrgent: false)), as: "police", about: [])
        #expect(partnership.rulings[late] == [] && partnership.escalation?.challenger.text == "police")
        try partnership.consult("school-hill", version: 2)
        #expect(partnership.level == .section17)
    }

    @Test(
        "R17: what ends a change ends its challenges, and says so; a version that replaces it carries them on (trial C13)"
    )
    func ends() throws {
        var partnership = try Self.decided()
        try partnership.consult("police", .object)
        try partnership.decide(version: 2)
        #expect(partnership.escalation?.isOpen == true && partnership.escalation?.subject.version == 2)
        for agency in ["police", "health-visiting"] { try partnership.consult(agency, version: 2) }
        #expect(partnership.level == .section17 && partnership.escalation?.isOpen == false, "it lifts it itself")
        var other = try Self.decided()
        try other.consult("police", .object)
        try other.decide(version: 2, from: .section47, to: .section47)
        #expect(other.escalation?.outcome == .lapsed)
        let closed = try #require(other.notices(.escalationClosed, to: "police").last)
        #expect(closed.body.reason?.contains("no longer applies") == true)
        #expect(!other.clocks.keys.contains { $0.kind == "escalation-stage" })
    }

    @Test("R14: a challenge of what has ended is refused with what there is to say")
    func endedChange() throws {
        var partnership = try VirtualPartnership()
        for agency in ["csc", "school-hill"] { try partnership.involve(agency) }
        try partnership.decide(from: .section17, to: .earlyHelp)
        try partnership.discuss("SD1")
        let id = try partnership.answer(.thresholdChanged, as: "school-hill")
        #expect(partnership.rulings[id]?.map(\.code.rawValue) == ["change-ended"])
        #expect(partnership.rulings[id]?.map(\.path) == ["/data/noticeId"])
        #expect(partnership.taken.isEmpty && partnership.escalation == nil)
    }

    @Test("R20: the silent are asked again each working day, one stage higher, and everybody sees who is silent")
    func silence() throws {
        var partnership = try Self.decided()
        try partnership.consult("health-visiting")
        for day in 1...3 {
            try partnership.wait(workingDays: 1)
            let again = partnership.notices(.consultationRequested, to: "police")
            #expect(again.count == 1 + day)
            #expect(again.last?.addressedTo == [["line manager", "safeguarding lead", "director"][day - 1]])
            for agency in ["csc", "business-unit"] {
                let told = try #require(partnership.notices(.discussionRequired, to: agency).last)
                #expect(told.body.awaiting.map(\.text) == ["police"] && told.body.stage == 1 + day)
            }
        }
        #expect(partnership.notices(.consultationRequested, to: "health-visiting").count == 1)
        #expect(partnership.level == .section47, "silence is never a view")
    }
}
