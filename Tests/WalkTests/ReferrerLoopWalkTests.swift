import Contracts
import Foundation
import JSON
import KafkaClient
import Safeguarding
import TestSupport
import Testing

/// The referrer's loop and the clocks that explain themselves, through the real executables, with the database's clock
/// moved on.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"), .serialized)
struct ReferrerLoopWalkTests {
    private static let sam = #""by":{"name":"Sam Example","role":"screener"}"#

    /// A referral of one child; the item that it becomes.
    private func refer(_ partnership: Partnership) async throws -> String {
        try await partnership.accept("referral.made", as: "health-visiting", data: SampleEvents.referral(children: 1))
        while true {
            if let record = try await partnership.queue().first {
                return String(decoding: record.key ?? [], as: UTF8.self)
            }
        }
    }

    private func decide(_ item: String, _ partnership: Partnership) async throws {
        try await partnership.accept(
            "screening.decided", as: "mash",
            data: #"{"itemId":"\#(item)",\#(Self.sam),"outcome":"early-help","reason":"Support is accepted."}"#)
    }

    /// Moves the database's clock to a moment that is still to come.
    private func moveClock(to instant: Instant, _ partnership: Partnership) async throws {
        let now = try await partnership.database.count("SELECT extract(epoch FROM app.now())::int8")
        try await partnership.database.moveClock(
            bySeconds: max(0, Int(instant.microsecondsSinceEpoch / 1_000_000) - now + 1))
    }

    private func due(_ kind: String, in schema: String, _ partnership: Partnership) async throws -> Instant {
        let seconds = try await partnership.database.count(
            "SELECT extract(epoch FROM due_at)::int8 FROM \(schema).deadline WHERE key LIKE '\(kind):%'")
        return Instant(microsecondsSinceEpoch: Int64(seconds) * 1_000_000)
    }

    private func tasks(_ partnership: Partnership, atLeast count: Int) async throws -> [String] {
        _ = try await partnership.hear(atLeast: count) { $0.notice?.task != nil }
        try await partnership.settle()
        return try await partnership.hear(atLeast: 0) { $0.notice?.task != nil }.compactMap { heard in
            heard.notice.map { notice in
                ([heard.agency, notice.task?.rawValue ?? ""] + notice.addressedTo.map { "\($0.stage) \($0.role)" })
                    .joined(separator: " ")
            }
        }
    }

    @Test("B2: one working day without a decision reaches the hub's manager and the referrer, the next one stage 3")
    func overdue() async throws {
        try await withPartnership { partnership in
            let item = try await refer(partnership)
            try await moveClock(to: try await due("screening-decision", in: "mash_screener", partnership), partnership)
            let first = ["health-visiting chase-outcome", "mash decide-referral 2 line manager"]
            #expect(try await tasks(partnership, atLeast: 2).sorted() == first)
            try await moveClock(to: try await due("overdue-decision", in: "mash_screener", partnership), partnership)
            let second = ["business-unit chase-outcome 3 business manager", "mash decide-referral 3 safeguarding lead"]
            #expect(try await tasks(partnership, atLeast: 4).sorted() == (first + second).sorted())
            #expect(
                try await partnership.database.count("SELECT count(*) FROM mash_screener.deadline") == 0)
            try await decide(item, partnership)
            let outcome = try await partnership.hear(atLeast: 1) { $0.notice?.kind == .outcomeOfReferral }
            #expect(outcome.map(\.agency) == ["health-visiting"])
        }
    }

    @Test(
        "B1: silence is prompted once and recorded as no response, never as agreement; a late answer is accepted, marked"
    )
    func silence() async throws {
        try await withPartnership { partnership in
            let item = try await refer(partnership)
            try await decide(item, partnership)
            let told = try #require(
                try await partnership.hear(atLeast: 1) { $0.notice?.kind == .outcomeOfReferral }.first?.notice)
            #expect(told.body.reason == "Support is accepted.")
            #expect(told.canAnswer == ["acknowledge", "agree", "challenge", "need-information"])
            let respondBy = try #require(told.body.respondBy)
            #expect(try await due("response", in: "notifier", partnership) == respondBy)
            // That somebody has seen it is not an answer.
            try await partnership.accept(
                "notice.acknowledged", as: "health-visiting",
                data: #"{"noticeId":"\#(told.noticeID)","by":{"name":"Tess Example","role":"health visitor"}}"#)
            #expect(try await matrix("answer", partnership) == .null)

            try await moveClock(to: respondBy, partnership)
            #expect(try await tasks(partnership, atLeast: 1) == ["health-visiting answer-outcome"])
            let prompt = try await partnership.hear(atLeast: 1) { $0.notice?.task == .answerOutcome }.first?.notice
            #expect(prompt?.body.about == told.noticeID && prompt?.body.subject.id == "R1")
            #expect(try await matrix("answer", partnership) == .null, "silence is no agreement")
            #expect(try await matrix("noResponseAt", partnership) != .null)
            #expect(try await partnership.keepsight(["matrix", "R1"]).text.contains("no response"))

            // T4: weeks later the referrer thinks that things have not improved, and challenges.
            try await partnership.database.moveClock(bySeconds: 40 * 86_400)
            // Late is what is said late (R14), so the event's own time counts.
            try await partnership.accept(
                "notice.answered", as: "health-visiting", time: respondBy.adding(seconds: 40 * 86_400),
                data: """
                    {"noticeId":"\(told.noticeID)","by":{"name":"Tess Example","role":"health visitor"},\
                    "answer":"challenge","grounds":"Nothing has improved.","desiredOutcome":"An assessment."}
                    """)
            #expect(try await matrix("answer", partnership) == .text("challenge"))
            #expect(try await matrix("answeredLate", partnership) == .text("true"))
            #expect(try await tasks(partnership, atLeast: 1).filter { $0.contains("answer-outcome") }.count == 1)
        }
    }

