import Contracts
import Glibc
import KafkaClient
import Messaging
import TestSupport
import Testing

/// SIGKILL of each service at each window in which something is half done: after the restart exactly the same notices
/// and receipts stand on the topics, each once.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"), .serialized)
struct CrashTests {
    /// What stands on the agencies' topics in the end.
    struct Outcome: Equatable {
        var notices: [String]
        var receipts: [String]
        var deadLetters: Int
        /// Whether the service was really killed.
        var wasKilled = true
    }

    static let windows = [
        "batch.beforeCommit", "batch.afterCommit", "consumer.beforeOffsetCommit", "relay.afterProduce",
        "relay.beforeDelete", "relay.afterDelete",
    ]

    static let expected = Outcome(
        notices: [
            "csc change-confirmed changed CSC-A", "csc threshold-changed held CSC-A",
            "health-visiting change-confirmed changed HV-A", "health-visiting consultation-requested held HV-A",
            "health-visiting threshold-changed held HV-A", "police change-confirmed changed (handle)",
            "police consultation-requested held (handle)", "police threshold-changed held (handle)",
            "school-hill change-confirmed changed SCH-A", "school-hill threshold-changed held SCH-A",
        ], receipts: (1...7).map { "e\($0) accepted" }, deadLetters: 0)

    @Test("A kill at any window leaves exactly the same notices", arguments: Partnership.services)
    func kill(_ service: String) async throws {
        for window in CrashTests.windows {
            let outcome = try await walk(killing: service, at: window)
            #expect(outcome == CrashTests.expected, "\(service) killed at \(window)")
        }
    }

    @Test("With the relay's recovery off, a row is said twice, and the inbox makes that nothing")
    func inboxAbsorbs() async throws {
        let whole = try await decisionKilledAfterProduce(without: "")
        #expect(whole.outcome == CrashTests.expected)
        let broken = try await decisionKilledAfterProduce(without: "recovery")
        #expect(broken.outcome == CrashTests.expected)
        #expect(whole.rulings == 1 && broken.rulings == 1)
        #expect(broken.facts == whole.facts + 1, "nobody would notice if recovery were missing")
        note(
            .recovery, "what a killed relay has said is not said again", "\(whole.facts) facts",
            "\(broken.facts) facts")
    }

    @Test("Recovery finds what was said by the time of day, wherever the clock of the rules stands")
    func recoveryWithAnotherClock() async throws {
        let moved = try await decisionKilledAfterProduce(without: "", clockMovedBySeconds: 600)
        #expect(moved.outcome == CrashTests.expected)
        #expect(moved.facts == CrashTests.expected.receipts.count, "each accepted event is one fact")
    }

    @Test("Guard off: with the inbox off as well, the same walk goes wrong")
    func withoutInbox() async throws {
        let broken = try await decisionKilledAfterProduce(without: "recovery,inbox")
        #expect(broken.rulings == 2, "the decision is taken up twice")
    }

