import Contracts
import DecisionRules
import Safeguarding
import ServiceRuntime
import Testing

@testable import EscalationTracker

/// How challenges end that nobody closes, and what waits for an agency that has left: what is said of either is true.
struct EndingWayTests {
    /// A change is held, and the police object to it.
    private static func objected() throws -> VirtualPartnership {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide()
        try scene.consult("police", .object)
        return scene
    }

    @Test("R17, B7: what is taken back by whoever decided lapses, is nobody's good practice, and says how it ended")
    func takenBack() throws {
        var scene = try Self.objected()
        try scene.decide(version: 2, from: .section47, to: .section47)
        #expect(scene.escalation?.outcome == .lapsed)
        let closed = try #require(scene.notices(.escalationClosed, to: "police").last)
        #expect(closed.body.outcome == .lapsed && closed.body.isGoodPractice == nil)
        #expect(
            closed.body.reason == "What was challenged no longer applies. Sampleshire Children's Social Care has "
                + "taken the "
                + "change back with version 2 of the decision.")
        // Whoever goes on answering it hears that it has ended, and what there is to answer.
        let late = try scene.respond(as: "csc", stage: 1)
        #expect(late.map(\.code.rawValue) == ["escalation-closed"])
        #expect(late.first?.message.contains("Answer the notices of the decision that holds now.") == true)
    }

    @Test("R15, R16, B7: what whoever decided has said it changes, and does, is changed and good practice")
    func conceded() throws {
        var scene = try Self.objected()
        #expect(try scene.respond(as: "csc", willChange: true) == [])
        try scene.decide(version: 2, from: .section47, to: .section47)
        #expect(scene.escalation?.outcome == .changed)
        let closed = try #require(scene.notices(.escalationClosed, to: "police").last)
        #expect(closed.body.outcome == .changed && closed.body.isGoodPractice == true)
    }

    @Test("R9, R17: a challenge of what was overtaken lapses: its agency has not taken it back")
    func overtaken() throws {
        var scene = try VirtualPartnership()
        for agency in ["csc", "school-hill"] { try scene.involve(agency) }
        try scene.decide(from: .section17, to: .earlyHelp)
        try scene.consult("school-hill", .object)
        try scene.discuss("SD1")
        #expect(scene.escalation?.outcome == .lapsed)
        let closed = try #require(scene.notices(.escalationClosed, to: "school-hill").last)
        #expect(closed.body.isGoodPractice == nil)
        #expect(closed.body.reason?.contains("Another decision has changed the child's level in the meantime.") == true)
    }

    @Test("R17: of two challenges the one that ended as changed is good practice, and the other lapses by it")
    func twoChallenges() throws {
        var scene = try Self.objected()
        try scene.consult("health-visiting", .object)
        let police = try #require(scene.state.escalations.all.first)
        #expect(police.challenger.text == "police")
        #expect(try scene.respond(as: "csc", willChange: true) == [])
        try scene.close(.changed, as: "health-visiting")
        #expect(scene.escalation?.outcome == .changed)
        #expect(scene.state.escalations[police.id]?.outcome == .lapsed)
        let closed = try #require(scene.notices(.escalationClosed, to: "police").last)
        let words = "The challenge by Sampleshire Health Visiting ended with the decision changed."
        #expect(closed.body.reason?.contains(words) == true)
    }

    @Test("R2: what waits for an agency that left asks the business unit within a working day, and says so")
    func leftPartnership() throws {
        var scene = try VirtualPartnership()
        for agency in ["csc", "school-hill", "gp-riverside"] { try scene.involve(agency) }
        try scene.decide(from: .section17, to: .earlyHelp)
        try scene.consult("school-hill")
        scene.restart(under: scene.policy.without("gp-riverside"))
        var found = DepartedConsultees()
        found.add(scene.state.register, under: scene.tracker.terms)
        #expect(found.changes.map(\.key.text) == ["gp-riverside"] && found.changes.map(\.value) == [1])
        #expect(found.status.word == "attention" && found.status.reason.contains("gp-riverside (1 change)"))
        #expect(scene.level == .section17)
        try scene.wait(workingDays: 1)
        let asked = try #require(scene.notices(.consultationRequested, to: "business-unit").last)
        #expect(
            asked.body.reason?.contains(
                "gp-riverside no longer takes part; Sampleshire Safeguarding Children Partnership, Business Unit is asked"
            )
                == true, "\(String(describing: asked.body.reason))")
        #expect(asked.body.awaiting.map(\.text) == ["business-unit"])
        let told = try #require(scene.notices(.discussionRequired, to: "csc").last)
        #expect(told.body.awaiting.map(\.text) == ["business-unit"])
        #expect(told.body.reason?.contains("gp-riverside no longer takes part") == true)
        let id = try scene.consult("business-unit")
        #expect(scene.rulings[id] == [] && scene.level == .earlyHelp)
        found = DepartedConsultees()
        found.add(scene.state.register, under: scene.tracker.terms)
        #expect(found.status == .ok)
    }

    @Test("R8: whoever was at a discussion that changes nothing hears that it is on record, once")
    func secondDiscussion() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        #expect(scene.lastTold(.thresholdRaised).contains("police") && scene.lastTold(.discussionRecorded).isEmpty)
        try scene.discuss("SD2", attending: ["csc", "police", "health-visiting", "gp-riverside"])
        #expect(scene.lastTold(.discussionRecorded) == ["csc", "police", "health-visiting", "gp-riverside"])
        try scene.decide(discussion: "SD2")
        #expect(scene.notices(.consultationRequested, to: "gp-riverside").count == 1)
        #expect(scene.notices(.discussionRecorded, to: "gp-riverside").count == 1 && scene.repeated == 0)
        // It can say that it was not there.
        let id = try scene.answer(.discussionRecorded, as: "gp-riverside")
        #expect(scene.rulings[id] == [])
    }

    @Test("R8: whoever was at a discussion without an enquiry is told of it, party to the child or not")
    func earlierDiscussion() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        let before = scene.now.adding(seconds: -3600)
        try scene.discuss(
            "SD0", .noSection47, heldAt: before, attending: ["csc", "police", "health-visiting", "gp-riverside"])
        let told = try #require(scene.notices(.thresholdChanged, to: "gp-riverside").last)
        #expect(told.body.state == .unchanged && told.because == [.attendee])
    }

    @Test("N3: a change that goes on from an urgent one says that it waits for that, though nobody's view is awaited")
    func afterUrgent() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide(urgent: true)
        try scene.decide("D2", from: .section17, to: .earlyHelp)
        let held = try #require(scene.notices(.thresholdChanged, to: "school-hill").last)
        #expect(held.body.state == .held)
        let words = "It waits as well until an urgent change that went before is settled"
        #expect(held.body.reason?.hasPrefix(words) == true)
        for agency in ["police", "health-visiting", "school-hill"] { try scene.consult(agency, about: "D2") }
        #expect(scene.level == .section17)
        try scene.wait(workingDays: 1)
        let waiting = try #require(
            scene.notices(.discussionRequired, to: "csc").last(where: { $0.body.subject.id == "D2" }))
        #expect(waiting.body.awaiting == [] && waiting.body.reason?.contains("urgent change that went before") == true)
    }

    @Test("N3: what is said beside a reason of 20,000 characters makes no text that is too long to be read")
    func longReason() throws {
        let reason = String(repeating: "é", count: 20_000)
        #expect(NoticeText.joined(["It waits.", reason]).unicodeScalars.count == 20_000)
        #expect(NoticeText.joined(["It waits.", reason]).hasPrefix("It waits. é"))
        #expect(NoticeText.joined([nil, reason]) == reason)
    }
}
