import Contracts
import Messaging
import Policy
import Safeguarding
import Testing

@testable import EscalationTracker

/// Drift, in virtual time: row B6.
struct ProgressTests {
    func open(at level: ThresholdLevel) throws -> VirtualPartnership {
        var scene = try VirtualPartnership()
        for agency in ["csc", "school-hill", "early-help"] {
            try scene.publish(
                .involvement(InvolvementFact(state: .opened, role: "worker", on: LondonTime.date(at: scene.now))),
                as: agency)
        }
        try scene.decide("D0", from: .universal, to: level)
        return scene
    }

    @Test(
        "B6: nothing in so many days asks the manager of whoever leads; for the second time all may challenge; then the business unit",
        arguments: [
            (ThresholdLevel.section47, ClockLength.workingDays(10), "csc"),
            (.childProtectionPlan, .workingDays(10), "csc"), (.section17, .workingDays(20), "csc"),
            (.earlyHelp, .hours(672), "early-help"),
        ])
    func breaches(_ level: ThresholdLevel, _ length: ClockLength, _ lead: String) throws {
        var scene = try open(at: level)
        var due = scene.policy.due(length, from: scene.now).due
        try scene.wait(until: due.adding(seconds: -1).rfc3339)
        #expect(scene.lastTold(.taskDue) == [])
        try scene.wait(until: due.rfc3339)
        #expect(scene.lastTold(.taskDue) == [lead])
        let first = try #require(scene.notices(.taskDue, to: lead).last)
        #expect(first.task == .supervise && first.addressedTo == ["line manager"])
        #expect(first.body.reason != nil, "it says why")
        due = scene.policy.due(length, from: due).due
        try scene.wait(until: due.rfc3339)
        #expect(scene.lastTold(.taskDue) == ["csc", "early-help", "school-hill"])
        #expect(scene.notices(.taskDue, to: "school-hill").last?.task == .considerEscalation)
        try scene.answer(.taskDue, as: "school-hill")
        let escalation = try #require(scene.escalation)
        #expect(escalation.stage == 2 && escalation.decider.text == lead, "the managers' stage is offered")
    }

    @Test("B6: the third time the business unit hears of it, and it goes on")
    func third() throws {
        var scene = try open(at: .section47)
        for breach in 1...4 {
            try scene.wait(until: scene.policy.due(.workingDays(10), from: scene.now).due.rfc3339)
            #expect(scene.lastTold(.taskDue).contains("business-unit") == (breach > 2), "\(breach)")
        }
    }

    @Test("B6: supervision and every other step begin the count anew; an acknowledgement does not")
    func progress() throws {
        var scene = try open(at: .section47)
        try scene.wait(workingDays: 6)
        try scene.publish(
            .supervision(SupervisionFact(supervisionID: "S1", heldAt: scene.now, supervisorRole: "team manager")),
            as: "csc")
        let due = scene.policy.due(.workingDays(10), from: scene.now).due
        try scene.wait(until: due.adding(seconds: -1).rfc3339)
        #expect(scene.lastTold(.taskDue) == [])
        try scene.wait(until: due.rfc3339)
        #expect(scene.lastTold(.taskDue) == ["csc"])
    }

    @Test("Section 5: neither an event that is refused nor a view that counts for nothing begins the count anew")
    func nothingHappened() throws {
        var scene = try open(at: .section47)
        let due = scene.policy.due(.workingDays(10), from: scene.now).due
        try scene.wait(workingDays: 6)
        let stale = try scene.decide("D9", from: .section17, to: .earlyHelp)
        #expect(scene.rulings[stale]?.map(\.code) == [.staleDecision])
        let conference = ConferenceFact(
            requestID: "CR-9", by: VirtualPartnership.practitioner, action: .decided(.declined, reason: "R."))
        let unknown = try scene.publish(.conference(conference), as: "csc")
        #expect(scene.rulings[unknown]?.map(\.code) == [.unknownSubject])
        try scene.consult("police", about: "D7")
        try scene.wait(until: due.rfc3339)
        #expect(scene.lastTold(.taskDue) == ["csc"])
    }

    @Test("B6: a higher level is watched by its shorter clock from the moment it is reached; closed is not watched")
    func levels() throws {
        var scene = try open(at: .earlyHelp)
        try scene.decide("D1", from: .earlyHelp, to: .section47)
        let due = scene.policy.due(.workingDays(10), from: scene.now).due
        try scene.wait(until: due.rfc3339)
        #expect(scene.lastTold(.taskDue) == ["csc"])
        try scene.decide("D2", from: .section47, to: .closed, urgent: true)
        try scene.wait(workingDays: 60)
        #expect(scene.notices(.taskDue, to: "csc").count == 1)
    }
}
