import Contracts
import Messaging
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import ReferralIntake

/// What is let in: the rules that need the register or the policy, each by itself.
struct AdmissionTests {
    private static func begun() throws -> VirtualIntake {
        var intake = try VirtualIntake()
        _ = try intake.publish("involvement.opened.v1", as: "csc", id: "i1", Events.involvement("CSC", 2))
        _ = try intake.publish("involvement.opened.v1", as: "csc", id: "i2", Events.elsewhere)
        return intake
    }

    /// Refused with exactly these, and nothing else comes of it.
    private static func refused(_ said: [VirtualIntake.Said], _ codes: [String], _ paths: [String]) {
        #expect(said.count == 1)
        #expect(said.first?.codes == codes)
        #expect(said.first?.paths == paths)
    }

    @Test("An agency that is none of the partnership's is refused, wherever it is named")
    func unknownAgencies() throws {
        var intake = try Self.begun()
        Self.refused(
            try intake.publish(
                "strategy-discussion.held.v2", as: "csc", id: "a", Events.discussion(attendee: "nobody")),
            ["unknown-agency"], ["/data/attendees/2/agency"])
        Self.refused(
            try intake.publish("step-down.proposed.v1", as: "csc", id: "b", Events.stepDown(attendee: "nobody")),
            ["unknown-agency"], ["/data/attendees/0/agency"])
        Self.refused(
            try intake.publish("consultation.recorded.v2", as: "csc", id: "c", Events.consultation(of: "nobody")),
            ["unknown-agency"], ["/data/agency"])
    }

    @Test("I1: another agency's decision may have the same identifier, and neither hears of the other's")
    func decisionOfAnother() throws {
        var intake = try Self.begun()
        let household = HouseholdID(digest: [9])
        var register = intake.register
        let police = try #require(AgencyCode("police"))
        register.add(Register.Subject(agency: police, household: household), under: "decision/police/D1")
        intake.replace(register)
        #expect(try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision()).facts.count == 1)
        #expect(intake.register.subjects["decision/police/D1"]?.household == household)
        #expect(intake.register.subjects["decision/csc/D1"]?.agency.text == "csc")
    }

