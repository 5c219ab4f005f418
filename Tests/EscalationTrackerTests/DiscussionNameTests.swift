import Contracts
import Safeguarding
import Testing

@testable import EscalationTracker

/// Discussions have the identifiers that their agencies choose, which are unique within each agency alone (I1).
struct DiscussionNameTests {
    @Test("I1, E6: a discussion is told and can be challenged although another agency's has the same identifier")
    func told() throws {
        var partnership = try VirtualPartnership()
        try partnership.prologue()
        for (number, agency) in ["mash", "csc"].enumerated() {
            try partnership.discuss("SD9", .noSection47, as: agency)
            let told = partnership.notices(.thresholdChanged, to: "school-hill")
            #expect(told.count == number + 1 && told.last?.body.decidedBy?.agency.text == agency)
            #expect(told.last?.body.subject.id == "SD9")
            let id = try partnership.answer(.thresholdChanged, as: "school-hill")
            #expect(partnership.rulings[id] == [])
            #expect(partnership.escalation?.decider.text == agency)
            #expect(partnership.state.escalations.all.count == number + 1)
        }
        // The same one once more is no other.
        try partnership.discuss("SD9", .noSection47, as: "mash")
        #expect(partnership.notices(.thresholdChanged, to: "school-hill").count == 2)
    }
}
