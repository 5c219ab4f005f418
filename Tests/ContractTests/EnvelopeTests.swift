import Contracts
import Safeguarding
import Testing

/// contract.md section 1: one event in either content mode, and everything that is refused at its outside.
struct EnvelopeTests {
    private static let now = Instant(rfc3339: "2026-11-23T12:00:00Z") ?? Instant(microsecondsSinceEpoch: 0)

    private static let attributes = [
        ("specversion", "1.0"), ("id", "a-1"), ("source", "/agencies/police"), ("type", "keepsight.test.made.v1"),
        ("time", "2026-11-23T11:00:00Z"),
    ]

    private func structured(_ changes: [String: String?] = [:], data: String? = "{}") -> [UInt8] {
        var members = EnvelopeTests.attributes.compactMap { name, value -> String? in
            guard let change = changes[name] else { return #""\#(name)":"\#(value)""# }
            return change.map { #""\#(name)":\#($0)"# }
        }
        for (name, value) in changes.sorted(by: { $0.key < $1.key })
        where !EnvelopeTests.attributes.contains(where: { $0.0 == name }) {
            if let value { members.append(#""\#(name)":\#(value)"#) }
        }
        if let data { members.append(#""data":\#(data)"#) }
        return Array("{\(members.joined(separator: ","))}".utf8)
    }

    private func read(_ value: [UInt8], headers: [(name: String, value: [UInt8])] = []) -> Result<
        ReceivedEvent, EventRefusal
    > {
        do throws(EventRefusal) {
            return .success(try EnvelopeReader.read(value: value, headers: headers, now: EnvelopeTests.now))
        } catch {
            return .failure(error)
        }
    }

    private func reasons(_ result: Result<ReceivedEvent, EventRefusal>) -> [String] {
        guard case .failure(let refusal) = result else { return [] }
        return refusal.reasons.all.map { "\($0.path) \($0.code.rawValue)" }
    }

    @Test("Both content modes carry the same event")
    func bothModes() throws {
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let inBody = try read(structured(["traceparent": #""\#(trace)""#], data: #"{"n":1}"#)).get()
        let headers =
            EnvelopeTests.attributes.map { (name: "ce_" + $0.0, value: Array($0.1.utf8)) } + [
                (name: "ce_traceparent", value: Array(trace.utf8)),
                (name: "content-type", value: Array("application/json; charset=utf-8".utf8)),
            ]
        let inHeaders = try read(Array(#"{"n":1}"#.utf8), headers: headers).get()
        #expect(inBody.envelope == inHeaders.envelope)
        #expect(inBody.envelope.traceparent == trace)
        #expect(inBody.data["n"]?.int64 == 1)
        #expect(inHeaders.data["n"]?.int64 == 1)
    }

    @Test("A type read ahead is the event's type, or nothing")
    func typeAhead() throws {
        #expect(structured().withUnsafeBytes(EnvelopeReader.typeAhead) == "keepsight.test.made.v1")
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
            (["id": #""""#], ["/id wrong-type"]),
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
        #expect(reasons(read(structured(changes))) == expected)
    }

    @Test("Binary mode is refused with the same reasons as structured mode")
    func refusedInHeaders() {
        let headers = EnvelopeTests.attributes.filter { $0.0 != "id" }.map {
            (name: "ce_" + $0.0, value: Array(($0.0 == "time" ? "never" : $0.1).utf8))
        }
        #expect(reasons(read(Array("{}".utf8), headers: headers)) == ["/id missing-field", "/time invalid-instant"])
    }

    @Test("Five minutes ahead is a clock that differs; more is a mistake. A service's own time is the database's")
    func future() throws {
        _ = try read(structured(["time": #""2026-11-23T12:05:00Z""#])).get()
        _ = try read(structured(["time": #""2031-01-01T00:00:00Z""#, "source": #""/services/notifier""#])).get()
    }

    @Test("A broken trace costs nobody their event")
    func brokenTrace() throws {
        #expect(try read(structured(["traceparent": #""xyz""#])).get().envelope.traceparent == nil)
    }

    @Test("Data must be there and be an object")
    func data() {
        #expect(reasons(read(structured(data: nil))) == ["/data missing-field"])
        #expect(reasons(read(structured(data: "[1]"))) == ["/data wrong-type"])
    }

    @Test("What is no event at all is said to be unreadable, with its reason")
    func unreadable() {
        let texts = ["", "hello", "[]", #"{"a":1,"a":2}"#, String(repeating: "[", count: 10_000)]
        for text in texts {
            guard case .failure(let refusal) = read(Array(text.utf8)) else {
                Issue.record("taken: \(text.prefix(20))")
                continue
            }
            #expect(refusal.isUnreadable)
            #expect(refusal.reasons.all.count == 1)
        }
        let tooLarge = structured(data: #"{"text":"\#(String(repeating: "x", count: 300_000))"}"#)
        #expect(reasons(read(tooLarge)) == [" oversize"])
    }
}
