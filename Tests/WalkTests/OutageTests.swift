import Channels
import Contracts
import Foundation
import Glibc
import JSON
import KafkaClient
import Policy
import Safeguarding
import TestSupport
import Testing

/// What is away for a while, and how a service ends: nothing is lost, it is said, and nobody has to help.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"), .serialized)
struct OutageTests {
    /// Longer than a group waits for a member that says nothing, and than any connection attempt.
    static let outageSeconds = 20

    @Test("A database that takes nobody: services stay up, say so, and catch up without help")
    func database() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 1)
            try await partnership.closeDatabase()
            let id = try await partnership.publish(
                "decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
            try await partnership.awaitUnready("referral-intake", naming: "database")
            try await Task.sleep(for: .seconds(OutageTests.outageSeconds))
            for service in Partnership.services { #expect(await partnership.child(service)?.isRunning == true) }
            // Whoever is stopped meanwhile is stopped in good order.
            let screener = await partnership.child("mash-screener")
            try await partnership.stop("mash-screener")
            #expect(
                screener?.ending.isSignal == false && screener?.ending.code == 0, "\(screener?.log.suffix(500) ?? "")")
            try await partnership.openDatabase()
            try await partnership.start("mash-screener")
            #expect(try await partnership.receipt(of: id)?.type == ReceiptAccepted.type.text)
            _ = try await partnership.hear(atLeast: 6) { $0.isOfTheMatter }
            try await partnership.settle()
            #expect(await partnership.noticeLines().filter { $0.contains("threshold-changed") }.count == 4)
            for service in Partnership.services { try await partnership.awaitReady(service) }
        }
    }

    @Test("A signal lets the batch that is under way finish; the process ends well within its 25 s, with status 0")
    func gracefulStop() async throws {
        try await withPartnership { partnership in
            let (door, id) = try await partnership.pauseReferral(milliseconds: 4000)
            let start = ContinuousClock.now
            door?.send(SIGTERM)
            #expect(await door?.ended(withinSeconds: 25) == true)
            #expect(start.duration(to: .now) < .seconds(25), "the promise, however patient the tests are")
            #expect(door?.ending.isSignal == false && door?.ending.code == 0)
            // What it had said before it ended: nobody else is there to say it.
            #expect(try await partnership.receipt(of: id, seconds: 5)?.type == ReceiptAccepted.type.text)
        }
    }

    @Test("A second signal ends it at once, with 128 and the signal's number; what was under way comes again")
    func secondSignal() async throws {
        try await withPartnership { partnership in
            let (door, id) = try await partnership.pauseReferral(milliseconds: 60000)
            door?.send(SIGTERM)
            while door?.log.contains("\"stopping\"") == false, door?.isRunning == true {
                try await Task.sleep(for: .milliseconds(10))
            }
            door?.send(SIGTERM)
            #expect(await door?.ended(withinSeconds: 5) == true)
            #expect(door?.ending.isSignal == false && door?.ending.code == 128 + SIGTERM)
            try await partnership.start("referral-intake")
            #expect(try await partnership.receipt(of: id)?.type == ReceiptAccepted.type.text)
        }
    }

    @Test("A trace goes from an agency's event to the notices that come of it; metrics name build and policy")
    func trace() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 1)
            let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            let event = """
                {"specversion":"1.0","id":"traced","source":"/agencies/csc","type":"keepsight.decision.changed.v1",\
                "time":"\(SampleEvents.minutesAgo(1))","traceparent":"\(trace)","data":\(SampleEvents.decision(children: ["A"]))}
                """
            try await partnership.send(Array(event.utf8), as: "csc")
            _ = try await partnership.hear(atLeast: 6) { $0.isOfTheMatter }
            try await partnership.settle()
            var traced = 0
            for agency in partnership.agencies {
                for record in try await partnership.records(of: partnership.topics.notices(of: agency).name) {
                    let event = try EnvelopeReader.read(value: record.value ?? [], headers: [], now: Partnership.now)
                    guard event.envelope.type == NoticeIssued.type.text,
                        event.data["kind"]?.string != NoticeKind.thresholdRaised.rawValue
                    else { continue }
                    #expect(event.envelope.traceparent == trace, "a notice to \(agency)")
                    traced += 1
                }
            }
            #expect(traced == 6)
            let page = try await partnership.page("/metrics", of: "notifier")
            #expect(page.contains("keepsight_build_info{version=\""))
            #expect(page.contains("policy=\"\(partnership.policy.version)\"} 1"))
        }
    }
}

extension Partnership {
    /// Keeps everybody out of the database, and whoever is in.
    func closeDatabase() async throws {
        // Committed first, so that nobody comes in after that.
        try await database.onServer("ALTER DATABASE \(database.name) ALLOW_CONNECTIONS false")
        try await database.endSessions()
    }

    func openDatabase() async throws {
        try await database.onServer("ALTER DATABASE \(database.name) ALLOW_CONNECTIONS true;")
    }

    /// A referral whose batch waits so long before its commit: intake's process, and the event.
    func pauseReferral(milliseconds: Int) async throws -> (door: ServiceChild?, id: String) {
        // First the event, so that the first batch of the new process is about it.
        try await stop("referral-intake")
        let id = try await publish("referral.made", as: "health-visiting", data: SampleEvents.referral(children: 1))
        try start("referral-intake", ["KEEPSIGHT_FAILPOINTS": "batch.beforeCommit=pause:\(milliseconds)"])
        let door = child("referral-intake")
        try await awaitBatch()
        return (door, id)
    }

    /// Waits until a transaction of intake's is under way that has written: the housekeeper's look for work has not.
    func awaitBatch() async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(30 * TestEnvironment.patience))
        while ContinuousClock.now < end {
            let open = try await database.count(
                """
                SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                    AND application_name = 'referral-intake' AND state = 'idle in transaction'
                    AND backend_xid IS NOT NULL
                """)
            if open > 0 { return }
        }
        throw Missing("no batch came to its commit")
    }
}
