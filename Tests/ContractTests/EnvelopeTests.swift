import JSON
import Testing

@testable import Contracts

/// contract.md section 1: one event in either content mode, and everything that is refused at its outside.
struct EnvelopeTests {
    @Test("Both content modes carry the same event")
    func bothModes() throws {
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let inBody = try Sample.read(Sample.structured(["traceparent": #""\#(trace)""#], data: #"{"n":1}"#)).get()
        let headers =
            Sample.attributes.map { (name: "ce_" + $0.0, value: Array($0.1.utf8)) } + [
                (name: "ce_traceparent", value: Array(trace.utf8)),
                (name: "content-type", value: Array("application/json; charset=utf-8".utf8)),
            ]
        let inHeaders = try Sample.read(Array(#"{"n":1}"#.utf8), headers: headers).get()
        #expect(inBody.envelope == inHeaders.envelope)
        #expect(inBody.envelope.traceparent == trace)
        #expect(inBody.data["n"]?.int64 == 1)
        #expect(inHeaders.data["n"]?.int64 == 1)
    }

    @Test("A type read ahead is the event's type, or nothing")
    func typeAhead() throws {
        #expect(Sample.structured().withUnsafeBytes(EnvelopeReader.typeAhead) == "keepsight.test.made.v1")
        let tricks = [
            #"{"specversion":"1.0","data":{"a":1,"type":"inner"},"type":"outer"}"#,
            #"{"id":"a,\"type\":\"said","type":"outer"}"#, #"{"a,\"type":"said","type":"outer"}"#,
            #"{ "type" : "outer" }"#, #"{"id":"{","type":"outer"}"#, #"{"id":"a","type":"open"#, "", "[", "no",
        ]
        for trick in tricks {
            let type = Array(trick.utf8).withUnsafeBytes(EnvelopeReader.typeAhead)
            #expect(type == nil || type == "outer", "\(trick)")
        }
    }

    @Test(
        "What is refused, and where",
        arguments: [
            (["specversion": #""0.3""#], ["/specversion not-a-cloudevent"]),
            (["id": nil], ["/id missing-field"]),
            (["id": #""""#], ["/id empty-value"]),
            (["id": "7"], ["/id wrong-type"]),
            (["source": #""police""#], ["/source not-a-cloudevent"]),
            (["type": #""com.example.made""#], ["/type unknown-type"]),
            (["time": #""yesterday""#], ["/time invalid-instant"]),
            (["time": #""2026-11-23T12:05:01Z""#], ["/time future-time"]),
            (["time": #""2026-11-23T11:00:00""#], ["/time invalid-instant"]),
            (["datacontenttype": #""text/plain""#], ["/datacontenttype not-a-cloudevent"]),
            (
                ["id": nil, "type": "null", "time": "[]"],
                ["/id missing-field", "/type missing-field", "/time wrong-type"]
            ),
        ] as [([String: String?], [String])])
    func refused(_ changes: [String: String?], _ expected: [String]) {
        #expect(Sample.reasons(Sample.read(Sample.structured(changes))) == expected)
    }

    @Test("Binary mode is refused with the same reasons as structured mode")
    func refusedInHeaders() {
        let headers = Sample.attributes.filter { $0.0 != "id" }.map {
            (name: "ce_" + $0.0, value: Array(($0.0 == "time" ? "never" : $0.1).utf8))
        }
        #expect(
            Sample.reasons(Sample.read(Array("{}".utf8), headers: headers)) == [
                "/id missing-field", "/time invalid-instant",
            ])
    }

    @Test("Five minutes ahead is a clock that differs; more is a mistake. A service's own time is the database's")
    func future() throws {
        _ = try Sample.read(Sample.structured(["time": #""2026-11-23T12:05:00Z""#])).get()
        _ = try Sample.read(
            Sample.structured(["time": #""2031-01-01T00:00:00Z""#, "source": #""/services/notifier""#])
        ).get()
    }

    @Test("A broken trace costs nobody their event")
    func brokenTrace() throws {
        #expect(try Sample.read(Sample.structured(["traceparent": #""xyz""#])).get().envelope.traceparent == nil)
    }

    @Test("E3: an attribute of another JSON type is refused with its path, the trace too; null is as absent")
    func otherTypes() throws {
        for name in ["subject", "datacontenttype", "traceparent", "correlationid", "causationid"] {
            for value in ["7", "true", "{}", "[]", #"{"version":"00"}"#] {
                #expect(Sample.reasons(Sample.read(Sample.structured([name: value]))) == ["/\(name) wrong-type"])
            }
            _ = try Sample.read(Sample.structured([name: "null"])).get()
        }
    }

    @Test("E3: bytes in a header that are no text are refused with the attribute's path, the trace's too")
    func otherBytes() throws {
        for name in ["subject", "traceparent"] {
            var headers = Sample.headers([:])
            headers.append((name: "ce_" + name, value: [0xFF, 0xFE]))
            let reasons = Sample.reasons(Sample.read(Array("{}".utf8), headers: headers))
            #expect(reasons == ["/\(name) not-utf-8"])
        }
    }

    @Test("Data must be there and be an object")
    func data() {
        #expect(Sample.reasons(Sample.read(Sample.structured(data: nil))) == ["/data missing-field"])
        #expect(Sample.reasons(Sample.read(Sample.structured(data: "[1]"))) == ["/data wrong-type"])
    }

    @Test("What is no event at all is said to be unreadable, with its reason")
    func unreadable() {
        let texts = ["", "hello", "[]", #"{"a":1,"a":2}"#, String(repeating: "[", count: 10_000)]
        for text in texts {
            guard case .failure(let refusal) = Sample.read(Array(text.utf8)) else {
                Issue.record("taken: \(text.prefix(20))")
                continue
            }
            #expect(refusal.isUnreadable)
            #expect(refusal.reasons.all.count == 1)
        }
        let tooLarge = Sample.structured(data: #"{"text":"\#(String(repeating: "x", count: 300_000))"}"#)
        #expect(Sample.reasons(Sample.read(tooLarge)) == [" oversize"])
    }
}
