import Contracts
import JSON
import KafkaClient
import Messaging
import PostgresClient
import Safeguarding
import TestSupport
import Testing

@testable import ReferralIntake

/// What a sender is told: once, again, and of whom (E2, E7).
struct ReceiptTests {
    static let stale = RefusalReason(
        path: "/data/children/0/from", code: .staleDecision, message: "The recorded level is section-17.")

    static func begun() throws -> VirtualIntake {
        var intake = try VirtualIntake()
        #expect(
            try intake.publish("involvement.opened.v1", as: "csc", id: "i1", Events.involvement("CSC"))[1].isAccepted)
        return intake
    }

    @Test("trial B1: the same accepted decision again gets its receipt again, whichever service judged it")
    func repeated() throws {
        var intake = try Self.begun()
        let (time, began) = (intake.now, intake.now)
        let fact = try #require(
            try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision(), time: time).facts.first)
        #expect(
            try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision(), time: time).isEmpty,
            "the receipt to come answers both")
        let judged = began.adding(seconds: 1)
        let ruling = try intake.judge(fact, at: judged)
        #expect(ruling.map { $0.event.data["record"]?["offset"]?.int64 } == [1, 2])
        let first = try #require(ruling.first)
        intake.now = began.adding(seconds: 3600)
        let again = try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision(), time: time)
        #expect(again.map(\.isAccepted) == [true])
        #expect(again.first?.event.data["recordedAt"]?.string == judged.rfc3339)
        #expect(first.event.data["recordedAt"]?.string == judged.rfc3339)
        #expect(first.event.data["record"]?["offset"]?.int64 == 1)
        #expect(again.first?.event.data["record"]?["offset"]?.int64 == 3)
    }

    @Test("trial F13: the receipt of a repeated event says since when it is in effect, not when it was repeated")
    func firstRecordedAt() throws {
        var intake = try VirtualIntake()
        let time = intake.now
        let first = try intake.publish(
            "involvement.opened.v1", as: "csc", id: "i", Events.involvement("CSC"), time: time)
        intake.now = time.adding(seconds: 86_400)
        let again = try intake.publish(
            "involvement.opened.v1", as: "csc", id: "i", Events.involvement("CSC"), time: time)
        #expect(again.count == 1)
        #expect(again.first?.event.data["recordedAt"]?.string == first.receipts.first?.event.data["recordedAt"]?.string)
        #expect(again.first?.event.envelope.id != first.receipts.first?.event.envelope.id)
    }

    @Test(
        "trial B2: a decision refused as stale is corrected under the same id; again as it was, it is refused as it was"
    )
    func corrected() throws {
        var intake = try Self.begun()
        let time = intake.now
        let publish = { (intake: inout VirtualIntake, from: String) in
            try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision(from: from), time: time)
        }
        let wrong = try #require(try publish(&intake, "child-protection-plan").facts.first)
        let refused = try #require(try intake.judge(wrong, [Self.stale]).first)
        #expect(refused.codes == ["stale-decision"])
        let again = try publish(&intake, "child-protection-plan")
        #expect(again.map(\.codes) == [["stale-decision"]])
        #expect(again.first?.message == refused.message)

        let right = try #require(try publish(&intake, "section-47").facts.first)
        #expect(right.event.envelope.id != wrong.event.envelope.id, "or the judge would take it for the first again")
        #expect(try intake.judge(wrong, [Self.stale]).isEmpty, "a ruling on the first says nothing of the second")
        #expect(try intake.judge(right).map(\.isAccepted) == [true])
        #expect(try publish(&intake, "child-protection-plan").map(\.codes) == [["duplicate-id-different-content"]])
        #expect(try publish(&intake, "section-47").map(\.isAccepted) == [true])
    }

    @Test("E2: every record of an event that is being judged gets the ruling, by its own place and with its own words")
    func askedAgain() throws {
        for reasons in [[], [Self.stale]] {
            var intake = try Self.begun()
            let time = intake.now
            func publish(_ intake: inout VirtualIntake, _ call: String) throws -> [VirtualIntake.Said] {
                let own = VirtualIntake.Attributes(correlationID: call)
                return try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision(), own, time: time)
            }
            let fact = try #require(try publish(&intake, "call 1").facts.first)
            for call in 2...4 { #expect(try publish(&intake, "call \(call)").isEmpty) }
            intake.now = time.adding(seconds: 60)
            let receipts = try intake.judge(fact, reasons)
            #expect(receipts.map { $0.event.data["record"]?["offset"]?.int64 } == [1, 2, 3, 4])
            #expect(receipts.map { $0.event.envelope.correlationID } == (1...4).map { "call \($0)" })
            #expect(Set(receipts.map { $0.event.envelope.id }).count == 4)
            #expect(receipts.allSatisfy { $0.isAccepted == reasons.isEmpty && $0.event.data["waitingFor"] == nil })
            #expect(try intake.judge(fact, reasons).isEmpty, "once")
        }
    }

    @Test("E2: every receipt of an event lists what its type has not: at once, again, by its judge, and interim")
    func ignored() throws {
        var intake = try VirtualIntake()
        let time = intake.now
        func list(_ said: VirtualIntake.Said?) -> [String]? {
            said?.event.data["ignored"]?.elements.compactMap(\.string)
        }
        let opening = Events.involvement("CSC").replacing(#""role":"#, with: #""Alma":1,"role":"#)
        func open(_ intake: inout VirtualIntake) throws -> VirtualIntake.Said? {
            try intake.publish("involvement.opened.v1", as: "csc", id: "i1", opening, time: time).receipts.first
        }
        #expect(list(try open(&intake)) == ["/data/Alma"])
        #expect(list(try open(&intake)) == ["/data/Alma"])

        let data = Events.decision(extra: #","later":{"a":1},"line\nfeed":0,"discussionid":"S""#)
        func decide(_ intake: inout VirtualIntake) throws -> [VirtualIntake.Said] {
            try intake.publish("decision.changed.v1", as: "csc", id: "d", data, time: time)
        }
        let expected = ["/data/later", #"/data/line\u000afeed"#, "/data/discussionid"]
        let fact = try #require(try decide(&intake).facts.first)
        let context = try Fact.reading(fact.event)
        let parked = try intake.take(intake.record(of: EventRuling(delaying: context, at: time), on: fact))
        #expect(parked.map(list) == [expected])
        for _ in 0..<JournalEntry.maximumAskers { #expect(try decide(&intake).isEmpty) }
        #expect(try decide(&intake).map(\.codes) == [["still-being-judged"]], "a refusal lists nothing")
        let ruling = try intake.judge(fact)
        #expect(ruling.count == 1 + JournalEntry.maximumAskers && ruling.allSatisfy { list($0) == expected })
        #expect(try decide(&intake).map(list) == [expected], "again")
        #expect(
            try intake.publish("decision.changed.v1", as: "csc", id: "d2", Events.decision("D2"))
                .allSatisfy { $0.event.data["ignored"] == nil })
        #expect(!String(decoding: fact.value, as: UTF8.self).contains("later"), "they go nowhere else")
    }

    @Test(
        "E2: past twenty who ask for one ruling a record is refused for the while, and gets the ruling when it comes again"
    )
    func askedTooOften() throws {
        var intake = try Self.begun()
        let time = intake.now
        let publish = { (intake: inout VirtualIntake) in
            try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision(), time: time)
        }
        let fact = try #require(try publish(&intake).facts.first)
        for _ in 0..<JournalEntry.maximumAskers { #expect(try publish(&intake).isEmpty) }
        for offset in 22...23 {
            let told = try publish(&intake)
            #expect(told.map(\.codes) == [["still-being-judged"]])
            let data = try #require(told.first).event.data
            #expect(data["eventId"]?.string == "d" && data["record"]?["offset"]?.int64 == Int64(offset))
        }
        // Judged against it, as by a service that refuses what was accepted before: everybody who waits hears it.
        let receipts = try intake.judge(fact, [Self.stale])
        #expect(receipts.map(\.codes) == Array(repeating: ["stale-decision"], count: 1 + JournalEntry.maximumAskers))
        #expect(
            try publish(&intake).map(\.codes) == [["stale-decision"]], "and whoever was to come again, when it does")
    }

    @Test("E2: who waits for the ruling on a refused event does not wait for that on the one that took its place")
    func askedOfAnother() throws {
        var intake = try Self.begun()
        let time = intake.now
        func publish(_ intake: inout VirtualIntake, _ from: String) throws -> [VirtualIntake.Said] {
            try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision(from: from), time: time)
        }
        let wrong = try #require(try publish(&intake, "child-protection-plan").facts.first)
        #expect(try publish(&intake, "child-protection-plan").isEmpty)
        #expect(try intake.judge(wrong, [Self.stale]).count == 2)
        let right = try #require(try publish(&intake, "section-47").facts.first)
        #expect(try intake.judge(right).count == 1)
    }

    @Test("E2: other content under an id that is still being judged is refused, and told to wait for the receipt")
    func pending() throws {
        var intake = try Self.begun()
        let fact = try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision()).facts
        #expect(fact.count == 1)
        let other = try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision(from: "early-help"))
        #expect(other.map(\.codes) == [["duplicate-id-different-content"]])
        #expect(other.first?.message.contains("still being judged") == true)
    }

    @Test("E2: what intake refused by itself it judges again: to the same end, or in, once the child is introduced")
    func judgedAgain() throws {
        var intake = try VirtualIntake()
        let publish = { (intake: inout VirtualIntake) in
            try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision())
        }
        #expect(try publish(&intake).map(\.codes) == [["unknown-subject"]])
        #expect(try publish(&intake).map(\.codes) == [["unknown-subject"]])
        _ = try intake.publish("involvement.opened.v1", as: "csc", id: "i", Events.involvement("CSC"))
        #expect(try publish(&intake).facts.count == 1)
    }

    @Test("E2: a ruling that is read before its event, since the database lost the event, is delivered with it")
    func rulingFirst() throws {
        var intake = try Self.begun()
        let time = intake.now
        let publish = { (intake: inout VirtualIntake) in
            try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision(), time: time)
        }
        let fact = try #require(try publish(&intake).facts.first)
        intake.forget()
        #expect(try intake.judge(fact).isEmpty)
        _ = try intake.publish("involvement.opened.v1", as: "csc", id: "i1", Events.involvement("CSC"))
        let said = try publish(&intake)
        #expect(said.facts.map(\.event.envelope.id) == [fact.event.envelope.id])
        #expect(said.receipts.map(\.isAccepted) == [true])
    }

    @Test("E4: an event's time is held against the database's clock, with everything else that stands against it")
    func databaseClock() throws {
        var intake = try VirtualIntake()
        // Years away from the clock of the machine that the test runs on.
        for years in [-10, 10] {
            intake.now = Partnership.now.adding(seconds: Int64(years) * 365 * 86_400)
            let data = Events.involvement("C\(years + 20)")
            let accepted = try intake.publish(
                "involvement.opened.v1", as: "csc", id: "in\(years)", data, time: intake.now.adding(seconds: 299))
            #expect(accepted.receipts.map(\.isAccepted) == [true] || years < 0, "the children's days lie ahead")
            let ahead = try intake.publish(
                "involvement.opened.v1", as: "csc", id: "ahead\(years)", #"{"children":[],"role":"x"}"#,
                time: intake.now.adding(seconds: 301))
            #expect(ahead.first?.paths.first == "/time" && ahead.first?.codes.first == "future-time")
            #expect(ahead.first?.paths.contains("/data/children") == true)
        }
    }

    @Test("trial D6: what a sender correlates by comes back on its own receipts and goes nowhere else")
    func correlation() throws {
        var intake = try VirtualIntake()
        let own = VirtualIntake.Attributes(correlationID: "Alma Testperson", causationID: "call 7")
        let said = try intake.publish("involvement.opened.v1", as: "csc", id: "i", Events.involvement("CSC"), own)
        let receipt = try #require(said.receipts.first)
        #expect(receipt.event.envelope.correlationID == "Alma Testperson")
        #expect(receipt.event.envelope.causationID == "call 7")
        let decided = try intake.publish("decision.changed.v1", as: "csc", id: "d", Events.decision(), own)
        for fact in said.facts + decided.facts {
            let envelope = fact.event.envelope
            #expect(
                envelope.correlationID?.contains("Alma") == false && envelope.causationID?.contains("call") == false)
            #expect(envelope.correlationID != nil)
        }
        let decision = try #require(decided.facts.first)
        let late = try #require(try intake.judge(decision).first)
        #expect(late.event.envelope.correlationID == "Alma Testperson")
        #expect(late.event.envelope.causationID == "call 7")
    }

    @Test("trial A2: an event that the database will not hold is refused; its sender hears which record that was")
    func unstorable() throws {
        var intake = try VirtualIntake()
        let event = Partnership.event("involvement.opened", as: "police", id: "x", data: Events.involvement("P"))
        let said = try intake.giveUp(event, as: "police")
        #expect(said.map(\.codes) == [["not-storable"]])
        #expect(said.first?.event.data["eventId"]?.string == "x")
        #expect(said.first?.event.data["record"]?["offset"]?.int64 == 0)
    }

    @Test("E6: a key with U+0000 in it is found nowhere and fails nobody's batch")
    func unstorableKey() throws {
        var request = RegisterRequest()
        request.kind = .events
        request.personKeys = ["ref/police/P\u{0}1", "ref/police/P2"]
        request.subjects = ["decision/\u{0}"]
        let texts = request.queries.flatMap(\.parameters).compactMap { parameter -> [String]? in
            guard case .textArray(let texts) = parameter else { return nil }
            return texts
        }
        #expect(texts.joined().sorted() == ["ref/police/P2", "ref/police/P2"])
    }
}
