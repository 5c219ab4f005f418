import Contracts
import KafkaClient
import Safeguarding
import TestSupport
import Testing

@testable import Messaging

/// Whoever was told that an event waits for an operator hears of it when the operator has taken it out.
@Suite(.enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
struct DiscardTests {
    private static let place = "in/0/0"

    /// A fact of an agency's event, on which the counting procedure trips.
    private static func fact(_ eventID: String, id: String, poison: Bool = true) throws -> [UInt8] {
        let agency = try #require(AgencyCode("csc"))
        let context = Fact.Context(
            agency: agency, eventID: eventID, eventType: "keepsight.supervision.recorded.v1",
            household: Counting.household(1), happenedAt: Partnership.now, recordedAt: Partnership.now)
        let fact = Fact(
            context: context, children: [],
            body: .supervision(SupervisionFact(supervisionID: "S", heldAt: Partnership.now, supervisorRole: "x")))
        let envelope = Envelope(
            id: id, source: .service("referral-intake"), type: fact.body.type.text, time: Partnership.now)
        let text = String(decoding: EnvelopeWriter.write(envelope) { fact.write(to: &$0) }, as: UTF8.self)
        return Array((poison ? text.replacing(#""data":{"#, with: #""data":{"poison":true,"#) : text).utf8)
    }

    private static func message(_ value: [UInt8], _ offset: Int64 = 0) -> InboundMessage {
        InboundMessage(
            KafkaMessage(
                topic: "in", partition: 0, offset: offset, timestampMilliseconds: 0,
                key: Array(Counting.household(1).text.utf8), value: value, headers: []))
    }

    @Test("trial A2: a message that an operator discards is said to be, once, with what comes into effect behind it")
    func discarded() async throws {
        try await Scene.with { scene in
            _ = try await scene.transaction.run([
                Self.message(try Self.fact("e", id: "bad")), Counting.message(1, id: "b"),
            ])
            let wrong = try await scene.ask(.discard, content: Array("in/0/9".utf8))
            while try await scene.handler.settleNext() {}
            #expect(try await scene.state(of: wrong).outcome?.hasPrefix("not discarded") == true)
            #expect(try await scene.said("discarded", "key").isEmpty)
            let request = try await scene.ask(.discard, content: Array(Self.place.utf8))
            while try await scene.handler.settleNext() {}
            #expect(try await scene.state(of: request).outcome == "released: 2 messages handled")
            #expect(try await scene.said("discarded", "key") == ["bad"])
            #expect(try await scene.said("said") == ["1"])
        }
    }

    @Test("trial A2: an edited message is said to be discarded only if it is another fact than the one that waited")
    func edited() async throws {
        let edits: [(String, String, [String])] = [
            ("e", "bad", []), ("e", "other", ["bad"]), ("other", "bad", ["bad"]),
        ]
        for (eventID, id, discarded) in edits {
            try await Scene.with { scene in
                _ = try await scene.transaction.run([Self.message(try Self.fact("e", id: "bad"))])
                let request = try await scene.ask(.edit, content: try Self.fact(eventID, id: id, poison: false))
                while try await scene.handler.settleNext() {}
                #expect(try await scene.state(of: request).outcome == "released: 1 message handled")
                #expect(try await scene.said("discarded", "key") == discarded)
            }
        }
    }

    @Test("trial A2: nothing is said of a message that is released, or that an edit has left where it was")
    func stuck() async throws {
        try await Scene.with { scene in
            _ = try await scene.transaction.run([Self.message(try Self.fact("e", id: "bad"))])
            _ = try await scene.ask(.release)
            _ = try await scene.ask(.edit, content: try Self.fact("other", id: "other"))
            while try await scene.handler.settleNext() {}
            #expect(try await scene.count("parked_household") == 1)
            #expect(try await scene.said("discarded", "key").isEmpty)
        }
    }
}
