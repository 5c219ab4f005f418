import Contracts
import JSON
import KafkaClient
import Messaging
import PostgresClient
import Safeguarding
import TestSupport
import Testing

@testable import ReferralIntake

/// Receipts of what cannot be read: events, types, and refusals on record.
extension ReceiptTests {
    @Test("Lost or wrong bytes: whatever an event is answered, its receipt names its id and its type")
    func named() throws {
        var intake = try Self.begun()
        let time = intake.now.adding(seconds: -60)
        func expect(_ said: [VirtualIntake.Said], _ id: String, _ type: String, _ code: String) {
            #expect(said.receipts.map(\.codes) == [[code]])
            #expect(said.receipts.map { $0.event.data["eventId"]?.string } == [id])
            #expect(said.receipts.map { $0.event.data["eventType"]?.string } == ["keepsight." + type])
        }
        let (opened, decided) = ("involvement.opened.v1", "decision.changed.v1")
        let other = try intake.publish(opened, as: "csc", id: "i1", Events.involvement("CSC", 2))
        expect(other, "i1", opened, "duplicate-id-different-content")
        expect(try intake.publish(decided, as: "police", id: "p", Events.decision()), "p", decided, "not-authorised")
        let unknown = try intake.publish(decided, as: "csc", id: "u", Events.decision("D2", refs: ["CSC-X"]))
        expect(unknown, "u", decided, "unknown-subject")
        expect(try intake.publish("none.made.v1", as: "csc", id: "n", "{}"), "n", "none.made.v1", "unknown-type")
        let empty = try intake.publish(opened, as: "csc", id: "e", #"{"children":[{"ref":"C"}],"role":"x","since":""}"#)
        expect(empty, "e", opened, "empty-value")
        // While it is judged, when it is, and after that.
        let fact = try #require(
            try intake.publish(decided, as: "csc", id: "d", Events.decision(), time: time).facts.first)
        let pending = try intake.publish(decided, as: "csc", id: "d", Events.decision(from: "section-17"), time: time)
        expect(pending, "d", decided, "duplicate-id-different-content")
        expect(try intake.judge(fact, [Self.stale]), "d", decided, "stale-decision")
        let again = try intake.publish(decided, as: "csc", id: "d", Events.decision(), time: time)
        expect(again, "d", decided, "stale-decision")
    }

    @Test("Lost or wrong bytes: a refusal on record whose reasons cannot be read any more is a refusal all the same")
    func unreadableReasons() {
        func reasons(_ refusal: String?) -> [RefusalCode] {
            KeptRuling(reference: .random(), recordedAt: Partnership.now, refusal: refusal.map { Array($0.utf8) })
                .reasons.map(\.code)
        }
        for text in ["", "broken", "{}", "[]", #"{"reasons":[]}"#, #"{"reasons":[7]}"#, #"{"reasons":[{"code":1}]}"#] {
            #expect(reasons(text) == [.refusedBefore], "\(text)")
        }
        #expect(reasons(nil) == [])
    }

    @Test("A refusal names the record, even where neither id nor type can be read")
    func unreadable() throws {
        var intake = try VirtualIntake()
        _ = try intake.send(Array("[1]".utf8), as: "police")
        let said = try intake.send(Array("hello".utf8), as: "police")
        #expect(said.first?.event.data["record"]?["offset"]?.int64 == 1)
        #expect(said.first?.event.data["record"]?["partition"]?.int64 == 0)
        #expect(said.first?.event.data["eventId"] == nil)
    }

    @Test("trial B8: an unknown type is answered with those that come nearest, and where all of them stand")
    func unknownType() throws {
        var intake = try VirtualIntake()
        let said = try intake.publish("decision.chnaged.v1", as: "csc", id: "d", Events.decision())
        #expect(said.first?.codes == ["unknown-type"])
        #expect(said.first?.message.contains("nearest are: keepsight.decision.changed.v1") == true)
        #expect(said.first?.message.contains("deploy/docs/events.md") == true)
        let version = try intake.publish("involvement.opened.v2", as: "csc", id: "i", Events.involvement("CSC"))
        #expect(version.first?.message.contains("keepsight.involvement.opened.v1") == true)
    }
}
