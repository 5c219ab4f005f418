import Contracts
import Messaging
import Safeguarding
import TestSupport
import Testing

@testable import ReferralIntake

/// What intake looks at before it lets something in, in its details: what a referral weighs, who is named, what is left out.
struct AdmissionDetailTests {
    private static func begun() throws -> VirtualIntake {
        var intake = try VirtualIntake()
        _ = try intake.publish("involvement.opened.v1", as: "csc", id: "i1", Events.involvement("CSC", 2))
        return intake
    }

    private static func consultation(_ children: String, decidedBy: String = "csc") -> String {
        Events.consultation(of: "csc").replacing(#""decidedBy":"csc""#, with: #""decidedBy":"\#(decidedBy)""#)
            .replacing(#""version":1,"#, with: #""version":1,"children":[\#(children)],"#)
    }

    @Test(
        "trial A20: a referral weighs what it takes on the desk at the most, with each agency's reference of each child"
    )
    func weight() throws {
        var intake = try VirtualIntake()
        func weight(_ agency: String) throws -> Int? {
            let kind = ReferralCounts.Kind(agency: try #require(AgencyCode(agency)), isImmediate: false)
            return intake.register.referralCounts.values.compactMap { $0.counts[kind]?.weight }.first
        }
        _ = try intake.publish("referral.made.v1", as: "health-visiting", id: "1", SampleEvents.referral(children: 1))
        // Itself; its identifier of two bytes; the concern's kind of seven; the child, with a reference of four bytes of an agency
        // whose code has fifteen. What can be escaped counts twice.
        let (itself, identifier, concern, child) = (2000, 2 * 2, 2 * 7 + 4, 200)
        let own = 2 * (2 * 4 + 15 + 6), other = 2 * (2 * 4 + 6 + 6)
        #expect(try weight("health-visiting") == itself + identifier + concern + child + own)
        _ = try intake.publish("referral.made.v1", as: "police", id: "2", SampleEvents.referral(children: 1))
        #expect(try weight("police") == itself + identifier + concern + child + own + other)
    }

    @Test("A view names an agency of the partnership as the decider, and of each child both levels or neither")
    func consultations() throws {
        for (id, children, decider, code, path) in [
            ("1", #"{"ref":"CSC-A"}"#, "nobody", "unknown-agency", "/data/decidedBy"),
            ("2", #"{"ref":"CSC-A","from":"section-47"}"#, "csc", "missing-field", "/data/children/0/to"),
            (
                "3", #"{"ref":"CSC-A"},{"ref":"CSC-B","to":"section-17"}"#, "csc", "missing-field",
                "/data/children/1/from"
            ),
        ] {
            let said = try Self.begun().publishing(
                "consultation.recorded.v2", as: "csc", id: id, Self.consultation(children, decidedBy: decider))
            #expect(said.map(\.codes) == [[code]] && said.first?.paths == [path], "\(path)")
        }
    }

    @Test("B3: an attestation without somebody for each stage is refused with the stages that are missing")
    func attestation() throws {
        var intake = try VirtualIntake()
        let missing = SampleEvents.attestation().replacing(
            #"{"stage":3,"name":"Chris Example","role":"team manager"},"#, with: "")
        let said = try intake.publish("contacts.attested.v1", as: "csc", id: "1", missing)
        #expect(said.map(\.codes) == [["contact-missing"]] && said.first?.paths == ["/data/contacts"])
        #expect(said.first?.message.hasSuffix("missing: 3.") == true)
        let whole = try intake.publish("contacts.attested.v1", as: "csc", id: "2", SampleEvents.attestation())
        #expect(whole.facts.count == 1)
    }

    @Test("R3: a discussion that had everybody it needs is on record as one with a quorum")
    func withQuorum() throws {
        let said = try Self.begun().publishing(
            "strategy-discussion.held.v2", as: "csc", id: "1", SampleEvents.discussion(children: 1))
        guard case .discussion(let fact) = try Fact.reading(try #require(said.facts.first).event).body else {
            Issue.record("no discussion")
            return
        }
        #expect(!fact.hasQuorumException)
    }
}

extension VirtualIntake {
    /// What comes of an event, in a copy.
    fileprivate func publishing(_ type: String, as agency: String, id: String, _ data: String) throws -> [Said] {
        var copy = self
        return try copy.publish(type, as: agency, id: id, data)
    }
}
