import Contracts
import DecisionRules
import Messaging
import Safeguarding
import Testing

@testable import EscalationTracker

/// Ways round the consultees (trials C4 to C8, C12, C18, C20), against the tracker: contract R1 to R6, R8 to R12.
struct ConsulteeWayTests {
    private static func begun() throws -> VirtualPartnership {
        var partnership = try VirtualPartnership()
        try partnership.prologue()
        return partnership
    }

    private static func asked(_ partnership: VirtualPartnership, _ decision: String = "D1") -> Set<String> {
        Set(
            partnership.told.filter { $0.kind == .consultationRequested && $0.body.subject.id == decision }
                .map(\.agency))
    }

    @Test("R2: a second discussion of social care alone takes nobody out (trial C4)")
    func secondDiscussion() throws {
        var partnership = try Self.begun()
        try partnership.discuss("SD2", attending: ["csc"], exception: true)
        try partnership.decide(discussion: "SD2")
        #expect(Self.asked(partnership) == ["police", "health-visiting"])
        #expect(partnership.level == .section47)
    }

    @Test("R2: a decision dated before its discussion asks those who were there all the same (trial C5)")
    func datedBefore() throws {
        var partnership = try Self.begun()
        try partnership.decide(decidedAt: partnership.now.adding(seconds: -60))
        #expect(Self.asked(partnership) == ["police", "health-visiting"] && partnership.level == .section47)
    }

    @Test("R4: a discussion that nobody knows holds the change, with its deadline, until it is on record (trial C5)")
    func unknownDiscussion() throws {
        var partnership = try Self.begun()
        let before = partnership.now
        try partnership.wait(workingDays: 1)
        try partnership.decide(discussion: "SD9")
        for agency in ["police", "health-visiting"] { try partnership.consult(agency) }
        #expect(partnership.level == .section47)
        #expect(partnership.clocks.keys.contains { $0.kind == "reconvened-discussion" })
        try partnership.discuss("SD9", .noSection47, heldAt: before.adding(seconds: 60))
        #expect(partnership.level == .section17)
    }

    @Test("R2: a discussion about a sibling, or of another enquiry, names nobody away (trials C5, C8)")
    func sibling() throws {
        var partnership = try VirtualPartnership()
        let both = [VirtualPartnership.child, VirtualPartnership.sibling]
        try partnership.prologue(children: both)
        try partnership.discuss(
            "SD2", about: [VirtualPartnership.sibling], attending: ["csc", "mash"], exception: true)
        try partnership.decide(discussion: "SD2")
        #expect(Self.asked(partnership) == ["police", "health-visiting"])
    }

    @Test("R2: whoever becomes involved while it is held is told and asked; who has left hears the end (trial C18)")
    func joins() throws {
        var partnership = try Self.begun()
        try partnership.decide("D0", urgent: true)
        try partnership.discuss("SD0", .noSection47)
        try partnership.decide(from: .section17, to: .earlyHelp)
        #expect(Self.asked(partnership) == ["school-hill"])
        try partnership.involve("housing")
        #expect(partnership.notices(.thresholdChanged, to: "housing").count == 1)
        #expect(Self.asked(partnership) == ["school-hill", "housing"])
        try partnership.consult("housing")
        #expect(partnership.level == .section17)
        try partnership.involve("school-hill", .closed)
        #expect(partnership.level == .earlyHelp)
        #expect(partnership.lastTold(.changeConfirmed).isSuperset(of: ["csc", "school-hill", "housing"]))
        #expect(partnership.repeated == 0)
    }

    @Test("R6: a view before the decision counts for the version and the levels that were put to the agency alone")
    func early() throws {
        var partnership = try Self.begun()
        let bare = try partnership.consult("police")
        let other = try partnership.consult("police", put: (.section47, .closed))
        let fitting = try partnership.consult("health-visiting", put: VirtualPartnership.putBefore)
        #expect(partnership.rulings.isEmpty, "nothing is said before there is a decision")
        try partnership.decide()
        #expect(partnership.rulings[bare]?.map(\.path) == ["/data/children"])
        #expect(partnership.rulings[other]?.map(\.code) == [.unknownSubject])
        #expect(partnership.rulings[fitting] == [])
        #expect(Self.asked(partnership) == ["police"] && partnership.level == .section47)
    }

    @Test("R6: a new version asks again and says that earlier views do not count; a view on the old one is refused")
    func nextVersion() throws {
        var partnership = try Self.begun()
        try partnership.decide()
        try partnership.consult("police")
        try partnership.decide(version: 2, to: .closed)
        let again = try #require(partnership.notices(.consultationRequested, to: "police").last)
        #expect(again.body.subject.version == 2)
        #expect(again.body.question == "Views on version 1 do not count for the one that has taken its place.")
        let late = try partnership.consult("health-visiting")
        #expect(partnership.rulings[late]?.map(\.code.rawValue) == ["superseded"])
        #expect(partnership.rulings[late]?.first?.message.contains("Version 2") == true)
        try partnership.consult("health-visiting", version: 2)
        #expect(partnership.level == .section47)
        try partnership.consult("police", version: 2)
        #expect(partnership.level == .closed)
    }

    @Test("N4: a stranger's view is answered when it counts, and not before")
    func stranger() throws {
        var partnership = try Self.begun()
        try partnership.decide("D0", urgent: true)
        try partnership.discuss("SD0", .noSection47)
        try partnership.decide(from: .section17, to: .earlyHelp)
        let view = try partnership.consult("housing")
        let foreign = try partnership.consult("school-hill", by: "housing")
        #expect(partnership.rulings[view] == nil && partnership.rulings[foreign] == nil)
        try partnership.involve("housing")
        #expect(partnership.rulings[view] == [] && partnership.rulings[foreign] == [])
        #expect(!partnership.notices(.consultationRecorded, to: "school-hill").isEmpty)
    }

