import Contracts
import JSON
import KafkaClient
import Safeguarding
import TestSupport
import Testing

/// What bad input gets: an answer with every reason, and no effect on what comes before and after it.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"))
struct BadInputTests {
    private struct Bad {
        let what: String
        let bytes: [UInt8]
        let expected: [String]
        var isUnreadable = false
    }

    @Test("Each kind of bad input is refused with its reasons; good events before and after it are unharmed")
    func refusals() async throws {
        try await withPartnership { partnership in
            try await partnership.accept(
                "referral.made", as: "health-visiting", data: SampleEvents.referral(children: 1))
            let bad = all()
            for entry in bad { try await partnership.send(entry.bytes, as: "police") }
            try await partnership.accept(
                "involvement.opened", as: "police", data: SampleEvents.involvement("POL", children: 1))
            let receipts = try await partnership.hear(atLeast: bad.count) {
                $0.agency == "police" && $0.type == ReceiptRefused.type.text
            }
            let found = receipts.map { receipt in
                (receipt.data["reasons"]?.elements ?? [])
                    .map { "\($0["path"]?.string ?? "?") \($0["code"]?.string ?? "?")" }
            }
            for (entry, reasons) in zip(bad, found) { #expect(reasons == entry.expected, "\(entry.what)") }
            #expect(found.count == bad.count)
            // What could not be read stands on the dead letters too, byte for byte.
            try await partnership.settle()
            let letters = try await partnership.deadLetters().map(\.value)
            #expect(letters == bad.filter(\.isUnreadable).map { Optional($0.bytes) })
        }
    }

    @Test(
        "Records beyond every limit stop nobody: a key that no text can hold, headers without end, a megabyte of noise")
    func beyondLimits() async throws {
        try await withPartnership { partnership in
            let noise = (0..<900_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 11) }
            let headers = (0..<60).map { KafkaHeader(name: "h\($0)", value: [UInt8](repeating: 65, count: 9000)) }
            try await partnership.send(Array("no event".utf8), as: "police", key: [0, 1, 0])
            try await partnership.send(Array("no event either".utf8), as: "police", headers: headers)
            try await partnership.send(noise, as: "police")
            try await partnership.accept(
                "referral.made", as: "health-visiting", data: SampleEvents.referral(children: 1))
            let receipts = try await partnership.hear(atLeast: 3) {
                $0.agency == "police" && $0.type == ReceiptRefused.type.text
            }
            #expect(receipts.count == 3)
            try await partnership.settle()
            let letters = try await partnership.deadLetters()
            #expect(letters.map { $0.value?.count } == [8, 15, 512 * 1024], "a letter holds its beginning")
            #expect(letters.allSatisfy { $0.headers.contains { $0.name == "keepsight-offset" } })
        }
    }

