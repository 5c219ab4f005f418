import Contracts
import Safeguarding
import Testing

/// A decoder gives a value, or says why not: never both, never neither.
struct RefusalTests {
    static let household = "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"

    static func reasons<Payload: EventPayload>(_ payload: Payload.Type, _ data: String) throws -> (
        payload: Payload?, reasons: [String]
    ) {
        let document = try JSONDocument(parsing: Array(data.utf8))
        var reasons = RefusalReasons()
        let payload = Payload(reading: document.root, &reasons)
        return (payload, reasons.all.map { "\($0.path) \($0.code.rawValue)" })
    }

    @Test("An item's identifier that is none is refused with a reason, in every event that carries one")
    func itemIdentifier() throws {
        let expected = "/itemId invalid-identifier"
        let data = #"{"itemId":"s1-x"}"#
        #expect(try RefusalTests.reasons(ScreeningItemUpdated.self, data).reasons.contains(expected))
        #expect(try RefusalTests.reasons(ReferralOutcome.self, data).reasons.contains(expected))
        #expect(try RefusalTests.reasons(ScreeningClaimed.self, data).reasons.contains(expected))
    }

    @Test("A screener whose contact is no text is refused, and not taken without it")
    func screenerContact() throws {
        let item = "s1-\(RefusalTests.household)-\(RefusalTests.household)"
        let data = #"{"itemId":"\#(item)","by":{"name":"Sam Example","role":"screener","contact":7}}"#
        let claimed = try RefusalTests.reasons(ScreeningClaimed.self, data)
        #expect(claimed.payload == nil)
        #expect(claimed.reasons == ["/by/contact wrong-type"])
        #expect(try RefusalTests.reasons(ScreeningReleased.self, data).payload == nil)
    }

    @Test("A decoder's work stays in proportion to the event, however much of it is wrong", .timeLimit(.minutes(1)))
    func manyReasons() throws {
        let wrong = (0..<30_000).map { #""\#($0)":0"# }.joined(separator: ",")
        let event = #"""
            {"specversion":"1.0","id":"1","source":"/services/referral-intake","time":"2026-11-23T10:15:00Z",
            "type":"keepsight.involvement-fact.recorded.v1","data":{"children":[
            {"person":"\#(RefusalTests.household)","references":{\#(wrong)}}]}}
            """#
        let received = try EnvelopeReader.read(
            value: Array(event.utf8), headers: [], now: Instant(microsecondsSinceEpoch: 0),
            limits: JSONLimits(maximumBytes: 1 << 20, maximumDepth: 32, maximumStringCharacters: 100))
        do throws(EventRefusal) {
            _ = try Fact(reading: received)
            Issue.record("taken")
        } catch {
            #expect(error.reasons.all.count == RefusalReasons.maximum)
        }
    }
}
