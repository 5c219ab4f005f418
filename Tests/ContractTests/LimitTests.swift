import Testing

@testable import Contracts

/// contract.md E5: past a limit an event is refused with the limit, the place, and whose event it is.
struct LimitTests {
    private static let long = String(repeating: "x", count: 20_001)

    private func refusal(_ data: String) throws -> EventRefusal {
        try #require(Sample.refusal(Sample.structured(data: data)))
    }

    @Test("E5, trial B6: a text of 20,001 characters is an ordinary refusal, with path, id and type")
    func longText() throws {
        let refusal = try refusal(
            Sample.decision.replacing(#""reason":"Measured.""#, with: #""reason":"\#(LimitTests.long)""#))
        #expect(refusal.reasons.all.map(\.path) == ["/data/reason"])
        #expect(refusal.reasons.all.map(\.code) == [.tooLong])
        #expect(refusal.reasons.all.first?.message.contains("20,000") == true)
        #expect(refusal.eventID == "a-1")
        #expect(refusal.eventType == "keepsight.test.made.v1")
        #expect(!refusal.isUnreadable)
    }

    @Test("E5, trial B6: wherever the text stands, in either mode")
    func longTextAnywhere() throws {
        #expect(try refusal(#"{"later":[{"x":"\#(LimitTests.long)"}]}"#).reasons.all.map(\.path) == ["/data/later/0/x"])
        #expect(try refusal(#"{"\#(LimitTests.long)":1}"#).reasons.all.map(\.path) == ["/data"])
        let binary = Sample.refusal(Array(#"{"x":"\#(LimitTests.long)"}"#.utf8), headers: Sample.headers())
        #expect(binary?.reasons.all.map(\.path) == ["/data/x"])
        #expect(binary?.eventID == "a-1")
        #expect(binary?.isUnreadable == false)
        let attribute = Sample.refusal(Sample.structured(["comment": #""\#(LimitTests.long)""#]))
        #expect(attribute?.reasons.all.map(\.path) == ["/comment"])
    }

    @Test("E5: exactly 20,000 characters are taken, and characters are counted, not bytes")
    func exactly() {
        for character in ["x", "é", "€", "😀", #"\u00e9"#, #"\n"#] {
            let data = { (count: Int) in
                Sample.decision.replacing(
                    "reason\":\"Measured.", with: "reason\":\"x\(String(repeating: character, count: count))")
            }
            #expect(Sample.reasons(type: "decision.changed", data: data(19_999)) == [])
            #expect(Sample.reasons(type: "decision.changed", data: data(20_000)) == ["/data/reason too-long"])
        }
        // 200 accented letters are 200 characters of an identifier, and 400 bytes.
        for (count, expected) in [(200, []), (201, ["/data/decisionId too-long"])] {
            let id = String(repeating: "é", count: count)
            #expect(
                Sample.reasons(type: "decision.changed", data: Sample.decision.replacing("D-1", with: id)) == expected)
        }
        for (count, expected) in [(200, []), (201, ["/id too-long"])] {
            let id = String(repeating: "é", count: count)
            #expect(Sample.reasons(Sample.read(Sample.structured(["id": #""\#(id)""#]))) == expected)
            #expect(Sample.reasons(Sample.read(Array("{}".utf8), headers: Sample.headers(["ce_id": id]))) == expected)
        }
    }

    @Test("Lost or wrong bytes: a refusal names an id of 200 characters, however many bytes those are")
    func longestIdentifier() throws {
        for (count, isNamed) in [(200, true), (201, false)] {
            let id = String(repeating: "é", count: count)
            let binary = try #require(
                Sample.refusal(Array("{}".utf8), headers: Sample.headers(["ce_id": id, "ce_time": nil])))
            #expect(binary.eventID == (isNamed ? id : nil))
        }
    }

    @Test("E5: an event of more than 256 KiB tells its sender which, wherever id and type stand")
    func oversize() throws {
        let large = #"{"text":"\#(String(repeating: "x", count: 300_000))","id":"inner"}"#
        for event in [
            Sample.structured(data: large),
            Array(
                #"{"data":\#(large),"n":[{"id":"in"}],"id":"a-1","specversion":"1.0","type":"keepsight.test.made.v1"}"#
                    .utf8),
        ] {
            let refusal = try #require(Sample.refusal(event))
            #expect(refusal.reasons.all.map(\.code) == [.oversize])
            #expect(refusal.reasons.all.first?.message.contains("256 KiB") == true)
            #expect(refusal.eventID == "a-1")
            #expect(refusal.eventType == "keepsight.test.made.v1")
            #expect(!refusal.isUnreadable)
        }
        let nameless = Sample.refusal(Sample.structured(["id": nil], data: large))
        #expect(nameless?.eventID == nil && nameless?.isUnreadable == true)
    }

    @Test("E5: deeper than 32 levels is refused where it becomes too deep, alike in both modes")
    func depth() throws {
        let nested = { (depth: Int) in
            String(repeating: #"{"a":"#, count: depth) + "1" + String(repeating: "}", count: depth)
        }
        #expect(Sample.refusal(Sample.structured(data: nested(31))) == nil)
        #expect(Sample.refusal(Array(nested(31).utf8), headers: Sample.headers()) == nil)
        for refusal in [
            Sample.refusal(Sample.structured(data: nested(32))),
            Sample.refusal(Array(nested(32).utf8), headers: Sample.headers()),
        ] {
            #expect(refusal?.reasons.all.map(\.code) == [.tooDeep])
            #expect(refusal?.reasons.all.first?.message.contains("32") == true)
            #expect(refusal?.reasons.all.first?.path == "/data" + String(repeating: "/a", count: 31))
            #expect(refusal?.eventID == "a-1")
            #expect(refusal?.isUnreadable == false)
        }
    }

    @Test("E5: every list has a limit, and 31 children are one too many")
    func lists() {
        let child = { (number: Int) in #"{"ref":"C-\#(number)","from":"section-47","to":"section-17","rationale":"x"}"#
        }
        for (count, expected) in [(30, []), (31, ["/data/children too-many"]), (0, ["/data/children too-few"])] {
            let children = (0..<count).map(child).joined(separator: ",")
            let data = Sample.decision.replacing(
                #/"children":\[[^\]]*\]/#, with: #""children":[\#(children)]"#)
            #expect(Sample.reasons(type: "decision.changed", data: data) == expected)
        }
        let attendee = #"{"agency":"police","name":"A","role":"B"}"#
        for (count, expected) in [(100, []), (101, ["/data/attendees too-many"]), (0, ["/data/attendees too-few"])] {
            let list = Array(repeating: attendee, count: count).joined(separator: ",")
            let data = #"""
                {"discussionId":"S-1","heldAt":"2026-11-23T10:00:00Z","children":[{"ref":"C"}],"decision":"section-47",
                "chair":{"name":"A","role":"B"},"attendees":[\#(list)],"reason":"x"}
                """#
            #expect(Sample.reasons(type: "strategy-discussion.held", data: data) == expected)
        }
    }

    @Test("An event that breaks off, or is no JSON further on, still tells its sender which it was, and where it broke")
    func broken() throws {
        let whole = Sample.structured(data: #"{"a":[1,2]}"#)
        let refusal = try #require(Sample.refusal(Array(whole.dropLast(4))))
        #expect(refusal.reasons.all.map(\.path) == ["/data/a/1"])
        #expect(refusal.eventID == "a-1")
        #expect(refusal.isUnreadable)
        let twice = try #require(Sample.refusal(Sample.structured(data: #"{"a":{"k/1":1,"x":2,"k/1":3}}"#)))
        #expect(twice.reasons.all.map(\.path) == ["/data/a/k~11"])
        #expect(twice.eventType == "keepsight.test.made.v1")
    }
}
