import Safeguarding
import Testing

@testable import Contracts

/// contract.md E4: when an event can have happened, by the clock of the database.
struct MomentTests {
    private static let person = #"{"name":"Sam Example","role":"nurse"}"#
    private static let child = #"{"ref":"C-1"}"#

    /// Each type with a moment that has happened: its data around the moment, and the moment's path.
    private static let moments: [(type: String, data: @Sendable (String) -> String, path: String)] = [
        ("decision.changed", { Sample.decision.replacing("2026-11-23T10:00:00Z", with: $0) }, "/data/decidedAt"),
        (
            "strategy-discussion.held",
            {
                #"{"discussionId":"S-1","heldAt":"\#($0)","children":[\#(child)],"chair":\#(person),"#
                    + #""attendees":[{"agency":"police","name":"A","role":"B"}],"decision":"section-47","reason":"x"}"#
            }, "/data/heldAt"
        ),
        (
            "consultation.recorded",
            {
                #"{"decisionId":"D-1","decidedBy":"csc","version":1,"agency":"police","consulted":\#(person),"at":"\#($0)","view":"support"}"#
            }, "/data/at"
        ),
        (
            "supervision.recorded",
            {
                #"{"supervisionId":"S","heldAt":"\#($0)","children":[\#(child)],"supervisor":\#(person),"actions":"x"}"#
            }, "/data/heldAt"
        ),
        (
            "step-down.proposed",
            {
                #"{"decisionId":"D","version":1,"children":[{"ref":"C-1","from":"section-47","to":"section-17","#
                    + #""rationale":"x"}],"reviewId":"R","heldAt":"\#($0)","attendees":[{"agency":"police","#
                    + #""name":"A","role":"B","view":"support"}],"authoriser":\#(person),"reason":"x"}"#
            }, "/data/heldAt"
        ),
    ]

    @Test(
        "E4, trial B9: a moment that has happened lies between 2000 and five minutes ahead", arguments: moments.indices)
    func happened(_ place: Int) {
        let (type, data, path) = MomentTests.moments[place]
        let expected: [(String, [String])] = [
            ("2026-11-23T12:00:00Z", []), ("2026-11-23T12:05:00Z", []), ("2000-01-01T00:00:00Z", []),
            ("2026-11-23T12:05:01Z", ["\(path) future-time"]), ("9999-12-31T23:59:59Z", ["\(path) future-time"]),
            ("1999-12-31T23:59:59Z", ["\(path) out-of-range"]), ("0001-01-01T00:00:00Z", ["\(path) out-of-range"]),
        ]
        for (moment, reasons) in expected {
            #expect(Sample.reasons(type: type, data: data(moment)) == reasons, "\(moment)")
            // Without a clock, as the services read what was accepted once, nothing is held against it.
            #expect(Sample.reasons(type: type, data: data(moment), now: nil) == [], "\(moment)")
        }
    }

