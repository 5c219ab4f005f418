import Contracts
import DecisionRules
import Messaging
import Policy
import Safeguarding
import Testing

@testable import EscalationTracker

/// One notice for all the children of a family whom it concerns and to whom the agency is party: contract N1 and N3.
struct FamilyNoticeTests {
    static let family = (1...7).map { PersonID(digest: [UInt8($0)]) }

    /// Seven children; the school works with the third and the fifth alone.
    private func family() throws -> VirtualPartnership {
        var scene = try VirtualPartnership()
        try scene.prologue(children: Self.family)
        for child in Self.family where ![Self.family[2], Self.family[4]].contains(child) {
            try scene.publish(
                .involvement(InvolvementFact(state: .closed, role: "worker", on: LondonTime.date(at: scene.now))),
                as: "school-hill", about: [child])
        }
        return scene
    }

    @Test("N1: a family of seven is one notice to each agency, of the children to whom it is party")
    func seven() throws {
        var scene = try family()
        try scene.decide(children: Self.family)
        let changed = scene.told.filter { $0.kind == .thresholdChanged }
        #expect(changed.map(\.agency).sorted() == ["csc", "health-visiting", "police", "school-hill"])
        for notice in changed where notice.agency != "school-hill" {
            #expect(notice.children == Self.family.sorted(), "\(notice)")
            #expect(notice.details.allSatisfy { $0.rationale == "Support is accepted." && $0.to == .section17 })
        }
        let school = scene.notices(.thresholdChanged, to: "school-hill")
        #expect(school.first?.children == [Self.family[2], Self.family[4]])
        let asked = scene.told.filter { $0.kind == .consultationRequested }
        #expect(asked.map(\.agency).sorted() == ["health-visiting", "police"])
        #expect(asked.allSatisfy { $0.children.count == 7 })
        for agency in ["police", "health-visiting"] { try scene.consult(agency) }
        #expect(scene.told.filter { $0.kind == .changeConfirmed }.count == 4)
        #expect(scene.repeated == 0)
    }

