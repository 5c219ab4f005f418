import Contracts
import Glibc
import Messaging
import TestSupport
import Testing

/// A replica that hangs, as a machine that swaps or a stopped container does: the healthy one does its work.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"), .serialized)
struct HungLeaderTests {
    @Test("trial A14: SIGSTOP of the relay's leader: the other replica leads within 15 s, and every notice comes once")
    func stopped() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 1)
            try await partnership.settle()
            // It has carried receipts, so it leads.
            let first = try #require(await partnership.child("notifier"))
            let held = try await partnership.leaseHolder(of: "notifier")
            try await partnership.start("notifier", ["KEEPSIGHT_REPLICA": "second"])
            try await partnership.awaitReady("notifier")
            #expect(try await partnership.leaseHolder(of: "notifier") == held, "a follower waits")
            first.send(SIGSTOP)
            defer { first.send(SIGKILL) }
            let start = ContinuousClock.now
            while try await partnership.leaseHolder(of: "notifier") == held,
                start.duration(to: .now) < .seconds(60 * TestEnvironment.patience)
            { try await Task.sleep(for: .milliseconds(50)) }
            #expect(start.duration(to: .now) < .seconds(15 * TestEnvironment.patience), "15 s where nothing else runs")
            try await partnership.accept("decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
            _ = try await partnership.hear(atLeast: 6, seconds: 60) { $0.isOfTheMatter }
            // It wakes up, finds that another leads, and is of use again.
            first.send(SIGCONT)
            for agency in ["police", "health-visiting"] {
                try await partnership.accept(
                    "consultation.recorded", as: agency, data: SampleEvents.consultation(of: agency))
            }
            _ = try await partnership.hear(atLeast: CrashTests.expected.notices.count, seconds: 60) { $0.isOfTheMatter }
            try await partnership.settle()
            #expect(await partnership.noticeLines() == CrashTests.expected.notices)
            #expect(first.isRunning)
        }
    }

    @Test(
        "trial A16: 'positions repair' has a running partition read again from there, with no second effect, and that is shown"
    )
    func readAgain() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 1)
            try await partnership.accept("decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
            _ = try await partnership.hear(atLeast: 6) { $0.isOfTheMatter }
            try await partnership.settle()
            let before = await partnership.noticeLines()
            let facts = partnership.topics.facts.name
            let furthest = """
                SELECT partition::text || ' ' || next_offset FROM escalation_tracker.position
                WHERE topic = '\(facts)' AND next_offset > 0 ORDER BY next_offset DESC LIMIT 1
                """
            let position = try #require(try await partnership.database.texts(furthest).first)
            let number = String(position.split(separator: " ")[0])
            let (status, text) = try await partnership.keepsight([
                "positions", "repair", "escalation-tracker", facts, number, "--from", "earliest", "--by",
                "Sam Example, operator", "--reason", "to see what comes",
            ])
            #expect(status == 0, "\(text)")
            // No message comes that would move it: it is read again all the same, and up to the same place.
            let reread =
                "SELECT count(*) FROM escalation_tracker.position_reread WHERE cause = 'operator' AND from_offset = 0"
            let end = ContinuousClock.now.advanced(by: .seconds(40 * TestEnvironment.patience))
            while ContinuousClock.now < end {
                if try await partnership.database.count(reread) == 1,
                    try await partnership.database.texts(furthest).first == position
                {
                    break
                }
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(try await partnership.database.count(reread) == 1)
            #expect(try await partnership.database.texts(furthest).first == position)
            let (listed, shown) = try await partnership.keepsight(["positions", "list", "escalation-tracker"])
            #expect(listed == 0)
            #expect(shown.contains("an operator asked for it"), "\(shown)")
            try await partnership.settle()
            #expect(await partnership.noticeLines() == before, "what was seen before is recognised")
            try await partnership.awaitReady("escalation-tracker")
        }
    }
}

extension Partnership {
    /// Who has the lead of a service's relay, once somebody has.
    fileprivate func leaseHolder(of service: String) async throws -> String {
        let end = ContinuousClock.now.advanced(by: .seconds(40 * TestEnvironment.patience))
        let query = "SELECT holder::text FROM \(Migrator.schema(of: service)).lease WHERE name = 'relay'"
        while ContinuousClock.now < end {
            if let holder = try await database.texts(query).first { return holder }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Missing("nobody leads the relay of \(service)")
    }
}
