import Contracts
import JSON
import Messaging
import Safeguarding
import TestSupport
import Testing

@testable import ReferralIntake

/// An identifier that an agency chooses stands for one thing (I1): an event that could have no effect is refused.
struct IdentifierTests {
    /// Events under identifiers of their own, each with another that says something else under the same identifier.
    private static let cases: [(type: String, agency: String, first: String, other: String, path: String)] = [
        (
            "referral.made.v1", "health-visiting", SampleEvents.referral(children: 1),
            SampleEvents.referral(children: 2).replacing(
                #""referralId":"R1""#, with: #""referralId":"R1","immediateRisk":true"#),
            "/data/referralId"
        ),
        (
            "strategy-discussion.held.v2", "csc", Events.discussion(attendee: "police"),
            Events.discussion(attendee: "school-hill"), "/data/discussionId"
        ),
        ("supervision.recorded.v1", "csc", supervision("Ring."), supervision("InboundEvent."), "/data/supervisionId"),
        (
            "conference.requested.v1", "csc", Events.conference(),
            Events.conference().replacing("It goes on.", with: "It has gone on."), "/data/requestId"
        ),
    ]

    private static func supervision(_ actions: String) -> String {
        #"{"supervisionId":"SV-1","heldAt":"2026-01-05T10:00:00Z","children":[{"ref":"CSC-A"}],"#
            + #""supervisor":{"name":"A Example","role":"b"},"actions":"\#(actions)"}"#
    }

    private static func begun() throws -> VirtualIntake {
        var intake = try VirtualIntake()
        _ = try intake.publish("involvement.opened.v1", as: "csc", id: "i1", Events.involvement("CSC", 2))
        return intake
    }

    @Test(
        "I1: other content, or the same once more, under an identifier that is taken is refused with what would have an effect"
    )
    func taken() throws {
        for item in Self.cases {
            var intake = try Self.begun()
            let first = try intake.publish(item.type, as: item.agency, id: "1", item.first)
            #expect(first.facts.count == 1, "\(item.type)")
            for (id, data) in [("2", item.other), ("3", item.first)] {
                let said = try intake.publish(item.type, as: item.agency, id: id, data)
                #expect(said.map(\.codes) == [["identifier-taken"]], "\(item.type)")
                #expect(said.first?.paths == [item.path])
                #expect(said.first?.message.contains("new") == true)
            }
        }
    }

    @Test(
        "I1: another agency can use the same identifier, for every type but those that others name without its agency")
    func ofEachAgency() throws {
        var intake = try Self.begun()
        _ = try intake.publish("involvement.opened.v1", as: "police", id: "i2", Events.involvement("CSC", 2))
        _ = try intake.publish("involvement.opened.v1", as: "mash", id: "i3", Events.involvement("CSC", 2))
        for item in Self.cases.prefix(3) {
            // Discussions are social care's and the hub's.
            let other = item.path == "/data/discussionId" ? "mash" : "police"
            #expect(try intake.publish(item.type, as: "csc", id: "a" + item.path, item.first).facts.count == 1)
            #expect(try intake.publish(item.type, as: other, id: "b" + item.path, item.first).facts.count == 1)
        }
    }

    @Test("E2: an event that is refused after it was let in leaves its identifier free, as it leaves its id")
    func free() throws {
        var intake = try Self.begun()
        let stale = RefusalReason(
            path: "/data/requestId", code: RefusalCode(rawValue: "too-many-open"), message: "Full.")
        let first = try #require(
            try intake.publish("conference.requested.v1", as: "csc", id: "1", Events.conference()).facts.first)
        #expect(try intake.judge(first, [stale]).map(\.codes) == [["too-many-open"]])
        let second = try #require(
            try intake.publish("conference.requested.v1", as: "csc", id: "2", Events.conference()).facts.first)
        #expect(try intake.judge(second).map(\.isAccepted) == [true])
        let third = try intake.publish("conference.requested.v1", as: "csc", id: "3", Events.conference())
        #expect(third.map(\.codes) == [["identifier-taken"]])
    }

    @Test(
        "I1: an agency's decision identifier is one family's; its versions go by it, and another family's needs another"
    )
    func decisions() throws {
        var intake = try Self.begun()
        _ = try intake.publish("involvement.opened.v1", as: "csc", id: "i2", Events.elsewhere)
        let first = try #require(
            try intake.publish("decision.changed.v1", as: "csc", id: "1", Events.decision()).facts.first)
        let elsewhere = Events.decision(refs: ["CSC-Z"])
        let said = try intake.publish("decision.changed.v1", as: "csc", id: "2", elsewhere)
        #expect(said.map(\.codes) == [["identifier-taken"]] && said.first?.paths == ["/data/decisionId"])
        let second = Events.decision().replacing(#""version":1"#, with: #""version":2"#)
        #expect(try intake.publish("decision.changed.v1", as: "csc", id: "3", second).facts.count == 1)
        // Refused, it takes nothing.
        let stale = RefusalReason(path: "/data/children/0/from", code: .staleDecision, message: "No.")
        _ = try intake.judge(first, [stale])
        #expect(try intake.publish("decision.changed.v1", as: "csc", id: "2", elsewhere).facts.count == 1)
    }

    @Test(
        "Every type that has an identifier of its own declares it: whatever else names something names what others named"
    )
    func catalogue() throws {
        // What others chose: a decision, a request; or an agency of something that it may name again.
        let named = [
            "keepsight.consultation.recorded.v2 decisionId", "keepsight.conference.decided.v1 requestId",
            "keepsight.step-down.proposed.v1 reviewId", "keepsight.appointment.not-brought.v1 appointmentId",
        ]
        for type in EventCatalogue.all {
            let data = try JSONDocument(parsing: Array(type.terms.example.utf8)).root
            var reasons = RefusalReasons()
            let event = try #require(type.init(reading: data, &reasons))
            let ours = data.members.filter {
                ["n1-", "x1-", "s1-", "q1-"].contains($0.value.string?.prefix(3).description)
            }
            .map(\.key)
            let chosen = data.members.map(\.key).filter { key in
                key.hasSuffix("Id") && !ours.contains(key) && !named.contains("\(type.type) \(key)")
                    && !["discussionId", "newDecisionId"].contains(key) || key == "discussionId" && data["chair"] != nil
            }
            #expect(event.ownIdentifier.map { [$0.field] } ?? [] == chosen, "\(type.type)")
            if let identifier = event.ownIdentifier { #expect(data[key: identifier.field]?.string == identifier.text) }
        }
    }
}