    @Test("E4: a day that has happened is one of this century that has come in London")
    func days() {
        let opened = { (day: String) in #"{"children":[\#(MomentTests.child)],"role":"x","since":"\#(day)"}"# }
        let closed = { (day: String) in #"{"children":[\#(MomentTests.child)],"reason":"x","until":"\#(day)"}"# }
        let attested = { (day: String) in
            #"{"by":\#(MomentTests.person),"attestedOn":"2026-11-01","trainingOn":"\#(day)","#
                + #""contacts":[{"stage":1,"name":"A","role":"B"}]}"#
        }
        for (type, data, path) in [
            ("involvement.opened", opened, "/data/since"), ("involvement.closed", closed, "/data/until"),
            ("contacts.attested", attested, "/data/trainingOn"),
        ] {
            #expect(Sample.reasons(type: type, data: data("2026-11-23")) == [])
            #expect(Sample.reasons(type: type, data: data("2026-11-24")) == ["\(path) future-time"])
            #expect(Sample.reasons(type: type, data: data("1999-12-31")) == ["\(path) out-of-range"])
        }
        let summerNight = Instant(rfc3339: "2026-06-30T23:30:00Z")
        #expect(
            Sample.reasons(type: "involvement.opened", data: opened("2026-07-01"), now: summerNight) == [
                "/time future-time"
            ])
    }

    @Test("E4, trial B9: a child is born between 1900 and today, and expected within a year")
    func births() {
        let opened = { (born: String, expected: String) in
            #"{"children":[{"ref":"C-1","dateOfBirth":\#(born),"expectedDateOfBirth":\#(expected)}],"role":"x","since":"2026-11-01"}"#
        }
        let birth = "/data/children/0/dateOfBirth"
        let expectedBirth = "/data/children/0/expectedDateOfBirth"
        let cases: [(String, String, [String])] = [
            (#""2026-11-23""#, "null", []), (#""1900-01-01""#, "null", []),
            (#""2026-11-24""#, "null", ["\(birth) future-time"]), (#""2029-01-01""#, "null", ["\(birth) future-time"]),
            (#""1899-12-31""#, "null", ["\(birth) out-of-range"]),
            ("null", #""2027-11-23""#, []), ("null", #""2025-11-23""#, []),
            ("null", #""2027-11-24""#, ["\(expectedBirth) out-of-range"]),
            ("null", #""2025-11-22""#, ["\(expectedBirth) out-of-range"]),
            // Of a child that is born it is history.
            (#""2015-03-02""#, #""2015-03-01""#, []),
        ]
        for (born, expected, reasons) in cases {
            #expect(
                Sample.reasons(type: "involvement.opened", data: opened(born, expected)) == reasons,
                "\(born) \(expected)")
        }
    }

    @Test("E4: what is read once and dated afterwards is refused exactly where it is refused when read with the clock")
    func dated() throws {
        let opened = { (born: String, expected: String, since: String) in
            #"{"children":[{"ref":"C-1","dateOfBirth":\#(born),"expectedDateOfBirth":\#(expected)}],"role":"x","since":"\#(since)"}"#
        }
        let decided = { (moment: String) in Sample.decision.replacing("2026-11-23T10:00:00Z", with: moment) }
        let cases: [(String, String)] =
            ["2026-11-23T12:05:00Z", "2026-11-23T12:05:01Z", "1999-12-31T23:59:59Z", "2000-01-01T00:00:00Z"].map {
                ("decision.changed", decided($0))
            }
            + [
                ("null", "null", "2026-11-23"), ("null", "null", "2026-11-24"), ("null", "null", "1999-12-31"),
                (#""2026-11-24""#, "null", "2026-11-01"), (#""1899-12-31""#, "null", "2026-11-01"),
                ("null", #""2027-11-23""#, "2026-11-01"), ("null", #""2027-11-24""#, "2026-11-01"),
                ("null", #""2025-11-23""#, "2026-11-01"), ("null", #""2025-11-22""#, "2026-11-01"),
                (#""2015-03-02""#, #""2015-03-01""#, "2026-11-01"), (#""2015-03-02""#, #""1899-03-01""#, "2026-11-01"),
                (#""2015-03-02""#, #""2028-03-01""#, "2026-11-01"),
            ].map { ("involvement.opened", opened($0.0, $0.1, $0.2)) }
        var refused = 0
        for (type, data) in cases {
            for now in [Sample.now, Sample.now.adding(seconds: 400 * 86_400), Sample.now.adding(seconds: -86_400)] {
                let event = try EnvelopeReader.read(
                    value: Sample.structured(["type": #""\#(Sample.type(type))""#], data: data), headers: [], now: nil)
                func reasons(_ read: () throws(EventRefusal) -> any AgencyEvent) -> [String] {
                    do throws(EventRefusal) {
                        _ = try read()
                        return []
                    } catch { return error.reasons.all.map { "\($0.path) \($0.code.rawValue)" } }
                }
                let whole = reasons { () throws(EventRefusal) in try EventCatalogue.read(event, now: now) }
                let dated = reasons { () throws(EventRefusal) in try UndatedEvent(reading: event).dated(by: now) }
                #expect(whole == dated, "\(data) at \(now)")
                refused += whole.isEmpty ? 0 : 1
            }
        }
        #expect((10..<cases.count * 3).contains(refused))
    }

    @Test("E4: the event's own time, and only a sender's outside")
    func envelope() throws {
        let data = Sample.decision
        let times: [(String, [String])] = [
            ("2000-01-01T00:00:00Z", []), ("1999-12-31T23:59:59Z", ["/time out-of-range"]),
            ("0001-01-01T00:00:00Z", ["/time out-of-range"]), ("2026-11-23T12:05:00Z", []),
            ("2026-11-23T12:05:01Z", ["/time future-time"]),
        ]
        for (time, reasons) in times {
            let event = Sample.structured(
                ["time": #""\#(time)""#, "type": #""keepsight.decision.changed.v1""#], data: data)
            #expect(Sample.reasons(Sample.read(event)) == reasons)
            let read = try EnvelopeReader.read(value: event, headers: [], now: nil)
            do throws(EventRefusal) {
                _ = try EventCatalogue.read(read, now: Sample.now)
                #expect(reasons == [])
            } catch {
                #expect(error.reasons.all.map { "\($0.path) \($0.code.rawValue)" } == reasons)
                #expect(error.eventID == "a-1")
            }
        }
        let ours = ["source": #""/services/notifier""#, "time": #""1999-01-01T00:00:00Z""#]
        #expect(Sample.reasons(Sample.read(Sample.structured(ours))) == [])
    }
}