    @Test("The same event twice is one; the same id with other content is refused; a decision must know the level")
    func duplicatesAndStaleDecisions() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 1)
            let now = Partnership.now
            let data = SampleEvents.involvement("POL", children: 1)
            // White space between values says nothing.
            for spelling in [data, data.replacing(#"":"#, with: #"" : "#)] {
                try await partnership.publish("involvement.opened", as: "police", id: "same", time: now, data: spelling)
            }
            _ = try await partnership.hear(atLeast: 2) { $0.data["eventId"]?.string == "same" }
            #expect(
                try await partnership.database.count(
                    "SELECT count(*) FROM referral_intake.journal WHERE event_id = 'same'") == 1)
            try await partnership.publish(
                "involvement.opened", as: "police", id: "same", time: now,
                data: SampleEvents.involvement("POL2", children: 1))
            let refused = try await partnership.hear(atLeast: 1) {
                $0.data["eventId"]?.string == "same" && $0.type == ReceiptRefused.type.text
            }
            #expect(
                refused.first?.data["reasons"]?.elements.first?["code"]?.string == "duplicate-id-different-content")

            let stale = try await partnership.publish(
                "decision.changed", as: "csc",
                data: SampleEvents.decision(children: ["A"], from: "child-protection-plan", to: "section-17"))
            let receipt = try await partnership.receipt(of: stale)
            let reason = receipt?.data["reasons"]?.elements.first
            #expect(reason?["code"]?.string == "stale-decision")
            #expect(reason?["path"]?.string == "/data/children/0/from")
            #expect(reason?["message"]?.string?.contains("section-47") == true, "it names the recorded level")
            try await partnership.settle()
            #expect(await partnership.noticeLines() == [], "a refused decision tells nobody anything")
        }
    }

    @Test(
        "E2: a refused decision is corrected under its id; again it gets its receipt again, and one notice tells of it")
    func corrected() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 1)
            let time = Partnership.now
            func publish(_ data: String) async throws {
                try await partnership.publish("decision.changed", as: "csc", id: "e", time: time, data: data)
            }
            func receipts(_ count: Int, _ type: EventType) async throws -> Int {
                try await partnership.hear(atLeast: count) {
                    $0.data["eventId"]?.string == "e" && $0.type == type.text
                }.count
            }
            let right = SampleEvents.decision(children: ["A"])
            let stale = right.replacing("section-47", with: "child-protection-plan")
            try await publish(stale)
            #expect(try await receipts(1, ReceiptRefused.type) == 1)
            try await publish(stale)
            #expect(try await receipts(2, ReceiptRefused.type) == 2)
            try await publish(right)
            #expect(try await receipts(1, ReceiptAccepted.type) == 1)
            try await publish(right)
            #expect(try await receipts(2, ReceiptAccepted.type) == 2)
            try await partnership.settle()
            let told = await partnership.noticeLines()
            #expect(!told.isEmpty && Set(told).count == told.count, "\(told)")
            let letters = try await partnership.deadLetters()
            #expect(letters.isEmpty)
        }
    }

    private func all() -> [Bad] {
        let time = SampleEvents.minutesAgo(1)
        func event(
            id: String = "x", source: String = "/agencies/police", type: String = "keepsight.involvement.opened.v1",
            time: String? = nil, data: String
        ) -> [UInt8] {
            let when = time ?? SampleEvents.minutesAgo(1)
            return Array(
                #"{"specversion":"1.0","id":"\#(id)","source":"\#(source)","type":"\#(type)","time":"\#(when)","data":\#(data)}"#
                    .utf8)
        }
        let child = SampleEvents.child("P-1", "Pip", born: "2015-01-01")
        func involvement(_ child: String) -> String {
            #"{"role":"officer","since":"2026-01-01","children":[\#(child)]}"#
        }
        let badNumber = child.replacing(#""sex":"F""#, with: #""sex":"F","nhsNumber":"9990000000""#)
        var invalidUTF8 = event(data: involvement(child))
        invalidUTF8[invalidUTF8.count - 10] = 0xFF
        return [
            Bad(what: "not JSON", bytes: Array("hello".utf8), expected: [" invalid-json"], isUnreadable: true),
            Bad(what: "no CloudEvent", bytes: Array("[1]".utf8), expected: [" event-batch"], isUnreadable: true),
            Bad(
                what: "every attribute missing", bytes: Array("{}".utf8),
                expected: [" not-a-cloudevent"]),
            Bad(
                what: "unknown type", bytes: event(type: "keepsight.weather.observed.v1", data: "{}"),
                expected: ["/type unknown-type"]),
            Bad(
                what: "missing fields, all of them",
                bytes: event(data: #"{"children":[{"name":{"given":"Pip"}}]}"#),
                expected: [
                    "/data/children/0/ref missing-field", "/data/children/0/name/family missing-field",
                    "/data/role missing-field", "/data/since missing-field",
                ]),
            Bad(
                what: "another agency's name", bytes: event(source: "/agencies/csc", data: involvement(child)),
                expected: ["/source source-not-topic-agency"]),
            Bad(
                what: "bad NHS number", bytes: event(data: involvement(badNumber)),
                expected: ["/data/children/0/nhsNumber invalid-identifier"]),
            Bad(
                what: "future time",
                bytes: event(time: Partnership.now.adding(seconds: 3600).rfc3339, data: involvement(child)),
                expected: ["/time future-time"]),
            Bad(
                what: "oversize", bytes: event(data: #"{"x":"\#(String(repeating: "a", count: 300_000))"}"#),
                expected: [" oversize"]),
            Bad(
                what: "10,000 brackets",
                bytes: Array((String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)).utf8),
                expected: [String(repeating: "/0", count: 32) + " too-deep"], isUnreadable: true),
            Bad(
                what: "invalid UTF-8", bytes: invalidUTF8,
                expected: ["/data/children/0/address/postcode not-utf-8"], isUnreadable: true),
            Bad(
                what: "duplicate keys",
                bytes: Array(
                    #"{"specversion":"1.0","id":"x","id":"y","source":"/agencies/police","type":"keepsight.involvement.opened.v1","time":"\#(time)","data":{}}"#
                        .utf8), expected: ["/id invalid-json"], isUnreadable: true),
            Bad(
                what: "a decision by an agency that decides nothing",
                bytes: event(type: "keepsight.decision.changed.v1", data: SampleEvents.decision(children: ["A"])),
                expected: ["/type not-authorised"]),
            Bad(
                what: "a child that nobody introduced",
                bytes: event(
                    type: "keepsight.involvement.closed.v1",
                    data: #"{"children":[{"ref":"NOBODY"}],"until":"2026-01-01","reason":"Ended."}"#),
                expected: ["/data/children/0/ref unknown-subject"]),
        ]
    }
}
