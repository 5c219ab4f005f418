import DecisionRules
import JSON
import Safeguarding
import Testing

@testable import KeepsightCommand

/// What 'keepsight explain' says of a decision: in plain words what it waits for, who was asked when, what would let it go, and
/// which rule says so (issue 15.3).
struct DecisionStandingTests {
    private static let child = PersonID(digest: [1])

    private var register = HouseholdRegister()
    private var terms: RegisterTerms

    private static func at(_ minutes: Int64) -> Instant { Instant(microsecondsSinceEpoch: minutes * 60_000_000) }

    private static func code(_ text: String) throws -> AgencyCode { try #require(AgencyCode(text)) }

    /// A discussion of social care, police and health has decided on an enquiry; a school works with the child.
    init() throws {
        terms = RegisterTerms(recorders: [try Self.code("csc")], quorum: [])
        try take(.joined(Self.child, Self.code("school")))
        try take(
            .discussion(
                DiscussionHeld(
                    id: "SD1", recordedBy: Self.code("csc"), heldAt: Self.at(1), children: [Self.child],
                    attendees: [Self.code("csc"): nil, Self.code("police"): nil, Self.code("health"): nil],
                    decidedOnEnquiry: true)))
    }

    private mutating func take(_ fact: RegisterFact) throws {
        _ = try register.apply(fact, under: terms, now: Self.at(10)).get()
    }

    private mutating func decide(
        _ id: String = "D1", from: ThresholdLevel = .section47, to: ThresholdLevel = .section17, urgent: Bool = false,
        discussion: String? = nil
    ) throws {
        try take(
            .decision(
                DecisionMade(
                    id: id, version: 1, agency: Self.code("csc"), decidedAt: Self.at(2),
                    children: [.init(Self.child, from: from, to: to)],
                    urgency: urgent ? .init(hasReason: true, isAttested: true) : nil, discussionID: discussion)))
    }

    private mutating func view(_ agency: String, _ view: ConsultationView = .support, on id: String = "D1") throws {
        try take(
            .view(
                ViewGiven(
                    decisionID: OwnName(id, of: Self.code("csc")), version: 1, agency: Self.code(agency),
                    recordedBy: Self.code(agency), position: view, at: Self.at(3))))
    }

    private func standing(_ id: String = "D1") throws -> DecisionStanding {
        try #require(DecisionStanding(OwnName(id, of: try Self.code("csc")), in: register, under: terms))
    }

    private func text(_ id: String = "D1") throws -> String { try standing(id).lines.joined(separator: "\n") }

    @Test("Issue 15.3: who must have a say is said with the reason, and who has not been asked yet as well")
    func awaited() throws {
        var scene = try DecisionStandingTests()
        try scene.decide()
        try scene.view("police")
        var standing = try scene.standing()
        #expect(standing.awaited == ["health"])
        standing.asked = ["health": Self.at(4)]
        let text = standing.lines.joined(separator: "\n")
        for part in [
            "Child 1 of 1: from Section 47 enquiry to child in need (Section 17), proposed, not yet in effect",
            "Waits for the view of health itself, asked on ",
            "It must have a say because it was at a strategy discussion of the enquiry that is to end (R2, R4).",
            "police supports it: its own view",
            "It takes effect once no view is waited for and nobody objects (R4), or a strategy",
            "An agency gives its view itself (for programs: consultation.recorded)",
        ] { #expect(text.contains(part), "\(part) in \(text)") }
        #expect(try scene.text().contains("the view of health itself, not asked for yet"))
    }

    @Test("R11: a change that goes on from an urgent one says that it waits until that is settled")
    func urgent() throws {
        var scene = try DecisionStandingTests()
        try scene.decide(urgent: true)
        try scene.decide("D2", from: .section17, to: .earlyHelp)
        for agency in ["police", "health", "school"] { try scene.view(agency, on: "D2") }
        let text = try scene.text("D2")
        for part in [
            "Waits for the urgent change D1 of csc, version 1, to be settled", "(R11)",
            "It takes effect once the urgent change before it is settled and no view is waited for",
        ] { #expect(text.contains(part), "\(part) in \(text)") }
        #expect(try scene.standing("D2").awaited == [])
        var writer = JSONWriter()
        try scene.standing("D2").write(to: &writer)
        let json = try JSONDocument(parsing: writer.bytes).root
        #expect(json["waitsFor"]?.elements.first?["kind"]?.string == "urgent-change")
        #expect(json["waitsFor"]?.elements.first?["decision"]?.string == "D1")
        #expect(try scene.text("D1").contains("the strategy discussion about it is still to be held (R11)"))
    }

    @Test("R2: an agency that policy names no longer is said, with who is asked in its place and what may be done")
    func leftPartnership() throws {
        var scene = try DecisionStandingTests()
        try scene.decide()
        scene.terms.members = try Set(["csc", "police", "unit"].map(Self.code))
        scene.terms.standIns = try [Self.code("unit")]
        #expect(try scene.text().contains("from the next working day on unit is asked in its place (R2)."))
        try scene.take(.silence(decisionID: OwnName("D1", of: Self.code("csc"))))
        let text = try scene.text()
        for part in [
            "Waits for the view of unit itself",
            "it is asked in the place of an agency that no longer takes part (R2, R4)",
            "health would have to have a say, and the partnership's policy no longer names it: unit is asked in its place (R2).",
            "put it back into the policy",
        ] { #expect(text.contains(part), "\(part) in \(text)") }
        #expect(try scene.standing().awaited == ["police", "unit"])
    }

    @Test("R7, R15: an objection is said, and that of an agency which left is closed by the arbiter")
    func objection() throws {
        var scene = try DecisionStandingTests()
        try scene.decide(discussion: "SD9")
        try scene.view("police", .object)
        #expect(try scene.text().contains("Waits for police to withdraw its objection (R7)."))
        #expect(try scene.text().contains("It names the strategy discussion SD9, which nobody has recorded"))
        #expect(try scene.text().contains("once the discussion that it names is on record and no view is waited for"))
        scene.terms.members = try Set(["csc", "health", "unit"].map(Self.code))
        scene.terms.standIns = try [Self.code("unit")]
        #expect(try scene.text().contains("police objects, and no longer takes part in the partnership"))
        #expect(try scene.standing().objecting == ["police"])
    }

    @Test("A child in two versions is one child, and each says which version it is by")
    func twoVersions() throws {
        var scene = try DecisionStandingTests()
        try scene.decide(urgent: true)
        try scene.take(
            .decision(
                DecisionMade(
                    id: "D1", version: 2, agency: Self.code("csc"), decidedAt: Self.at(3),
                    children: [.init(Self.child, from: .section17, to: .earlyHelp)])))
        let text = try scene.text()
        #expect(
            text.contains(
                "Child 1 of 1, by version 1: from Section 47 enquiry to child in need (Section "
                    + "17), in effect, urgent."))
        #expect(text.contains("Child 1 of 1, by version 2: from child in need (Section 17) to early help, proposed"))
    }

    @Test("What has ended says how, and that nothing is waited for")
    func ended() throws {
        var scene = try DecisionStandingTests()
        try scene.decide()
        for agency in ["police", "health"] { try scene.view(agency) }
        #expect(try scene.text().contains("in effect.") && scene.text().contains("Nothing is waited for."))
    }
}
