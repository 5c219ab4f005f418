import Contracts
import Messaging
import TestSupport
import Testing

/// A PostgreSQL whose processes are all stopped: the kernel takes connections and answers keepalives for them, so nothing fails,
/// and nothing goes on.
@Suite(
    .enabled(
        if: TestEnvironment.isComplete && OwnCluster.isPossible,
        "needs Kafka, and a PostgreSQL of its own: run deploy/test"),
    .serialized)
struct FrozenClusterTests {
    /// What the decision brings about, each once.
    static let notices = [
        "csc threshold-changed held CSC-A", "health-visiting consultation-requested held HV-A",
        "health-visiting threshold-changed held HV-A", "police consultation-requested held (handle)",
        "police threshold-changed held (handle)", "school-hill threshold-changed held SCH-A",
    ]

    private func play(_ body: (OwnCluster, Partnership) async throws -> Void) async throws {
        try await OwnCluster.with { cluster in
            let database = try await TestDatabase.migrated(cluster.url)
            try await withPartnership(in: database) { partnership in
                try await SampleEvents.prologue(partnership, children: 1)
                try await partnership.settle()
                try cluster.freeze(true)
                let decision = try await partnership.publish(
                    "decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
                do { try await body(cluster, partnership) } catch {
                    try cluster.freeze(false)
                    throw error
                }
                try cluster.freeze(false)
                #expect(try await partnership.receipt(of: decision, seconds: 90)?.type == ReceiptAccepted.type.text)
                _ = try await partnership.hear(atLeast: Self.notices.count, seconds: 60) { $0.isOfTheMatter }
                try await partnership.settle()
                #expect(await partnership.noticeLines() == Self.notices)
                let lines = await partnership.receiptLines().filter { $0.hasPrefix(decision + " ") }
                #expect(lines == ["\(decision) accepted"])
                #expect(try await partnership.deadLetters().isEmpty)
                for service in Partnership.services {
                    try await partnership.awaitReady(service)
                    #expect(await partnership.child(service)?.isRunning == true)
                }
            }
        }
    }

    @Test(
        "A database that is frozen: each service is unready with that reason, goes on by itself, and does everything once",
        .timeLimit(TestEnvironment.minutes(5)))
    func unready() async throws {
        try await play { _, partnership in
            for service in Partnership.services {
                try await partnership.awaitUnready(service, naming: "The database has not answered for")
            }
        }
    }

    @Test(
        "One that is frozen for longer than is waited for: connections are given up, and nothing is lost or doubled",
        .enabled(if: TestEnvironment.isLong, "takes minutes: run deploy/test --long"),
        .timeLimit(TestEnvironment.minutes(10)))
    func givenUp() async throws {
        try await play { _, partnership in
            for service in Partnership.services {
                let end = ContinuousClock.now.advanced(by: .seconds(100 * TestEnvironment.patience))
                while await partnership.child(service)?.log.contains("has said nothing for 75 s") == false,
                    ContinuousClock.now < end
                { try await Task.sleep(for: .milliseconds(100)) }
                #expect(await partnership.child(service)?.log.contains("has said nothing for 75 s") == true)
            }
        }
    }
}