    /// The walk, in which intake is killed when the broker has the decision's fact, and before its outbox row is deleted.
    /// Also how many facts stand on their topic then, and how many rulings there are on the decision; intake delivers the
    /// first of them alone.
    private func decisionKilledAfterProduce(without guards: String, clockMovedBySeconds seconds: Int = 0) async throws
        -> (outcome: Outcome, facts: Int, rulings: Int)
    {
        let settings = ["KEEPSIGHT_WITHOUT_GUARDS": guards]
        let special = Dictionary(uniqueKeysWithValues: Partnership.services.map { ($0, settings) })
        var outcome = Outcome(notices: [], receipts: [], deadLetters: 0)
        var (facts, rulings) = (0, 0)
        try await withPartnership(special) { partnership in
            try await partnership.database.moveClock(bySeconds: seconds)
            try await SampleEvents.prologue(partnership, children: 1)
            try await partnership.settle()
            try await partnership.restart("referral-intake", settings, failpoints: "relay.afterProduce=kill")
            let door = await partnership.child("referral-intake")
            try await partnership.publish("decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
            #expect(await door?.ended(withinSeconds: 40) == true)
            try await partnership.start("referral-intake", settings)
            _ = try await partnership.receipt(of: "e5")
            for agency in ["police", "health-visiting"] {
                try await partnership.publish(
                    "consultation.recorded", as: agency, data: SampleEvents.consultation(of: agency))
            }
            _ = try await partnership.hear(atLeast: CrashTests.expected.receipts.count) { $0.notice == nil }
            _ = try await partnership.hear(atLeast: CrashTests.expected.notices.count, seconds: 10) { $0.isOfTheMatter }
            try await partnership.settle()
            facts = try await partnership.records(of: partnership.topics.facts.name).count
            rulings = try await partnership.records(of: partnership.topics.rulings.name)
                .count { String(decoding: $0.value ?? [], as: UTF8.self).contains(#""eventId":"e5""#) }
            outcome = Outcome(
                notices: await partnership.noticeLines(), receipts: await partnership.receiptLines(),
                deadLetters: try await partnership.deadLetters().count)
        }
        return (outcome, facts, rulings)
    }

    @Test(
        "The strategy discussion survives a kill before its commit; with the guard off, offsets told too early, the same walk loses it"
    )
    func offsetAfterCommit() async throws {
        let whole = try await consulted(without: "")
        let broken = try await consulted(without: "offset-after-commit")
        #expect(whole == 1)
        #expect(broken == 0, "nobody would notice if offsets were told before the commit")
        note(
            .offsetAfterCommit, "an event that was not in effect at a kill is read again", "\(whole) consulted",
            "\(broken) consulted")
    }

    /// How many of those who were at the discussion alone are consulted after the tracker was killed with the strategy discussion in its hands.
    private func consulted(without guards: String) async throws -> Int {
        let settings = ["KEEPSIGHT_WITHOUT_GUARDS": guards]
        let special = Dictionary(uniqueKeysWithValues: Partnership.services.map { ($0, settings) })
        var consulted = 0
        try await withPartnership(special) { partnership in
            try await SampleEvents.prologue(partnership, children: 1, withDiscussion: false)
            // The tracker has read all of it, so the discussion alone is in its hands when it dies.
            while try await partnership.database.count("SELECT count(*) FROM escalation_tracker.inbox") < 3 {
                try await Task.sleep(for: .milliseconds(20))
            }
            try await partnership.settle()
            try await partnership.restart("escalation-tracker", settings, failpoints: "batch.beforeCommit=kill")
            try await partnership.accept(
                "strategy-discussion.held", as: "csc", data: SampleEvents.discussion(children: 1))
            let tracker = await partnership.child("escalation-tracker")
            #expect(await tracker?.ended(withinSeconds: 30) == true)
            try await partnership.start("escalation-tracker", settings)
            try await partnership.accept("decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
            _ = try await partnership.hear(atLeast: 2) { $0.isOfTheMatter }
            try await partnership.settle()
            // The police are there by the discussion alone.
            consulted = await partnership.noticeLines().count { $0.hasPrefix("police consultation-requested") }
        }
        return consulted
    }

    private func note(_ name: EngineGuards.Name, _ promise: String, _ whole: String, _ broken: String) {
        GuardOffTable.shared.add(
            GuardOffTable.Row(guardName: name.rawValue, promise: promise, whole: whole, broken: broken),
            of: EngineGuards.Name.allCases.count)
    }

    private func walk(killing service: String, at window: String) async throws -> Outcome {
        var outcome = Outcome(notices: [], receipts: [], deadLetters: 0)
        // The screener says one thing in this walk. Nobody waits for the notifier, which may get all that it is told in one batch;
        // and what a service behind intake says may be carried and deleted all at once.
        let isRare =
            service == "mash-screener" || service == "notifier"
            || (service != "referral-intake" && window.hasPrefix("relay"))
        let special = [service: ["KEEPSIGHT_FAILPOINTS": "\(window)=kill@\(isRare ? 1 : 2)"]]
        try await withPartnership(special) { partnership in
            let first = await partnership.child(service)
            let keeper = Task {
                // Whoever watches services starts a dead one again, without the failpoint.
                guard let child = first else { return }
                while !Task.isCancelled, child.isRunning { try await Task.sleep(for: .milliseconds(20)) }
                guard !Task.isCancelled else { return }
                try await partnership.start(service)
            }
            try await publishAll(partnership)
            _ = try await partnership.hear(atLeast: CrashTests.expected.notices.count, seconds: 60) { $0.isOfTheMatter }
            _ = try await partnership.hear(atLeast: CrashTests.expected.receipts.count, seconds: 30) {
                $0.notice == nil
            }
            try await partnership.settle()
            // Offsets are told once a second, so the last window may come after everything has been heard.
            let hasEnded = await first?.ended(withinSeconds: 10) ?? false
            keeper.cancel()
            outcome.wasKilled = first.map { hasEnded && $0.ending.isSignal && $0.ending.code == SIGKILL } ?? false
            outcome = Outcome(
                notices: await partnership.noticeLines(), receipts: await partnership.receiptLines(),
                deadLetters: try await partnership.deadLetters().count, wasKilled: outcome.wasKilled)
        }
        return outcome
    }

    /// The walk, each event after the one before it is accepted: seven events with ids e1 to e7.
    private func publishAll(_ partnership: Partnership) async throws {
        try await SampleEvents.prologue(partnership, children: 1)
        try await partnership.accept("decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
        for agency in ["police", "health-visiting"] {
            try await partnership.accept(
                "consultation.recorded", as: agency, data: SampleEvents.consultation(of: agency))
        }
    }
}
