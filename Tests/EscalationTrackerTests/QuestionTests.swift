import Contracts
import Messaging
import Safeguarding
import Testing

@testable import EscalationTracker
@testable import Policy

/// Questions to whoever decided, and what an agency that joins is told: R18, R19.
struct QuestionTests {
    private static func asked() throws -> VirtualPartnership {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide()
        try scene.answer(.thresholdChanged, as: "school-hill", .needInformation)
        return scene
    }

    @Test("R18: a question goes to whoever decided with a deadline, and its answer comes back to whoever asked")
    func answered() throws {
        var scene = try Self.asked()
        let question = try #require(scene.notices(.informationRequested, to: "csc").last)
        #expect(question.body.question == "Who has seen the child?" && question.body.requestID != nil)
        #expect(question.body.respondBy == scene.policy.due(.workingDays(2), from: scene.now).due)
        #expect(question.body.raisedBy?.agency.text == "school-hill")
        #expect(scene.clocks.keys.contains { $0.kind == "information-request" })
        #expect(try scene.provide(as: "police").map(\.code.rawValue) == ["unknown-subject"], "it was not asked")
        #expect(try scene.provide(as: "csc") == [])
        let answer = try #require(scene.notices(.informationProvided, to: "school-hill").last)
        #expect(answer.body.answer == "A nurse, on Tuesday." && answer.body.question == "Who has seen the child?")
        #expect(answer.body.about == scene.notices(.thresholdChanged, to: "school-hill").last?.id)
        #expect(scene.lastTold(.informationProvided) == ["school-hill"], "nobody else")
        #expect(!scene.clocks.keys.contains { $0.kind == "information-request" })
        #expect(try scene.provide(as: "csc").map(\.code.rawValue) == ["on-record"])
        #expect(scene.state.questions.questions.map(\.text) == [""], "what is answered leaves its text")
    }

    @Test(
        "R18: unanswered, it goes up a stage each time, the business unit hears from the second time on, it never ends")
    func unanswered() throws {
        var scene = try Self.asked()
        for lapse in 1...6 {
            try scene.wait(workingDays: 2)
            let again = try #require(scene.notices(.informationRequested, to: "csc").last)
            #expect(again.body.stage == min(1 + lapse, 5) && again.at <= scene.now)
            #expect(scene.notices(.informationRequested, to: "csc").count == 1 + lapse)
            #expect(scene.notices(.informationRequested, to: "business-unit").count == lapse - 1)
        }
        #expect(scene.repeated == 0)
        #expect(try scene.provide(as: "csc") == [])
        try scene.wait(workingDays: 4)
        #expect(scene.notices(.informationRequested, to: "csc").count == 7)
    }

    @Test("R18: while the question is open the asker's window stands still, and goes on where it stood")
    func window() throws {
        var scene = try Self.asked()
        let end = try #require(scene.notices(.thresholdChanged, to: "school-hill").last?.body.respondBy)
        try scene.wait(until: end.adding(seconds: 60).rfc3339)
        var open = scene
        try open.answer(.thresholdChanged, as: "school-hill")
        #expect(open.escalation?.isLate == false, "nobody has answered yet")
        #expect(try scene.provide(as: "csc") == [])
        let moved = try #require(scene.notices(.informationProvided, to: "school-hill").last?.body.respondBy)
        // It was asked on the first day of five; the five days that it was open are added.
        #expect(moved == scene.policy.due(.workingDays(5), from: end).due)
        var inTime = scene
        try inTime.wait(until: moved.rfc3339)
        try inTime.answer(.thresholdChanged, as: "school-hill")
        #expect(inTime.escalation?.isLate == false)
        try scene.wait(until: moved.adding(seconds: 1).rfc3339)
        try scene.answer(.thresholdChanged, as: "school-hill")
        #expect(scene.escalation?.isLate == true)
    }

    @Test("R18: a question whose change has been withdrawn asks nobody any more")
    func withdrawn() throws {
        var scene = try Self.asked()
        try scene.decide(version: 2, to: .section47)
        try scene.wait(workingDays: 4)
        #expect(scene.notices(.informationRequested, to: "csc").count == 1)
        #expect(scene.state.questions.questions.isEmpty)
        #expect(try scene.provide(as: "csc").map(\.code.rawValue) == ["unknown-subject"])
    }

