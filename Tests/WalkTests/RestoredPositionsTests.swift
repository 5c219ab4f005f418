import Contracts
import TestSupport
import Testing

/// A database that was restored from a backup while no service ran: no process remembers how far it had come.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"))
struct RestoredPositionsTests {
    @Test("trial A15: positions that went back while nothing ran are on record once the service runs again")
    func restored() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 1)
            try await partnership.accept("decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
            _ = try await partnership.hear(atLeast: 6) { $0.isOfTheMatter }
            try await partnership.settle()
            let before = await partnership.noticeLines()
            let rereads = "SELECT count(*) FROM escalation_tracker.position_reread"
            // What nothing was lost of is not read again, however often a service is started.
            try await partnership.stop("escalation-tracker")
            try await partnership.start("escalation-tracker")
            try await partnership.awaitReady("escalation-tracker")
            try await partnership.stop("escalation-tracker")
            #expect(try await partnership.database.count(rereads) == 0)
            try await partnership.database.run(
                "UPDATE escalation_tracker.position SET next_offset = 0, record_milliseconds = NULL WHERE next_offset > 0"
            )
            try await partnership.start("escalation-tracker")
            let end = ContinuousClock.now.advanced(by: .seconds(40 * TestEnvironment.patience))
            while try await partnership.database.count(rereads) == 0, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(
                try await partnership.database.count(rereads + " WHERE cause = 'database' AND from_offset = 0") > 0)
            let (status, shown) = try await partnership.keepsight(["positions", "list", "escalation-tracker"])
            #expect(status == 0 && shown.contains("the database had lost its last commits"), "\(shown)")
            try await partnership.settle()
            #expect(await partnership.noticeLines() == before)
        }
    }
}
