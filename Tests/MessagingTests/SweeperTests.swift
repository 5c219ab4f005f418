import Contracts
import KafkaClient
import PostgresClient
import Safeguarding
import ServiceRuntime
import TestSupport
import Testing

@testable import Messaging

/// Deadlines: in which order they fire, whose are held back, and that one household's trouble is nobody else's.
@Suite(.enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
struct SweeperTests {
    private let five: [(key: String, household: UInt8)] = (1...5).map { ("test:\($0)", UInt8($0)) }

    @Test("Deadlines fire by due time, then by key, whoever's they are")
    func order() async throws {
        try await Scene.with { scene in
            try await scene.arm([("z:first", 9), ("a:second", 2), ("m:third", 7), ("b:fourth", 2)])
            // Two at the same time.
            try await scene.database.run(
                "UPDATE escalation_tracker.deadline SET due_at = (SELECT min(due_at) FROM escalation_tracker.deadline WHERE key LIKE 'm:%') WHERE key LIKE 'b:%'"
            )
            #expect(try await scene.sweeper.sweep().fired == 4)
            #expect(try await scene.said("fired") == ["z:first", "a:second", "b:fourth", "m:third"])
            #expect(try await scene.sweeper.sweep().fired == 0)
        }
    }

    @Test("trial A6: a trigger that refuses one household's deadline: that one is tried later, all others fire")
    func refusedByDatabase() async throws {
        for code in ["raise_exception", "check_violation", "string_data_right_truncation", "lock_not_available"] {
            try await Scene.with { scene in
                try await scene.arm(five)
                try await scene.refuse("fired", of: 3, code: code)
                let sweep = try await scene.sweeper.sweep()
                #expect(sweep.fired == 4 && sweep.refused == 1)
                #expect(try await scene.said("fired").sorted() == ["test:1", "test:2", "test:4", "test:5"])
                #expect(try await scene.count("deadline", where: "key = 'test:3' AND due_at < app.now()") == 1)
                // It does not come again at once, and nothing wakes the sweeper for it.
                let next = try await scene.sweeper.sweep()
                #expect(next.fired + next.refused == 0 && next.millisecondsToNext == 1000)
                try await scene.maintenance.readGauges()
                #expect(scene.health.json.contains(Counting.household(3).text))
                #expect(scene.health.json.contains("late-deadlines"))
                // After a minute, and after four more.
                for (seconds, attempts) in [(61, 2), (61, 2), (200, 3)] {
                    try await scene.database.moveClock(bySeconds: seconds)
                    _ = try await scene.sweeper.sweep()
                    #expect(try await scene.count("deadline_aside", where: "attempts = \(attempts)") == 1)
                }
                try await scene.mend()
                try await scene.database.moveClock(bySeconds: 4 * 3600)
                #expect(try await scene.sweeper.sweep().fired == 1)
                #expect(try await scene.said("fired").last == "test:3")
                #expect(try await scene.count("deadline_aside") == 0)
                #expect(try await scene.count("deadline") == 0)
            }
        }
    }

    @Test("trial A6: two households that are refused among five, at every pair of places")
    func refusedTwo() async throws {
        try await Scene.with { scene in
            for first in 1...4 {
                for second in (first + 1)...5 {
                    try await scene.arm(five)
                    try await scene.refuse("fired", of: UInt8(first))
                    try await scene.database.run(
                        """
                        CREATE OR REPLACE FUNCTION app.refuse_all() RETURNS trigger LANGUAGE plpgsql
                            AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
                        CREATE TRIGGER refuse_more BEFORE INSERT ON escalation_tracker.outbox FOR EACH ROW
                        WHEN ('\(Counting.household(UInt8(second)).text)' = ANY (NEW.key)) EXECUTE FUNCTION app.refuse_all()
                        """)
                    let sweep = try await scene.sweeper.sweep()
                    #expect(sweep.fired == 3 && sweep.refused == 2, "\(first) and \(second)")
                    try await scene.database.run(
                        """
                        DROP TRIGGER refuse_more ON escalation_tracker.outbox;
                        TRUNCATE escalation_tracker.deadline, escalation_tracker.deadline_aside
                        """)
                }
            }
        }
    }

    @Test("What is refused to everybody is nobody's: no deadline is set aside, all fire when it is mended")
    func refusedToEverybody() async throws {
        for code in ["raise_exception", "insufficient_privilege", "check_violation", "lock_not_available"] {
            try await Scene.with { scene in
                try await scene.arm(five)
                try await scene.refuse("fired", code: code)
                for _ in 0..<2 { await #expect(throws: PostgresError.self) { try await scene.sweeper.sweep() } }
                #expect(try await scene.count("deadline_aside") == 0)
                #expect(try await scene.count("deadline") == 5)
                try await scene.mend()
                #expect(try await scene.sweeper.sweep().fired == 5)
            }
        }
    }

    @Test(
        "trial A6: one household that is refused with nobody to compare with is set aside after a wait, and others fire"
    )
    func refusedAlone() async throws {
        try await Scene.with { scene in
            var sweeper = scene.sweeper
            sweeper.patience = RefusalWait(RefusalPatience(attempts: 3, time: .zero))
            try await scene.arm([("test:1", 1)])
            try await scene.refuse("fired", of: 1)
            for _ in 0..<2 { await #expect(throws: PostgresError.self) { try await sweeper.sweep() } }
            #expect(try await scene.count("deadline_aside") == 0)
            #expect(try await sweeper.sweep().refused == 1)
            #expect(try await scene.count("deadline_aside", where: "code = 'not-storable'") == 1)
            #expect(scene.lines.count(of: "refusal-singled-out") == 1)
            #expect(try await scene.count("deadline") == 1, "it stays set")
            try await scene.arm([("test:2", 2)])
            #expect(try await sweeper.sweep().fired == 1)
        }
    }

    @Test(
        "A deadline that its own service cannot fire stays as it is, does not fire again at once, and holds up nobody")
    func refusedByProcedure() async throws {
        try await Scene.with { scene in
            try await scene.arm(five)
            try await scene.database.run(
                "INSERT INTO escalation_tracker.household_state VALUES ('\(Counting.household(2).text)', 1, 'no document')"
            )
            let sweep = try await scene.sweeper.sweep()
            #expect(sweep.fired == 4 && sweep.refused == 1)
            let asItWas =
                "key = 'test:2' AND convert_from(explanation, 'UTF8') LIKE '%as it was%' AND due_at < app.now()"
            #expect(try await scene.count("deadline", where: asItWas) == 1)
            #expect(try await scene.count("deadline_aside", where: "code = 'state-unreadable'") == 1)
            let next = try await scene.sweeper.sweep()
            #expect(next.fired + next.refused == 0 && next.millisecondsToNext == 1000)
            try await scene.database.run(
                "DELETE FROM escalation_tracker.household_state WHERE version = 1 AND state = 'no document'")
            try await scene.database.moveClock(bySeconds: 61)
            #expect(try await scene.sweeper.sweep().fired == 1)
            #expect(try await scene.count("deadline_aside") == 0)
        }
    }

    @Test("A parked household's deadlines are held: what waits is handled first, then what is due fires")
    func parked() async throws {
        try await Scene.with { scene in
            _ = try await scene.transaction.run([
                Counting.message(0, id: "bad", data: #"{"poison":true}"#), Counting.message(1, id: "answer"),
            ])
            try await scene.arm([("test:1", 1), ("test:2", 2)])
            #expect(try await scene.sweeper.sweep().fired == 1)
            #expect(try await scene.said("fired") == ["test:2"])
            let next = try await scene.sweeper.sweep()
            #expect(next.fired == 0 && next.millisecondsToNext == 1000, "nothing wakes the sweeper for it")
            #expect(try await scene.count("deadline", where: "key = 'test:1'") == 1)
            _ = try await scene.ask(.discard)
            while try await scene.handler.settleNext() {}
            #expect(try await scene.sweeper.sweep().fired == 1)
            #expect(
                try await scene.database.texts(
                    "SELECT topic FROM escalation_tracker.outbox_record WHERE key = '\(Counting.household(1).text)' ORDER BY id, place"
                )
                    == ["dead", "said", "fired"])
        }
    }

    @Test("Late and armed later: the sweeper sleeps until the next one, or until the end of a pause, never for nothing")
    func sleep() async throws {
        try await Scene.with { scene in
            #expect(try await scene.sweeper.sweep().millisecondsToNext == 1000)
            try await scene.database.run(
                "INSERT INTO escalation_tracker.deadline VALUES ('a:1', '\(Counting.household(1).text)', app.now() + interval '1 day', '{}')"
            )
            #expect(try await scene.sweeper.sweep().millisecondsToNext == 1000)
            try await scene.database.run(
                """
                INSERT INTO escalation_tracker.deadline_aside (household, attempts, until, code, reason)
                VALUES ('\(Counting.household(1).text)', 1, app.now() - interval '1 minute', 'c', 'r'),
                    ('\(Counting.household(2).text)', 1, app.now() - interval '1 minute', 'c', 'r')
                """)
            // The one has nothing due yet, the other nothing set at all.
            #expect(try await scene.sweeper.sweep().millisecondsToNext == 1000)
            try await scene.maintenance.readGauges()
            #expect(try await scene.count("deadline_aside") == 0)
        }
    }
}

struct DeadlineOrderTests {
    private func due(_ second: Int64, _ key: String) -> DueDeadline {
        DueDeadline(
            key: DeadlineKey(kind: "k", subject: key), household: Counting.household(1),
            due: Instant(microsecondsSinceEpoch: second * 1_000_000))
    }

    @Test("Order of firing: due time first, then the key")
    func order() {
        let sorted = [due(2, "a"), due(1, "b"), due(1, "a"), due(0, "z")].sorted()
        #expect(sorted.map(\.key.subject) == ["z", "a", "b", "a"])
    }

    @Test("The pauses of a deadline that cannot be fired grow from a minute to four hours")
    func pauses() {
        #expect(
            (0...8).map { DeadlinePause.seconds(afterAttempts: $0) } == [
                60, 60, 240, 960, 3840, 14400, 14400, 14400, 14400,
            ])
        #expect(DeadlinePause.seconds(afterAttempts: .max) == 14400)
    }
}

struct EngineGaugesTests {
    private let household = Counting.household(1)

    @Test("An outbox that grows is unready, and says where to look")
    func outbox() {
        #expect(EngineGauges(outboxAge: 29).outboxStatus == .ok)
        guard case .degraded(let text) = EngineGauges(outboxAge: 31).outboxStatus else {
            Issue.record("ready")
            return
        }
        #expect(text.contains("31 s"))
    }

    @Test("A parked household is for people to look at, and does not make the service unready")
    func parked() {
        let first = EngineGauges.Parked(household: household, code: "poison", since: Partnership.now)
        #expect(EngineGauges().parkedStatus(first: nil) == .ok)
        guard case .attention(let text) = EngineGauges(parkedHouseholds: 2).parkedStatus(first: first) else {
            Issue.record("no attention")
            return
        }
        #expect(text.contains("2 households") && text.contains("dead-letters list") && text.contains("poison"))
        #expect(text.contains(household.text))
    }

    @Test("Late deadlines are unready; a household that is set aside is named")
    func deadlines() {
        let aside = EngineGauges.Aside(household: household, code: "not-storable", reason: "a reason")
        #expect(EngineGauges(deadlineLateness: 59).deadlineStatus(aside: nil) == .ok)
        guard case .degraded = EngineGauges(deadlineLateness: 61, householdsAside: 1).deadlineStatus(aside: aside)
        else {
            Issue.record("ready")
            return
        }
        guard case .attention(let text) = EngineGauges(householdsAside: 2).deadlineStatus(aside: aside) else {
            Issue.record("no attention")
            return
        }
        #expect(text.contains(household.text) && text.contains("1 more") && text.contains("a reason"))
    }
}