    @Test("R18: as many questions of one agency as can be are open; one more is refused, and another agency can ask")
    func full() throws {
        var scene = try Self.asked()
        for _ in 1..<HouseholdQuestions.maximumOpen {
            try scene.answer(.thresholdChanged, as: "school-hill", .needInformation)
        }
        let id = try scene.answer(.thresholdChanged, as: "school-hill", .needInformation)
        #expect(scene.rulings[id]?.map(\.code.rawValue) == ["too-many-open"])
        let other = try scene.answer(.thresholdChanged, as: "police", .needInformation)
        #expect(scene.rulings[other] == [])
    }

    @Test(
        "R18: a window stands still for working days, over weekends and holidays, or for hours", arguments: [0, 1, 5])
    func stoodStill(_ days: Int) throws {
        let policy = try VirtualPartnership.sample()
        // From a Friday morning on.
        let start = try Instant.reading("2026-11-20T09:00:00Z")
        let end = policy.due(.workingDays(5), from: start).due
        let stop = policy.due(.workingDays(max(days, 1)), from: start).due.adding(seconds: days == 0 ? -200_000 : 0)
        let expected = days == 0 ? end : policy.due(.workingDays(5 + days), from: start).due
        #expect(
            policy.window(until: end, stoodStillFrom: start, to: days == 0 ? start.adding(seconds: 60) : stop)
                == expected)
    }

    @Test("R19: an agency that joins after a change is told where the children stand, in one notice, and nothing old")
    func status() throws {
        var scene = try VirtualPartnership()
        let children = [VirtualPartnership.child, VirtualPartnership.sibling]
        try scene.prologue(children: children)
        try scene.decide()
        for agency in ["police", "health-visiting"] { try scene.consult(agency) }
        try scene.publish(
            .involvement(InvolvementFact(state: .opened, role: "worker", on: LondonTime.date(at: scene.now))),
            as: "housing", about: children)
        let told = scene.told.filter { $0.agency == "housing" }
        #expect(told.map(\.kind) == [.currentStatus])
        let levels = Dictionary(uniqueKeysWithValues: zip(told[0].children, told[0].details.map(\.to)))
        #expect(levels == [VirtualPartnership.child: .section17, VirtualPartnership.sibling: .section47])
        #expect(told[0].body.views.isEmpty && told[0].details.allSatisfy { $0.rationale == nil })
    }

    @Test("N1: an agency that joins a held family is told and asked once, of all its children")
    func heldFamily() throws {
        var scene = try VirtualPartnership()
        let children = [VirtualPartnership.child, VirtualPartnership.sibling]
        try scene.prologue(children: children)
        try scene.decide(from: .section47, to: .section17, children: children)
        try scene.publish(
            .involvement(InvolvementFact(state: .opened, role: "worker", on: LondonTime.date(at: scene.now))),
            as: "housing", about: children)
        let told = scene.told.filter { $0.agency == "housing" }
        #expect(Set(told.map(\.kind)) == [.thresholdChanged, .currentStatus] && told.count == 2)
        #expect(told.allSatisfy { Set($0.children) == Set(children) })
    }

    @Test("Issue 15.3, N3: a view's note reaches the parties with who recorded it, and when")
    func note() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide()
        try scene.publish(
            .consultation(
                ConsultationFact(
                    decisionID: "D1", decidedBy: try VirtualPartnership.code("csc"), version: 1,
                    agency: try VirtualPartnership.code("police"), consultedRole: "sergeant", at: scene.now,
                    view: .object, note: "Two investigations are open.")), as: "csc", about: [])
        let recorded = try #require(scene.notices(.consultationRecorded, to: "police").last?.body.views.first)
        #expect(recorded.note == "Two investigations are open." && recorded.recordedBy?.text == "csc")
        #expect(recorded.isOwn == false && recorded.at == scene.now)
        try scene.wait(workingDays: 1)
        let waiting = try #require(scene.notices(.discussionRequired, to: "school-hill").last)
        #expect(waiting.body.views.map(\.note) == ["Two investigations are open."])
    }

    @Test("trial A20: notes of one agency's views on what is open are bounded together, and another's is not refused")
    func notesBounded() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        var refused: [String] = []
        for number in 1...8 {
            try scene.decide("D\(number)")
            let id = try scene.publish(
                .consultation(
                    ConsultationFact(
                        decisionID: "D\(number)", decidedBy: try VirtualPartnership.code("csc"), version: 1,
                        agency: try VirtualPartnership.code("police"), consultedRole: "sergeant", at: scene.now,
                        view: .abstain, note: String(repeating: "n", count: 20_000))), as: "police", about: [])
            refused += scene.rulings[id]?.map(\.path) ?? []
        }
        #expect(refused == ["/data/note", "/data/note"])
    }
}
