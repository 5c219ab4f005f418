import Contracts
import JSON
import KafkaClient
import Policy
import Safeguarding
import TestSupport
import Testing

/// Observations through the real executables: contract.md section 4, row B6.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"), .serialized)
struct ObservationWalkTests {
    private func concern(_ id: String, at moment: Instant) -> String {
        #"""
        {"concernId":"\#(id)","children":[{"ref":"CSC-A"}],"at":"\#(moment.rfc3339)",\#
        "by":{"name":"Tess Example","role":"social worker"},"kind":"hygiene","text":"Words that stay at intake."}
        """#
    }

    @Test("An observation is answered and journaled, its words go no further, and who may not publish it hears that")
    func taken() async throws {
        try await withPartnership { partnership in
            try await partnership.accept(
                "involvement.opened", as: "csc", data: SampleEvents.involvement("CSC", children: 1))
            try await partnership.accept("concern.raised", as: "csc", data: concern("CN-1", at: Partnership.now))
            let refused = try await partnership.publish(
                "police-notification.made", as: "csc", data: PoliceNotificationMade.terms.example)
            let receipt = try #require(try await partnership.receipt(of: refused))
            #expect(receipt.data["reasons"]?.elements.map { $0["code"]?.string } == ["not-authorised"])
            let kept = "SELECT count(*) FROM referral_intake.journal WHERE event_type = 'keepsight.concern.raised.v1'"
            #expect(try await partnership.database.count(kept) == 1)
            try await partnership.settle()
            let facts = try await partnership.records(of: partnership.topics.facts.name)
                .map { String(decoding: $0.value ?? [], as: UTF8.self) }
            #expect(facts.filter { $0.contains(#""kind":"concern.raised""#) }.count == 1)
            #expect(!facts.contains { $0.contains("Words that stay") || $0.contains("Tess Example") })
            #expect(try await partnership.deadLetters().isEmpty)
        }
    }

    @Test("B6: an observation stops the watch over progress, which counts from it anew")
    func progress() async throws {
        try await withPartnership { partnership in
            try await partnership.accept(
                "involvement.opened", as: "csc", data: SampleEvents.involvement("CSC", children: 1))
            try await partnership.accept(
                "decision.changed", as: "csc",
                data: SampleEvents.decision(children: ["A"], from: "universal", to: "section-47"))
            let policy = partnership.policy
            let length = try #require(policy.clocks.noProgress[.section47])
            let start = Partnership.now
            let first = policy.due(length, from: start).due
            let untilFirst = Int((first.microsecondsSinceEpoch - start.microsecondsSinceEpoch) / 1_000_000)
            try await partnership.database.moveClock(bySeconds: untilFirst - 3600)
            let moment = Partnership.now.adding(seconds: Int64(untilFirst) - 3600 - 60)
            try await partnership.accept("concern.raised", as: "csc", data: concern("CN-1", at: moment))
            try await partnership.settle()

            // The first deadline comes, looks back, and finds the concern.
            try await partnership.database.moveClock(bySeconds: 2 * 3600 + 900)
            let second = policy.due(length, from: moment).due
            let again = """
                SELECT count(*) FROM escalation_tracker.deadline
                WHERE key LIKE 'progress:%' AND due_at = '\(second.rfc3339)'::timestamptz
                """
            let end = ContinuousClock.now.advanced(by: .seconds(40 * TestEnvironment.patience))
            while try await partnership.database.count(again) == 0, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(try await partnership.database.count(again) == 1)
            try await partnership.settle()
            #expect(try await partnership.hear(atLeast: 0) { $0.notice?.task == .supervise }.isEmpty)

            try await partnership.database.moveClock(
                bySeconds: Int((second.microsecondsSinceEpoch - first.microsecondsSinceEpoch) / 1_000_000))
            let asked = try await partnership.hear(atLeast: 1) { $0.notice?.task == .supervise }
            #expect(asked.map(\.agency) == ["csc"])
        }
    }
}