    @Test("R3: a strategy discussion without social care, police or health says why, or is refused with who is missing")
    func quorum() throws {
        var intake = try Self.begun()
        let attendees = SampleEvents.discussion(children: 1).replacing(
            #/,\n?\{"agency":"police".*"health visitor"\}/#, with: "")
        Self.refused(
            try intake.publish("strategy-discussion.held.v2", as: "csc", id: "1", attendees), ["quorum-missing"],
            ["/data/attendees"])
        let why = attendees.replacing(
            #""decision":"section-47""#,
            with: #""decision":"section-47","quorumException":"Nobody could come tonight.""#)
        let said = try intake.publish("strategy-discussion.held.v2", as: "csc", id: "2", why)
        #expect(said.facts.count == 1)
        guard case .discussion(let fact) = try Fact.reading(try #require(said.facts.first).event).body else {
            return #expect(Bool(false))
        }
        #expect(fact.hasQuorumException)
        // Whoever is neither social care nor the hub records none.
        let full = SampleEvents.discussion(children: 1)
        for agency in ["police", "school-hill", "health-visiting"] {
            let said = try intake.publish("strategy-discussion.held.v2", as: agency, id: "3", full)
            #expect(said.map(\.codes) == [["not-authorised"]], "\(agency)")
        }
    }

    @Test("R4: an urgent change needs an authoriser whom the agency has attested as a manager, by name and role")
    func attested() throws {
        var intake = try Self.begun()
        let urgent = Events.decision(extra: #","urgent":true,"urgentReason":"Tonight.""#)
        Self.refused(
            try intake.publish("decision.changed.v1", as: "csc", id: "1", urgent), ["authoriser-not-attested"],
            ["/data/authoriser"])
        // Neither another agency's manager, nor a practitioner, nor somebody else with the role.
        _ = try intake.publish("contacts.attested.v1", as: "police", id: "a", SampleEvents.attestation())
        _ = try intake.publish(
            "contacts.attested.v1", as: "csc", id: "b", SampleEvents.attestation(manager: "Jo Example"))
        #expect(
            try intake.publish("decision.changed.v1", as: "csc", id: "2", urgent).map(\.codes) == [
                ["authoriser-not-attested"]
            ])
        _ = try intake.publish(
            "contacts.attested.v1", as: "csc", id: "c", SampleEvents.attestation(role: "service manager"))
        #expect(
            try intake.publish("decision.changed.v1", as: "csc", id: "3", urgent).map(\.codes) == [
                ["authoriser-not-attested"]
            ])
        _ = try intake.publish(
            "contacts.attested.v1", as: "csc", id: "d", SampleEvents.attestation(manager: "chris  EXAMPLE"))
        #expect(try intake.publish("decision.changed.v1", as: "csc", id: "4", urgent).facts.count == 1)
    }

    @Test("Every type of the catalogue has a place in what is let in")
    func catalogue() throws {
        for type in EventCatalogue.all {
            var intake = try Self.begun()
            let agencies = intake.policy.agencies
            let publishers = agencies.codes.filter { agencies.mayPublish(type.terms, $0) }.map(\.text)
            let agency = publishers.contains("csc") ? "csc" : try #require(publishers.first)
            let name = String(type.type.text.dropFirst("keepsight.".count))
            let said = try intake.publish(name, as: agency, id: "x", type.terms.example)
            #expect(!said.isEmpty)
            #expect(!said.contains { $0.codes.contains("unknown-type") }, "\(type.type)")
        }
    }

    @Test("A request identifier that is used is refused; a decision needs a request that somebody made")
    func usedRequest() throws {
        var intake = try Self.begun()
        let decided =
            #"{"requestId":"CR-1","by":{"name":"C Example","role":"m"},"decision":"declined","reason":"It works."}"#
        Self.refused(
            try intake.publish("conference.decided.v1", as: "csc", id: "0", decided), ["unknown-subject"],
            ["/data/requestId"])
        #expect(try intake.publish("conference.requested.v1", as: "csc", id: "1", Events.conference()).facts.count == 1)
        Self.refused(
            try intake.publish("conference.requested.v1", as: "csc", id: "2", Events.conference()),
            ["identifier-taken"], ["/data/requestId"])
        #expect(try intake.publish("conference.decided.v1", as: "csc", id: "3", decided).facts.count == 1)
    }

    @Test("A decision or a request over two households is refused, and takes no identifier")
    func twoHouseholds() throws {
        var intake = try Self.begun()
        let both = Events.decision(refs: ["CSC-A", "CSC-Z"])
        Self.refused(
            try intake.publish("decision.changed.v1", as: "csc", id: "d", both), ["several-households"],
            ["/data/children"])
        #expect(intake.register.subjects.isEmpty)
        let request = Events.conference().replacing(#"{"ref":"CSC-A"}"#, with: #"{"ref":"CSC-A"},{"ref":"CSC-Z"}"#)
        Self.refused(
            try intake.publish("conference.requested.v1", as: "csc", id: "r", request), ["several-households"],
            ["/data/children"])
        #expect(intake.register.subjects.isEmpty)
        let siblings = Events.decision(refs: ["CSC-A", "CSC-B"])
        #expect(try intake.publish("decision.changed.v1", as: "csc", id: "s", siblings).facts.count == 1)
    }

    @Test("What is said of children of two households is a fact for each, with its own children alone")
    func eachHousehold() throws {
        var intake = try Self.begun()
        let supervision = #"""
            {"supervisionId":"SV-1","heldAt":"\#(SampleEvents.minutesAgo(10))","supervisor":{"name":"C Example","role":"m"},\#
            "actions":"She is seen on Monday.","children":[{"ref":"CSC-A"},{"ref":"CSC-Z"},{"ref":"CSC-B"}]}
            """#
        let said = try intake.publish("supervision.recorded.v1", as: "csc", id: "1", supervision)
        let facts = try said.facts.map { try Fact.reading($0.event) }
        let named = facts.map { Set($0.children.flatMap(\.references.values)) }
        #expect(named == [["CSC-A", "CSC-B"], ["CSC-Z"]] && Set(facts.map(\.context.household)).count == 2)
    }

    @Test("An urgent change needs a manager of the agency, in capitals or not; a change that is not urgent needs none")
    func urgentAuthoriser() throws {
        var intake = try Self.begun()
        let urgent = #","urgent":true,"urgentReason":"Tonight.""#
        Self.refused(
            try intake.publish(
                "decision.changed.v1", as: "csc", id: "1", Events.decision(role: "social worker", extra: urgent)),
            ["authoriser-not-manager"], ["/data/authoriser/role"])
        Self.refused(
            try intake.publish(
                "decision.changed.v1", as: "csc", id: "2", Events.decision(role: "detective inspector", extra: urgent)),
            ["authoriser-not-manager"], ["/data/authoriser/role"])
        for (id, role) in [("3", "team manager"), ("4", "Team Manager"), ("5", "HEAD OF SERVICE")] {
            _ = try intake.publish(
                "contacts.attested.v1", as: "csc", id: "a\(id)", SampleEvents.attestation(role: role))
            let said = try intake.publish(
                "decision.changed.v1", as: "csc", id: id, Events.decision("U\(id)", role: role, extra: urgent))
            #expect(said.facts.count == 1, "\(role)")
        }
        let plain = try intake.publish(
            "decision.changed.v1", as: "csc", id: "6", Events.decision("P", role: "social worker"))
        #expect(plain.facts.count == 1)
    }

    @Test("A plan is ended by a manager of the agency, in capitals or not")
    func stepDownAuthoriser() throws {
        var intake = try Self.begun()
        Self.refused(
            try intake.publish("step-down.proposed.v1", as: "csc", id: "1", Events.stepDown(role: "social worker")),
            ["authoriser-not-manager"], ["/data/authoriser/role"])
        #expect(
            try intake.publish("step-down.proposed.v1", as: "csc", id: "2", Events.stepDown(role: "Service Manager"))
                .facts
                .count == 1)
    }

    @Test("Whoever may not publish a type is refused, and everything that stands against an event is said at once")
    func authorised() throws {
        var intake = try Self.begun()
        Self.refused(
            try intake.publish("decision.changed.v1", as: "police", id: "1", Events.decision()), ["not-authorised"],
            ["/type"])
        let urgent = Events.decision(
            refs: ["CSC-X"], role: "social worker", extra: #","urgent":true,"urgentReason":"Tonight.""#)
        Self.refused(
            try intake.publish("decision.changed.v1", as: "csc", id: "2", urgent),
            ["authoriser-not-manager", "unknown-subject"], ["/data/authoriser/role", "/data/children/0/ref"])
    }
}
