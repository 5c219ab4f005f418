import Contracts
import Safeguarding
import Testing

@testable import EscalationTracker

/// Discussions have the identifiers that their agencies choose, which are unique within each agency alone (I1).
struct DiscussionNameTests {
    private let cases = DecisionRegisterTests()
    private let now = DecisionRegisterTests.at(90)

    @Test("I1, E6: a discussion is told and can be challenged although another agency's has the same identifier")
    func told() throws {
        var partnership = try VirtualPartnership()
        try partnership.prologue()
        for (number, agency) in ["police", "health-visiting"].enumerated() {
            try partnership.discuss("SD1", .noSection47, as: agency)
            let told = partnership.notices(.thresholdChanged, to: "school-hill")
            #expect(told.count == number + 1 && told.last?.body.decidedBy?.agency.text == agency)
            #expect(told.last?.body.subject.id == "SD1")
            let id = try partnership.answer(.thresholdChanged, as: "school-hill")
            #expect(partnership.verdicts[id] == [])
            #expect(partnership.escalation?.decider.text == agency)
            #expect(partnership.casebook.escalations.escalations.count == number + 1)
        }
        // The same one once more is no other.
        try partnership.discuss("SD1", .noSection47, as: "police")
        #expect(partnership.notices(.thresholdChanged, to: "school-hill").count == 2)
    }

    @Test("I1: a decision that names a discussion means its own agency's, not that of an agency that never saw it")
    func named() throws {
        var register = try cases.register()
        _ = register.hold(cases.discussion(by: "police", attendees: [cases.police, cases.school]), now: now)
        _ = try register.decide(try cases.proposal(discussionID: "SD1"), now: now).get()
        #expect(register.changes.first?.isMissingDiscussion == true && register.changes.first?.state == .held)
        _ = register.consult(
            "D1", Consultation(agency: try #require(cases.school), recordedBy: try #require(cases.csc), view: .support))
        #expect(register.changes.first?.state == .held)
        _ = register.hold(cases.discussion(), now: now)
        #expect(register.changes.first?.consultees == cases.set(cases.police, cases.health))
    }

    @Test("I1: it means another agency's at which its own was, until one of its own agency comes")
    func ofAnother() throws {
        var register = try cases.register()
        _ = register.hold(cases.discussion(by: "mash", attendees: [cases.csc, cases.police]), now: now)
        _ = try register.decide(try cases.proposal(discussionID: "SD1"), now: now).get()
        #expect(register.changes.first?.consultees == cases.set(cases.police))
        _ = register.hold(cases.discussion(attendees: [cases.csc, cases.health]), now: now)
        #expect(register.changes.first?.consultees == cases.set(cases.health))
        #expect(register.changes.first?.discussion?.agency == cases.csc)
    }
}