    @Test("B1: whoever has answered in time is not prompted", arguments: ["agree", "need-information"])
    func answered(_ answer: String) async throws {
        try await withPartnership { partnership in
            let item = try await refer(partnership)
            try await decide(item, partnership)
            let told = try #require(
                try await partnership.hear(atLeast: 1) { $0.notice?.kind == .outcomeOfReferral }.first?.notice)
            try await partnership.accept(
                "notice.answered", as: "health-visiting",
                data: """
                    {"noticeId":"\(told.noticeID)","by":{"name":"Tess Example","role":"health visitor"},\
                    "answer":"\(answer)","question":"Who will visit?"}
                    """)
            #expect(
                try await partnership.database.count(
                    "SELECT count(*) FROM notifier.deadline WHERE key LIKE 'response:%'")
                    == 0)
            try await partnership.database.moveClock(bySeconds: 20 * 86_400)
            try await partnership.settle()
            #expect(try await tasks(partnership, atLeast: 0).filter { $0.contains("answer-outcome") } == [])
            #expect(try await matrix("answer", partnership) == .text(answer))
            #expect(try await matrix("noResponseAt", partnership) == .null)
        }
    }

    private enum Cell: Equatable {
        case null
        case text(String)
    }

    /// What the matrix says of the outcome's notice.
    private func matrix(_ field: String, _ partnership: Partnership) async throws -> Cell {
        let text = try await partnership.keepsight(["matrix", "R1", "--json"]).text
        let document = try JSONDocument(parsing: Array(text.utf8), limits: .event)
        let notices = document.root["agencies"]?.elements.flatMap { $0["notices"]?.elements ?? [] } ?? []
        let notice = try #require(notices.first { $0["kind"]?.string == "outcome-of-referral" })
        if field == "answeredLate" { return notice[key: field]?.bool.map { .text("\($0)") } ?? .null }
        return notice[key: field]?.string.map(Cell.text) ?? .null
    }

    @Test("P2: while nobody can be told, the outcome waits; then it is told once, and delivered")
    func outcomeWaits() async throws {
        try await withPartnership { partnership in
            let item = try await refer(partnership)
            // Without an outcome there is no end.
            let id = try await partnership.publish(
                "screening.decided", as: "mash", data: #"{"itemId":"\#(item)",\#(Self.sam),"reason":"So."}"#)
            #expect(
                try await partnership.receipt(of: id)?.data["reasons"]?.elements.map { $0["path"]?.string }
                    == ["/data/outcome"])
            try await partnership.stop("notifier")
            let decided = try await partnership.publish(
                "screening.decided", as: "mash",
                data: #"{"itemId":"\#(item)",\#(Self.sam),"outcome":"early-help","reason":"Support is accepted."}"#)
            while try await partnership.queue().last?.value != nil { try await Task.sleep(for: .milliseconds(100)) }
            #expect(try await partnership.hear(atLeast: 0) { $0.isOfTheMatter }.isEmpty)
            try await partnership.start("notifier")
            #expect(try await partnership.receipt(of: decided)?.type == ReceiptAccepted.type.text)
            _ = try await partnership.hear(atLeast: 1) { $0.isOfTheMatter }
            try await partnership.settle()
            #expect(await partnership.noticeLines() == ["health-visiting outcome-of-referral - HV-A"])
            #expect(
                try await partnership.database.count(
                    "SELECT count(*) FROM notifier.notice n JOIN notifier.transmission t ON t.id = n.transmission") == 1
            )
        }
    }

    @Test("A6: a rating lowered by a named screener is told to the referrer; nobody else may rate")
    func rated() async throws {
        try await withPartnership { partnership in
            let item = try await refer(partnership)
            let data = #"{"itemId":"\#(item)",\#(Self.sam),"rating":"green","reason":"The appointment was kept."}"#
            let stranger = try await partnership.publish("screening.rated", as: "police", data: data)
            #expect(
                try await partnership.receipt(of: stranger)?.data["reasons"]?.elements.map { $0["code"]?.string }
                    == ["not-authorised"])
            let silent = try await partnership.publish(
                "screening.rated", as: "mash", data: #"{"itemId":"\#(item)",\#(Self.sam),"rating":"green"}"#)
            #expect(
                try await partnership.receipt(of: silent)?.data["reasons"]?.elements.map { $0["path"]?.string }
                    == ["/data/reason"])
            try await partnership.accept("screening.rated", as: "mash", data: data)
            let heard = try await partnership.hear(atLeast: 1) { $0.notice?.kind == .thresholdChanged }
            try await partnership.settle()
            #expect(heard.map(\.agency) == ["health-visiting"])
            let notice = heard.first?.notice
            #expect(notice?.body.rating == RatingStep(from: .amber, to: .green))
            #expect(notice?.body.reason == "The appointment was kept." && notice?.body.decidedBy?.role == "screener")
            #expect(notice?.canAnswer.contains("challenge") == true)
            #expect(try await partnership.deadLetters().isEmpty)
        }
    }
}
