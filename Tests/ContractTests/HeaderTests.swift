import JSON
import Testing

@testable import Contracts

/// contract.md section 1: what the headers of an event in binary mode may be, and whose it is as far as that can be told.
struct HeaderTests {
    private static let data = Array(#"{"n":1}"#.utf8)

    private static func reasons(_ more: [(String, String)], without names: [String] = []) -> [String] {
        Sample.reasons(Sample.read(data, headers: headers(more, without: names)))
    }

    private static func headers(_ more: [(String, String)], without names: [String] = []) -> [(
        name: String, value: [UInt8]
    )] {
        Sample.headers().filter { !names.contains($0.name) } + more.map { (name: $0.0, value: Array($0.1.utf8)) }
    }

    @Test(
        "E1: an attribute that stands there twice is refused by its name, whether both say the same or not",
        arguments: [
            ([("ce_id", "a-2")], "/id"), ([("ce_id", "a-1")], "/id"), ([("ce_source", "/agencies/csc")], "/source"),
            ([("ce_note", "a"), ("ce_note", "b")], "/note"),
            ([("content-type", "application/json"), ("Content-Type", "application/json")], "/datacontenttype"),
        ])
    func twice(_ more: [(String, String)], _ path: String) {
        #expect(Self.reasons(more) == ["\(path) duplicate-entry"])
        let refusal = Sample.refusal(Self.data, headers: Self.headers(more))
        #expect(refusal?.eventID == "a-1" && refusal?.eventType == "keepsight.test.made.v1")
        #expect(refusal?.reasons.all.first?.message.contains("more than once") == true)
    }

    @Test("E1: beside a structured event's content type another one says nothing")
    func twoContentTypes() throws {
        let types = [("content-type", "application/json"), ("content-type", "application/cloudevents+json")]
        for types in [types, types.reversed()] {
            let headers = Self.headers(types)
            #expect(try Sample.read(Sample.structured(data: #"{"n":1}"#), headers: headers).get().data["n"]?.int64 == 1)
        }
    }

    @Test(
        "E3: the name of an attribute's header holds no control character either",
        arguments: ["\u{0}", "\u{1}", "\n", "\u{7F}", "\u{85}", "\u{2028}", "\u{202E}"])
    func names(_ text: String) {
        let number = String(text.unicodeScalars.first?.value ?? 0, radix: 16)
        let shown = #"\u"# + String(repeating: "0", count: 4 - number.count) + number
        for (name, path) in [
            ("ce_\(text)note", "/\(shown)note"), ("ce_note\(text)", "/note\(shown)"), ("ce_id\(text)", "/id\(shown)"),
        ] { #expect(Self.reasons([(name, "x")]) == ["\(path) control-character"], "\(name)") }
        // No attribute's, and none of the event.
        #expect(Self.reasons([("\(text)ce_note", "x"), ("trace\(text)", "x")]) == [])
    }

    @Test(
        "E1: a header that is an attribute's but for its case is named as it is expected",
        arguments: ["CE_ID", "Ce_Id", "ce_ID", "cE_id"])
    func letters(_ name: String) {
        let refusal = Sample.refusal(Self.data, headers: Self.headers([(name, "a-1")], without: ["ce_id"]))
        // One that begins with ce_ is an attribute of its own, which nobody knows.
        #expect(refusal?.reasons.all.map(\.path) == ["/id"] && refusal?.reasons.all.map(\.code) == [.missingField])
        #expect(
            name.hasPrefix("ce_") || refusal?.reasons.all.first?.message.contains("in lower case: ce_id") == true)
        #expect(Self.reasons([(name, "other")]) == [], "beside the attribute it is another header")
    }

    @Test("E1: and so is all of them, where even ce_specversion is written otherwise")
    func allLetters() {
        for change in [{ (name: String) in name.uppercased() }, { "Ce_" + $0.dropFirst(3) }] {
            let headers = Sample.headers().map { (name: change($0.name), value: $0.value) }
            let refusal = Sample.refusal(Self.data, headers: headers)
            #expect(refusal?.reasons.all.map(\.code) == [.notACloudEvent])
            #expect(refusal?.reasons.all.first?.message.contains("lower case: ce_specversion, ce_id") == true)
        }
    }

    @Test("E5: the key and the headers count towards the 256 KiB, in either mode; id and type are named")
    func size() throws {
        let value = Sample.structured(data: #"{"n":1}"#)
        let whole = 256 * 1024
        let room = whole - value.count
        func read(_ value: [UInt8], _ key: Int, _ header: Int, _ others: [(name: String, value: [UInt8])] = [])
            -> EventRefusal?
        {
            let headers = others + [(name: "h", value: [UInt8](repeating: 65, count: header))]
            do throws(EventRefusal) {
                _ = try EnvelopeReader.read(
                    value: value, key: [UInt8](repeating: 65, count: key), headers: headers, now: Sample.now)
                return nil
            } catch { return error }
        }
        #expect(read(value, 0, room - 1) == nil && read(value, room - 1, 0) == nil)
        let attributes = Sample.headers().reduce(0) { $0 + $1.name.utf8.count + $1.value.count }
        let binaryRoom = whole - Self.data.count - attributes
        #expect(read(Self.data, 0, binaryRoom - 1, Sample.headers()) == nil)
        for refusal in [
            read(value, 0, room), read(value, room, 0), read(Self.data, 0, binaryRoom, Sample.headers()),
        ] {
            #expect(refusal?.reasons.all.map(\.code) == [.oversize])
            #expect(refusal?.eventID == "a-1" && refusal?.eventType == "keepsight.test.made.v1")
            #expect(refusal?.source == EventSource("/agencies/police"))
            #expect(refusal?.isUnreadable == false)
        }
    }

    @Test(
        "E7: whatever else stands against an event, who says that it speaks is told with it, where that can be read",
        arguments: [
            (["id": nil], "{}"), (["time": #""never""#], "{}"), ([:], nil), ([:], "[1]"), (["type": #""x""#], "{}"),
            (["specversion": #""0.3""#], "{}"), (["id": #""a\u0000""#], "{}"), ([:], #"{"a":1,"a":2}"#),
            ([:], #"{"a":"\u0000"}"#), ([:], #"{"a":"# + String(repeating: "[", count: 40)),
            (["data_base64": #""e""#], nil),
        ] as [([String: String?], String?)])
    func source(_ changes: [String: String?], _ data: String?) {
        var changes = changes
        changes["source"] = #""/agencies/csc""#
        let refusal = Sample.refusal(Sample.structured(changes, data: data))
        #expect(refusal != nil && refusal?.source == EventSource("/agencies/csc"))
        let headers = Sample.headers(["ce_source": "/agencies/csc", "ce_id": nil])
        #expect(Sample.refusal(Array((data ?? "").utf8), headers: headers)?.source == EventSource("/agencies/csc"))
    }

    @Test("E7: of an event that is too large as well")
    func sourceOfOversize() {
        let large = #"{"x":"\#(String(repeating: "x", count: 300_000))"}"#
        let refusal = Sample.refusal(Sample.structured(["source": #""/agencies/csc""#], data: large))
        #expect(refusal?.reasons.all.map(\.code) == [.oversize])
        #expect(refusal?.source == EventSource("/agencies/csc"))
    }

    @Test(
        "A trace that is none by W3C's rule is not carried on; of a later version only what the first knows is",
        arguments: [
            (
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            ),
            ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", nil),
            ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", nil),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", nil),
            ("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", nil),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x", nil),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g", nil),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", nil), ("xyz", nil), (" ", nil),
            (
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03-more",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            ),
            (
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
            ),
            ("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03.more", nil),
        ] as [(String, String?)])
    func trace(_ text: String, _ carried: String?) throws {
        let event = try Sample.read(Sample.structured(["traceparent": #""\#(text)""#])).get()
        #expect(event.envelope.traceparent == carried)
        let headers = Sample.headers(["ce_traceparent": text])
        #expect(try Sample.read(Self.data, headers: headers).get().envelope.traceparent == carried)
    }
}
