import Contracts
import JSON
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

    @Test("E3: a decoder that refuses says why: a bad date, a bad moment, a number too large, an empty reason")
    func everyRefusalHasAReason() throws {
        let cases = [
            ("2026-11-23T10:00:00Z", "yesterday", "/decidedAt invalid-instant"),
            ("2026-11-23T10:00:00Z", "2026-02-30T10:00:00Z", "/decidedAt invalid-instant"),
            (#""version":1"#, #""version":1000001"#, "/version out-of-range"),
            (#""version":1"#, #""version":1.5"#, "/version wrong-type"),
            (#""reason":"Measured.""#, #""reason":"""#, "/reason empty-value"),
            (#""reason":"Measured.""#, #""reason":7"#, "/reason wrong-type"),
        ]
        for (old, new, expected) in cases {
            let (payload, reasons) = try RefusalTests.reasons(
                DecisionChanged.self, Sample.decision.replacing(old, with: new))
            #expect(payload == nil)
            #expect(reasons == [expected])
        }
        for date in ["2026-02-30", "2026-13-01", "26-01-01", "tomorrow", ""] {
            let (payload, reasons) = try RefusalTests.reasons(
                InvolvementOpened.self, #"{"children":[{"ref":"C"}],"role":"x","since":"\#(date)"}"#)
            #expect(payload == nil)
            #expect(reasons == [date.isEmpty ? "/since empty-value" : "/since invalid-date"])
            let child = try RefusalTests.reasons(
                InvolvementOpened.self,
                #"{"children":[{"ref":"C","dateOfBirth":"\#(date)"}],"role":"x","since":"2026-11-01"}"#)
            #expect(child.payload == nil && child.reasons.count == 1)
        }
    }

    @Test("trial B9: a whole number is taken however it is written")
    func wholeNumber() throws {
        for spelling in ["1.0", "1", "10e-1", "1E0"] {
            let data = Sample.decision.replacing(#""version":1"#, with: #""version":\#(spelling)"#)
            #expect(try RefusalTests.reasons(DecisionChanged.self, data).payload?.version == 1)
        }
    }

    @Test("The same reason at the same place stands once; a path is bounded, and holds nothing that a text may not")
    func paths() {
        var reasons = RefusalReasons()
        reasons.add(.tooLong, at: "/data/a", "One.")
        reasons.add(.tooLong, at: "/data/a", "Again.")
        reasons.add(.emptyValue, at: "/data/a", "Another.")
        reasons.add(.tooLong, at: "/data/" + String(repeating: "k", count: 2000) + "/x", "Long.")
        reasons.add(.tooLong, at: "/data/b\u{0}/x", "Control.")
        reasons.add(.tooLong, at: "/data/é/\u{202E}x", "Direction.")
        let shown = ["/data/b\\u0000/x", "/data/é/\\u202ex"]
        #expect(reasons.all.map(\.path) == ["/data/a", "/data/a", "/data"] + shown)
    }
}
