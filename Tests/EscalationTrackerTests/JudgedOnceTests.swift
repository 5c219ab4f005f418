import Contracts
import DecisionRules
import Messaging
import Safeguarding
import Testing

@testable import EscalationTracker

/// What intake has accepted has an effect behind it, though the services' policies are not the same at every moment: an agency is
/// added, or leaves, while events are under way and services start again one after another.
struct JudgedOnceTests {
    @Test(
        "R3: a discussion that intake has accepted begins its enquiry by a policy that would want others at the table")
    func quorumOfAnotherPolicy() throws {
        var partnership = try VirtualPartnership()
        // As if health had been there under a policy that knew it, which the tracker's does not.
        try partnership.discuss("SD1", attending: ["csc", "police"])
        #expect(partnership.level == .section47)
        #expect(Set(partnership.told.filter { $0.kind == .thresholdRaised }.map(\.agency)) == ["csc", "police"])
    }

    @Test("R3: and so does one whose recorder the tracker's policy does not know")
    func recorderOfAnotherPolicy() throws {
        var partnership = try VirtualPartnership()
        try partnership.discuss("SD1", as: "hub-of-another-policy", attending: ["csc", "police", "health-visiting"])
        #expect(partnership.level == .section47)
    }

    @Test("R3: what was accepted is not judged again; who attended is party all the same")
    func agencyOfAnotherPolicy() throws {
        var partnership = try VirtualPartnership()
        try partnership.discuss("SD1", attending: ["csc", "police", "school-of-another-policy"])
        try partnership.decide(discussion: "SD1")
        let asked = partnership.told.filter { $0.kind == .consultationRequested }.map(\.agency)
        #expect(Set(asked) == ["police", "school-of-another-policy"])
    }
}
