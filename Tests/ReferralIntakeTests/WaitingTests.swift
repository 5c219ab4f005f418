import Contracts
import JSON
import Messaging
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import ReferralIntake

/// Consultations that come before their decision: how many wait, for how long, and who hears of it (R6).
struct WaitingTests {
    private static let began = Partnership.now

    private static func consult(_ intake: inout VirtualIntake, _ id: String, as agency: String = "police") throws
        -> [VirtualIntake.Said]
    {
        try intake.publish(
            "consultation.recorded.v2", as: agency, id: id, Events.consultation(of: agency), time: began)
    }

    @Test("R6: a view before its decision is accepted and told for what it waits, and until when")
    func waits() throws {
        var intake = try VirtualIntake()
        let said = try Self.consult(&intake, "c")
        #expect(said.facts.isEmpty)
        let waitingFor = try #require(said.receipts.first?.event.data["waitingFor"])
        #expect(waitingFor["kind"]?.string == "decision" && waitingFor["id"]?.string == "D1")
        let until = try #require(waitingFor["until"]?.string.flatMap { Instant(rfc3339: $0) })
        let policy = intake.policy
        #expect(until == policy.due(policy.clocks.consultationWaits, from: intake.now).due)
        let again = try Self.consult(&intake, "c")
        #expect(again.map(\.isAccepted) == [true])
        #expect(again.first?.event.data["waitingFor"]?["id"]?.string == "D1")
    }

    @Test(
        "trial A8: twenty of an agency wait for one decision; its next is refused, others' and those for another are not"
    )
    func bounded() throws {
        var intake = try VirtualIntake()
        for number in 0..<20 { #expect(try Self.consult(&intake, "c\(number)").first?.isAccepted == true) }
        let refused = try Self.consult(&intake, "c20")
        #expect(refused.map(\.codes) == [["too-many-waiting"]])
        #expect(intake.clocks.count == 20)
        // E6: an agency that guesses the identifier takes nobody's place.
        #expect(try Self.consult(&intake, "own", as: "school-hill").first?.isAccepted == true)
        let other = Events.consultation(of: "police", on: "D2")
        #expect(try intake.publish("consultation.recorded.v2", as: "police", id: "o", other).first?.isAccepted == true)
    }

    @Test("R6: what waited goes on just before its decision, and has its receipt and no deadline once it counts")
    func released() throws {
        var intake = try VirtualIntake()
        _ = try intake.publish("involvement.opened.v1", as: "csc", id: "i", Events.involvement("CSC"))
        _ = try Self.consult(&intake, "c")
        #expect(intake.clocks.count == 1)
        let facts = try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision()).facts
        #expect(facts.map(\.type) == [ConsultationFact.type.text, DecisionFact.type.text])
        #expect(Set(facts.compactMap(\.key)).count == 1)
        let view = try #require(facts.first)
        let until = try ConsultationFact.reading(view.event).until
        #expect(until != nil && until == intake.clocks.values.first?.due, "nobody joins it once it is handed back")
        let counted = try intake.judge(view)
        #expect(counted.map(\.isAccepted) == [true] && counted.first?.event.data["waitingFor"] == nil)
        #expect(intake.clocks.isEmpty)
        let again = try Self.consult(&intake, "c")
        #expect(again.map(\.isAccepted) == [true] && again.first?.event.data["waitingFor"] == nil)
    }

