import Contracts
import Safeguarding
import Testing

@testable import ReferralIntake

/// One child under two of an agency's own references is one child: a decision has one level for it (a practitioner's F5).
struct TwiceDecidedTests {
    private func decision(_ levels: [(ref: String, to: String)]) -> String {
        let children = levels.map {
            #"{"ref":"\#($0.ref)","from":"section-47","to":"\#($0.to)","rationale":"As discussed."}"#
        }
        return Events.decision().replacing(
            #"{"ref":"CSC-A","from":"section-47","to":"section-17","rationale":"Support is accepted."}"#,
            with: children.joined(separator: ","))
    }

    @Test(
        "A decision that names one child by two references of its agency's is refused, and says which",
        arguments: [["section-17", "closed"], ["section-17", "section-17"]])
    func ownReferences(_ levels: [String]) throws {
        var intake = try VirtualIntake()
        _ = try intake.publish("involvement.opened.v1", as: "csc", id: "i", Events.involvement("CSC", 2))
        _ = try intake.publish("involvement.opened.v1", as: "csc", id: "j", Events.involvement("OLD", 1))
        let twice = decision([("CSC-A", levels[0]), ("CSC-B", "section-17"), ("OLD-A", levels[1])])
        let said = try intake.publish("decision.changed.v1", as: "csc", id: "d", twice)
        #expect(said.map(\.codes) == [["duplicate-entry"]] && said.map(\.paths) == [["/data/children/2"]])
        #expect(intake.register.subjects.isEmpty)
        let once = decision([("CSC-A", levels[0]), ("CSC-B", "section-17")])
        #expect(try intake.publish("decision.changed.v1", as: "csc", id: "d", once).facts.count == 1)
    }
}