    @Test("R9: a change whose level is gone is overtaken, and everybody hears why (trial C7)")
    func overtaken() throws {
        var partnership = try VirtualPartnership()
        for agency in ["csc", "school-hill"] { try partnership.involve(agency) }
        try partnership.decide(from: .section17, to: .earlyHelp)
        try partnership.discuss("SD1")
        let told = try #require(partnership.notices(.changeWithdrawn, to: "school-hill").last)
        #expect(
            told.body.reason?.contains(
                "has changed the child's level in the "
                    + "meantime") == true && told.body.state == nil)
        let late = try partnership.consult("school-hill")
        #expect(partnership.rulings[late]?.map(\.code.rawValue) == ["change-ended"])
        #expect(partnership.level == .section47)
    }

    @Test("R10: a child that the next version leaves out is told as withdrawn (trial C12)")
    func leftOut() throws {
        var partnership = try VirtualPartnership()
        let both = [VirtualPartnership.child, VirtualPartnership.sibling]
        try partnership.prologue(children: both)
        try partnership.decide(children: both)
        try partnership.decide(version: 2)
        let told = partnership.told.filter { $0.kind == .changeWithdrawn }
        #expect(told.map(\.agency).sorted() == ["csc", "health-visiting", "police", "school-hill"])
        #expect(told.allSatisfy { $0.children == [VirtualPartnership.sibling] })
        #expect(told.first?.body.reason?.contains("leaves the child out") == true)
    }

    @Test("R11: an urgent change asks every consultee all the same, and says why it could not wait (trial C20)")
    func urgent() throws {
        var partnership = try Self.begun()
        try partnership.decide(urgent: true)
        let asked = try #require(partnership.notices(.consultationRequested, to: "police").last)
        #expect(asked.body.isUrgent == true && asked.body.urgentReason == "It cannot wait.")
        #expect(partnership.level == .section17)
        // Social care alone does not end it (trial C2).
        try partnership.discuss("SD2", .noSection47, attending: ["csc"], naming: ["D1"], exception: true)
        #expect(partnership.clocks.keys.contains { $0.kind == "reconvened-discussion" })
        try partnership.discuss("SD3", .noSection47, naming: ["D1"])
        #expect(!partnership.clocks.keys.contains { $0.kind == "reconvened-discussion" })
        #expect(!partnership.notices(.changeConfirmed, to: "police").isEmpty)
    }

    @Test("R12: a level that is raised is told to every party, by a decision or a discussion, also one recorded late")
    func raised() throws {
        var partnership = try VirtualPartnership()
        for agency in ["csc", "school-hill"] { try partnership.involve(agency) }
        try partnership.decide("D1", from: .earlyHelp, to: .section17)
        #expect(partnership.lastTold(.thresholdRaised) == ["csc", "school-hill"])
        let later = partnership.now
        try partnership.wait(workingDays: 1)
        try partnership.discuss("SD1", heldAt: later.adding(seconds: 60))
        #expect(partnership.lastTold(.thresholdRaised) == ["csc", "police", "health-visiting", "school-hill"])
        let told = try #require(partnership.notices(.thresholdRaised, to: "school-hill").last)
        #expect(told.details.map(\.from) == [.section17] && told.details.map(\.to) == [.section47])
        #expect(told.body.reason == "As discussed.")
        let id = try partnership.answer(.thresholdRaised, as: "school-hill")
        #expect(partnership.rulings[id] == [] && partnership.escalation?.decider.text == "csc")
    }

    @Test("N1: a discussion recorded late adds who was there, asks them, and repeats nothing")
    func late() throws {
        var partnership = try VirtualPartnership()
        for agency in ["csc", "school-hill"] { try partnership.involve(agency) }
        let before = partnership.now
        try partnership.wait(until: "2026-11-02T11:00:00Z")
        try partnership.decide()
        #expect(Self.asked(partnership) == ["school-hill"], "everybody who is party, since nobody else is on record")
        let told = partnership.told.count
        try partnership.discuss("SD1", heldAt: before)
        let late = partnership.told.dropFirst(told).map { "\($0.agency) \($0.kind.rawValue)" }.sorted()
        #expect(
            late == [
                "health-visiting consultation-requested", "health-visiting threshold-changed",
                "police consultation-requested", "police threshold-changed",
            ])
    }

    @Test("R3: a discussion that neither social care nor the hub recorded has no effect here either (trial C3)")
    func recorders() throws {
        var partnership = try VirtualPartnership()
        try partnership.involve("school-hill")
        try partnership.discuss("SD1", as: "school-hill")
        // Who must be there is intake's to judge, and not again here: JudgedOnceTests.
        #expect(partnership.state.register.discussions.isEmpty && partnership.told.isEmpty)
    }
}

extension VirtualPartnership {
    /// The recorded level of the child.
    var level: ThresholdLevel? { state.register.children[VirtualPartnership.child]?.level }

    /// An agency begins or ends its work with children.
    mutating func involve(
        _ agency: String, _ state: InvolvementFact.State = .opened, with children: [PersonID] = [child]
    ) throws {
        try publish(
            .involvement(InvolvementFact(state: state, role: "worker", on: LondonTime.date(at: now))), as: agency,
            about: children)
    }
}