    @Test("N4: a view gets the same receipts, limit and end whether there is such a decision or not, until it counts")
    func strangers() throws {
        var ends: [[String]] = []
        for isThere in [true, false] {
            var intake = try VirtualIntake()
            _ = try intake.publish("involvement.opened.v1", as: "csc", id: "i", Events.involvement("CSC"))
            if isThere { _ = try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision()) }
            var said: [String] = []
            for number in 0...20 {
                let receipts = try Self.consult(&intake, "c\(number)").receipts
                #expect(receipts.count == 1 && receipts.first?.event.data["waitingFor"] != nil || number == 20)
                said += receipts.map(Self.told)
            }
            said += try Self.consult(&intake, "c3").receipts.map(Self.told)
            let due = try #require(intake.clocks.values.map(\.due).max())
            said += try intake.pass(until: due).receipts.map(Self.told).sorted()
            ends.append(said)
        }
        #expect(ends[0] == ends[1])
        #expect(ends[0].count == 21 + 1 + 21)
    }

    /// What a receipt says, but for moments.
    private static func told(_ said: VirtualIntake.Said) -> String {
        let words = said.event.data
        return "\(said.type) \(words["eventId"]?.string ?? "?") \(words["waitingFor"]?["kind"]?.string ?? "-") "
            + "\(words["waitingFor"]?["id"]?.string ?? "-") \(words["waitingFor"]?["until"] != nil) \(said.codes) "
            + said.message
    }

    @Test("trial A8: a view whose decision never comes is handed back by a refusal, and its id is free again")
    func handedBack() throws {
        var intake = try VirtualIntake()
        let accepted = try #require(try Self.consult(&intake, "c").first)
        let due = try #require(intake.clocks.values.first?.due)
        #expect(try intake.pass(until: due.adding(seconds: -1)).isEmpty)
        let back = try intake.pass(until: due)
        #expect(back.map(\.codes) == [["decision-not-made"]])
        #expect(back.first?.event.data["eventId"]?.string == "c")
        #expect(back.first?.event.envelope.id != accepted.event.envelope.id)
        let waiting = intake.register.waiting.values.flatMap { $0 }
        #expect(waiting.isEmpty)
        #expect(try Self.consult(&intake, "c").first?.event.data["waitingFor"] != nil, "it may be sent again")
    }

    @Test("Lost or wrong bytes: a view that waited and cannot be read any more is handed back when its decision comes")
    func unreadable() throws {
        var intake = try VirtualIntake()
        _ = try intake.publish("involvement.opened.v1", as: "csc", id: "i", Events.involvement("CSC"))
        _ = try Self.consult(&intake, "c")
        var register = intake.register
        register.waiting = register.waiting.mapValues { waiting in
            waiting.map {
                WaitingEvent(event: $0.event, subject: $0.subject, agency: $0.agency, until: $0.until, fact: nil)
            }
        }
        intake.replace(register)
        let decided = try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision())
        #expect(decided.facts.map(\.type) == [DecisionFact.type.text])
        let back = try intake.pass(until: intake.now)
        #expect(back.map(\.codes) == [["decision-not-made"]])
        #expect(back.first?.event.data["eventId"]?.string == "c")
    }

    @Test("E2: an accepted event that a service cannot act on is handed back after its receipt, and can be sent again")
    func handedBackByAnother() throws {
        var intake = try VirtualIntake()
        let first = try intake.publish("involvement.opened.v1", as: "csc", id: "i", Events.involvement("CSC"))
        let receipt = try #require(first.receipts.first)
        #expect(receipt.isAccepted)
        let reason = RefusalReason(
            path: "/data/children", code: RefusalCode(rawValue: "too-many-referrals"), message: "Send it again.")
        let fact = try #require(first.facts.first)
        let back = try intake.judge(fact, [reason])
        #expect(back.receipts.map(\.codes) == [["too-many-referrals"]])
        // Another receipt, under an id of its own: whoever has seen the first is not to take it for the same.
        #expect(back.first?.event.envelope.id != receipt.event.envelope.id)
        #expect(try intake.judge(fact, [reason]).isEmpty, "once")
        let again = try intake.publish("involvement.opened.v1", as: "csc", id: "i", Events.involvement("CSC"))
        #expect(again.receipts.map(\.isAccepted) == [true])
        #expect(again.facts.map(\.event.envelope.id) != first.facts.map(\.event.envelope.id))
    }
}