    @Test("N1: urgent, overdue, challenged, advanced, closed, delayed: one notice each, of the agency's children")
    func everyKind() throws {
        var scene = try family()
        let before = scene.told.count
        try scene.decide(urgent: true, children: Self.family)
        try scene.answer(.thresholdChanged, as: "police")
        try scene.wait(workingDays: 30)
        _ = try scene.close(.withdrawn, as: "police")
        var seen: Set<String> = []
        for notice in scene.told.dropFirst(before) {
            let task = notice.task?.rawValue ?? "-"
            let moment = "\(notice.at) \(notice.agency) \(notice.kind) \(task) \(notice.body.subject)"
            #expect(seen.insert(moment).inserted, "told apart by child: \(notice)")
            guard notice.agency == "school-hill" else { continue }
            #expect(Set(notice.children).isSubset(of: [Self.family[2], Self.family[4]]), "\(notice)")
        }
        let kinds = Set(scene.told.map(\.kind))
        #expect(
            kinds.isSuperset(of: [
                .discussionRequired, .challengeRaised, .escalationAdvanced, .escalationClosed, .taskDue,
            ]), "\(kinds)")
        #expect(scene.repeated == 0)
    }

    @Test("N1: a discussion recorded late tells its attendees of all the children at once, and repeats nothing")
    func late() throws {
        var scene = try VirtualPartnership()
        try scene.publish(
            .involvement(InvolvementFact(state: .opened, role: "worker", on: LondonTime.date(at: scene.now))),
            as: "school-hill", about: Self.family)
        let before = scene.now
        try scene.wait(workingDays: 1)
        try scene.decide(children: Self.family)
        let first = scene.told.count
        try scene.discuss("SD1", about: Self.family, heldAt: before)
        let late = scene.told.dropFirst(first)
        #expect(late.allSatisfy { $0.children.count == 7 })
        #expect(Set(late.map { "\($0.agency) \($0.kind.rawValue)" }).count == late.count, "\(late)")
        #expect(Set(late.map(\.agency)).isSuperset(of: ["csc", "police", "health-visiting"]))
        let told = scene.told.count
        try scene.discuss("SD1", about: Self.family, heldAt: before)
        #expect(scene.told.count == told && scene.repeated == 0)
    }

    @Test("N1: an answer that names some of the children challenges for those, and a stranger's name is refused")
    func some() throws {
        var scene = try family()
        try scene.decide(children: Self.family)
        let police = try VirtualPartnership.code("police")
        let stranger = ChildName(ref: "police-none", handle: nil)
        let refused = try scene.answer(.thresholdChanged, as: "police", naming: [stranger])
        #expect(scene.rulings[refused]?.map(\.path) == ["/data/children"])
        #expect(scene.escalation == nil, "a refused challenge has no effect")
        // A handle of another agency's is as good as none.
        let foreign = ChildName(of: Self.family[0], ref: nil, for: try VirtualPartnership.code("csc"))
        try scene.answer(.thresholdChanged, as: "police", naming: [foreign])
        #expect(scene.escalation == nil)
        let named = [Self.family[1], Self.family[2]].map { ChildName(of: $0, ref: nil, for: police) }
        try scene.answer(.thresholdChanged, as: "police", naming: named)
        #expect(scene.escalation?.children == [Self.family[1], Self.family[2]])
        // The school, which works with one of the two, hears of that one.
        #expect(scene.notices(.challengeRaised, to: "school-hill").map(\.children) == [[Self.family[2]]])
        // Without names it is about all of them.
        try scene.answer(.thresholdChanged, as: "health-visiting", child: Self.family[0])
        #expect(scene.escalation?.children == Set(Self.family))
    }

    @Test("N1: whoever is party no longer challenges for the children that it was told of: no challenge is lost")
    func ownChildren() throws {
        var scene = try family()
        try scene.decide(children: Self.family)
        for child in Self.family {
            try scene.publish(
                .involvement(InvolvementFact(state: .closed, role: "worker", on: LondonTime.date(at: scene.now))),
                as: "school-hill", about: [child])
        }
        try scene.answer(.thresholdChanged, as: "school-hill", child: Self.family[2])
        #expect(scene.escalation?.challenger.text == "school-hill")
        #expect(scene.escalation?.children == [Self.family[2], Self.family[4]])
    }

    @Test("N3: rationale, urgent reason, grounds, desired outcome and question reach those whom they are meant for")
    func texts() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide(urgent: true)
        let told = try #require(scene.notices(.thresholdChanged, to: "police").last)
        #expect(told.details.map(\.rationale) == ["Support is accepted."])
        #expect(told.body.urgentReason == "It cannot wait." && told.body.decidedBy?.role == "team manager")
        #expect(told.body.subject.chosenBy?.text == "csc" && told.body.subject.version == 1)
        let required = try #require(scene.notices(.discussionRequired, to: "police").last)
        #expect(required.body.urgentReason == "It cannot wait.")
        try scene.answer(.thresholdChanged, as: "police", .needInformation)
        let question = try #require(scene.notices(.informationRequested, to: "csc").last)
        #expect(question.body.question == "Who has seen the child?" && question.body.raisedBy?.agency.text == "police")
        try scene.answer(.thresholdChanged, as: "police")
        let raised = try #require(scene.notices(.challengeRaised, to: "csc").last)
        #expect(raised.body.grounds == "The risk has not gone.")
        #expect(raised.body.desiredOutcome == "The enquiry goes on.")
        #expect(raised.body.raisedBy == NoticeAuthor(try VirtualPartnership.code("police"), role: "practitioner"))
    }

    @Test("N3: a held change says for whom it waits, and which views are on record, its own or recorded for it")
    func awaiting() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.consult("police", put: VirtualPartnership.putBefore)
        try scene.decide()
        let told = try #require(scene.notices(.thresholdChanged, to: "school-hill").last)
        #expect(told.body.awaiting.map(\.text) == ["health-visiting"])
        #expect(told.body.views.map(\.agency.text) == ["police"] && told.body.views.map(\.view) == [.support])
        #expect(told.body.views.map(\.isOwn) == [true])
    }

    @Test("Texts that are kept until a change is settled and cannot be held again leave the document then")
    func bounded() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide()
        let name = OwnName("D1", of: try VirtualPartnership.code("csc"))
        #expect(scene.state.statements[name]?.rationales.isEmpty == false)
        for agency in ["police", "health-visiting"] { try scene.consult(agency) }
        // A discussion that is typed in late may hold it again.
        #expect(scene.state.statements[name]?.rationales.isEmpty == false)
        try scene.decide("D2", from: .section17, to: .section47)
        #expect(scene.state.statements[name]?.rationales.isEmpty == true)
        let next = OwnName("D2", of: try VirtualPartnership.code("csc"))
        #expect(scene.state.statements[next]?.rationales.isEmpty == true, "what is raised is never held")
    }
}
