import Contracts
import JSON
import Safeguarding
import TestSupport
import Testing

/// The ladder through the real executables, on real Kafka and PostgreSQL: rows A3, B4, B5 and B7.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"), .serialized)
struct EscalationWalkTests {
    private static let by = #""by":{"name":"Robin Example","role":"safeguarding lead"}"#

    @Test("B4, B5, B7: an objection becomes a challenge, silence takes it up, and its outcome withdraws what was held")
    func objection() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 1)
            try await partnership.accept("decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
            try await partnership.accept(
                "consultation.recorded", as: "police", data: SampleEvents.consultation(of: "police", view: "object"))
            let raised = try await partnership.hear(atLeast: 4) { $0.notice?.kind == .challengeRaised }
            #expect(raised.map(\.agency).sorted() == ["csc", "health-visiting", "police", "school-hill"])
            let atDecider = try #require(raised.first { $0.agency == "csc" }?.notice)
            #expect(atDecider.task == .respondToEscalation && atDecider.body.stage == 1)
            #expect(atDecider.addressedTo.map(\.role) == ["practitioner", "line manager"])
            let escalation = try #require(atDecider.body.escalationID)

            let early = try await partnership.publish(
                "escalation.responded", as: "police",
                data: #"{"escalationId":"\#(escalation)","stage":1,\#(EscalationWalkTests.by),"response":"Still not."}"#
            )
            #expect(try await EscalationWalkTests.code(of: early, partnership) == "not-your-turn")
            let foreign = try await partnership.publish(
                "escalation.closed", as: "housing",
                data:
                    #"{"escalationId":"\#(escalation)",\#(EscalationWalkTests.by),"outcome":"upheld","reason":"Not ours."}"#
            )
            #expect(try await EscalationWalkTests.code(of: foreign, partnership) == "unknown-subject")

            // A week brings a working day whatever day it is; what falls due then is the second stage's own clock.
            try await partnership.database.moveClock(bySeconds: 7 * 86_400)
            let advanced = try await partnership.hear(atLeast: 5) { $0.notice?.kind == .escalationAdvanced }
            #expect(
                Set(advanced.map(\.agency)) == ["business-unit", "csc", "health-visiting", "police", "school-hill"])
            #expect(advanced.allSatisfy { $0.notice?.body.stage == 2 })

            try await partnership.accept(
                "escalation.responded", as: "csc",
                data:
                    #"{"escalationId":"\#(escalation)","stage":2,\#(EscalationWalkTests.by),"response":"We met.","willChange":true}"#
            )
            let task = try await partnership.hear(atLeast: 1) { $0.notice?.task == .settleEscalation }
            #expect(task.map(\.agency) == ["police"])
            try await partnership.accept(
                "escalation.closed", as: "police",
                data:
                    #"{"escalationId":"\#(escalation)",\#(EscalationWalkTests.by),"outcome":"changed","reason":"The enquiry goes on.","childsView":"She is glad.","lesson":true}"#
            )
            let withdrawn = try await partnership.hear(atLeast: 4) { $0.notice?.kind == .changeWithdrawn }
            #expect(withdrawn.count == 4)
            let closed = try await partnership.hear(atLeast: 5) { $0.notice?.kind == .escalationClosed }
            #expect(closed.allSatisfy { $0.notice?.body.isGoodPractice == true })
            try await partnership.settle()
            #expect(try await partnership.deadLetters().isEmpty)
            try await EscalationWalkTests.checkReports(partnership, escalation)
        }
    }

    @Test("A3: a party challenges its notice; the same challenge through a kill of the tracker is one")
    func challengeThroughKill() async throws {
        let special = ["escalation-tracker": ["KEEPSIGHT_FAILPOINTS": "relay.afterProduce=kill@2"]]
        try await withPartnership(special) { partnership in
            let first = await partnership.child("escalation-tracker")
            let keeper = Task {
                guard let child = first else { return }
                while !Task.isCancelled, child.isRunning { try await Task.sleep(for: .milliseconds(20)) }
                guard !Task.isCancelled else { return }
                try await partnership.start("escalation-tracker")
            }
            try await SampleEvents.prologue(partnership, children: 1)
            try await partnership.accept("decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
            let told = try await partnership.hear(atLeast: 1) {
                $0.agency == "school-hill" && $0.notice?.kind == .thresholdChanged
            }
            let notice = try #require(told.first?.notice)
            try await partnership.accept(
                "notice.answered", as: "school-hill",
                data: #"{"noticeId":"\#(notice.noticeID)",\#(EscalationWalkTests.by),"answer":"challenge","#
                    + #""grounds":"The risk has not gone.","desiredOutcome":"The enquiry goes on."}"#)
            let raised = try await partnership.hear(atLeast: 4) { $0.notice?.kind == .challengeRaised }
            try await partnership.settle()
            #expect(await first?.ended(withinSeconds: 10) == true, "the kill must have been one")
            keeper.cancel()
            #expect(raised.map(\.agency).sorted() == ["csc", "health-visiting", "police", "school-hill"])
            #expect(await partnership.noticeLines().filter { $0.contains("challenge-raised") }.count == 4)
            #expect(try await partnership.database.count("SELECT count(*) FROM escalation_tracker.escalation") == 1)
            #expect(
                try await partnership.database.count("SELECT count(*) FROM escalation_tracker.escalation_move") == 1)
        }
    }

    @Test("Refused with its reason: a second acknowledgement, and an answer to a version that a later one has replaced")
    func lateToTheMatter() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 1)
            try await partnership.accept("decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
            let told = try await partnership.hear(atLeast: 1) {
                $0.agency == "school-hill" && $0.notice?.kind == .thresholdChanged
            }
            let first = try #require(told.first?.notice?.noticeID)
            let seen = #"{"noticeId":"\#(first)",\#(EscalationWalkTests.by)}"#
            try await partnership.accept("notice.acknowledged", as: "school-hill", data: seen)
            let again = try await partnership.publish("notice.acknowledged", as: "school-hill", data: seen)
            #expect(try await EscalationWalkTests.code(of: again, partnership) == "already-acknowledged")

            let second = SampleEvents.decision(children: ["A"], to: "early-help")
                .replacing(#""version":1"#, with: #""version":2"#)
            try await partnership.accept("decision.changed", as: "csc", data: second)
            let newer = try await partnership.hear(atLeast: 1) {
                $0.agency == "school-hill" && $0.notice?.kind == .thresholdChanged
                    && $0.notice?.body.subject.version == 2
            }
            let challenge = { (notice: NoticeID) in
                #"{"noticeId":"\#(notice)",\#(EscalationWalkTests.by),"answer":"challenge","#
                    + #""grounds":"The risk has not gone.","desiredOutcome":"The enquiry goes on."}"#
            }
            let old = try await partnership.publish("notice.answered", as: "school-hill", data: challenge(first))
            #expect(try await EscalationWalkTests.code(of: old, partnership) == "superseded")
            try await partnership.settle()
            #expect(try await partnership.database.count("SELECT count(*) FROM escalation_tracker.escalation") == 0)
            // Section 5: what is refused leaves its notice as it was.
            let answered = "SELECT count(*) FROM notifier.notice WHERE answered_at IS NOT NULL"
            #expect(try await partnership.database.count(answered) == 0)
            let latest = try #require(newer.first?.notice?.noticeID)
            try await partnership.accept("notice.answered", as: "school-hill", data: challenge(latest))
            _ = try await partnership.hear(atLeast: 1) { $0.notice?.kind == .challengeRaised }
            try await partnership.settle()
            #expect(try await partnership.database.count(answered + " AND acknowledged_at IS NOT NULL") == 1)
            let matrix = try await partnership.keepsight(["matrix", "D1", "--json"])
            let lines = try JSONDocument(parsing: Array(matrix.text.utf8)).root["agencies"]?.elements ?? []
            let line = lines.first { $0["agency"]?.string == "school-hill" && $0["version"]?.int64 == 2 }
            #expect(line?["escalationStage"]?.int64 == 1 && line?["escalationDueAt"]?.string != nil)
        }
    }

    private static func code(of event: String, _ partnership: Partnership) async throws -> String? {
        try await partnership.receipt(of: event)?.data["reasons"]?.elements.first?["code"]?.string
    }

    /// The objects that a command has printed, one a line.
    private static func values(_ text: String) throws -> [JSONValue] {
        try text.split(separator: "\n").map { try JSONDocument(parsing: Array($0.utf8)).root }
    }

    private static func checkReports(_ partnership: Partnership, _ escalation: EscalationID) async throws {
        let list = try await partnership.keepsight(["escalations", "--all", "--json"])
        let lines = try values(list.text)
        #expect(list.status == 0 && lines.count == 1)
        #expect(lines.first?["escalationId"]?.string == escalation.text)
        #expect(lines.first?["outcome"]?.string == "changed" && lines.first?["occasion"]?.string == "objection")
        let report = try await partnership.keepsight(["escalations", "--report", "--json"])
        let reported = try values(report.text)
        let stages = reported.filter { $0["stage"] != nil }
        #expect(stages.map { $0["stage"]?.int64 } == [1, 2])
        #expect(stages.first?["movedBySilence"]?.int64 == 1)
        #expect(stages.last?["answersInTime"]?.int64 == 1 && stages.last?["changed"]?.int64 == 1)
        #expect(reported.first { $0["agency"] != nil }?["changed"]?.int64 == 1)
        let open = try await partnership.keepsight(["open", "--json"])
        let kinds = try values(open.text).compactMap { $0["kind"]?.string }
        #expect(kinds == ["section-47"], "the change is withdrawn and the challenge closed; the enquiry is open")
        let text = try await partnership.keepsight(["escalations", "--report"])
        #expect(text.text.contains("good practice"))
    }
}
