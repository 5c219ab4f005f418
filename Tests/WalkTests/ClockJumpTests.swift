import Contracts
import Messaging
import Safeguarding
import TestSupport
import Testing

/// The database's clock jumps, as one does that is set by hand or by a time server: what falls due is decided by that clock
/// alone, and whatever it does, once.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"), .serialized)
struct ClockJumpTests {
    @Test(
        "A day ahead, an hour back and ahead again while decisions flow: no clock fires early or twice, each notice comes once"
    )
    func jumps() async throws {
        try await withPartnership { partnership in
            let database = partnership.database
            try await database.noteFirings()
            try await SampleEvents.prologue(partnership, children: SampleEvents.people.count)
            try await decide("A", partnership)
            try await awaitNotices(ofChildren: 1, partnership)

            // About a day ahead, half an hour before the first notices are overdue.
            try await decide("B", partnership)
            try await database.jumpToNextClocks(andSeconds: -1800)
            try await decide("C", partnership)
            try await database.awaitSweep()
            try await database.moveClock(bySeconds: 3600)
            _ = try await partnership.hear(atLeast: 6) { $0.notice?.kind == .acknowledgementOverdue }

            // To a time that has been before: what fell due then has fired, and what falls due then from now on has not.
            try await decide("D", partnership)
            try await database.moveClock(bySeconds: -3600)
            try await database.arm("test:later", inSeconds: 1800)
            try await database.awaitSweep()
            #expect(try await database.count("SELECT count(*) FROM app.fired WHERE key = 'test:later'") == 0)
            try await decide("E", partnership)
            try await awaitNotices(ofChildren: 5, partnership)

            try await decide("F", partnership)
            try await database.jumpToNextClocks(andSeconds: 1800)
            try await decide("G", partnership)
            try await awaitNotices(ofChildren: 7, partnership)
            try await database.awaitNothingDue()
            try await partnership.settle()

            // Whoever stays silent is asked again, at its next stage (R20): those notices are for somebody.
            let told = await partnership.noticeLines { $0.isOfTheMatter && $0.notice?.addressedTo.isEmpty == true }
                .filter {
                    $0.contains("threshold-changed") || $0.contains("consultation-requested")
                }
            #expect(told == ClockJumpTests.expected)
            #expect(try await database.texts("SELECT key FROM app.fired WHERE at < due_at") == [], "fired early")
            #expect(
                try await database.texts("SELECT key FROM app.fired GROUP BY service, key, due_at HAVING count(*) > 1")
                    == [], "fired twice")
            // Two steps of the ladder for the first decision at least, and each that fired has told somebody once.
            let steps = try await database.count("SELECT count(*) FROM app.fired WHERE key LIKE 'acknowledgement:%'")
            let overdue = try await partnership.hear(atLeast: 0) { $0.notice?.kind == .acknowledgementOverdue }
            #expect(steps >= 12)
            #expect(overdue.count == steps)
            #expect(Set(overdue.map(\.eventID)).count == steps)
            #expect(try await partnership.deadLetters().isEmpty)
        }
    }

    /// What the decisions about all children bring about, each once.
    private static let expected = SampleEvents.people.flatMap { child in
        [
            "csc threshold-changed held CSC-\(child.letter)",
            "health-visiting consultation-requested held HV-\(child.letter)",
            "health-visiting threshold-changed held HV-\(child.letter)",
            "police consultation-requested held (handle)", "police threshold-changed held (handle)",
        ] + (child.letter == "A" ? ["school-hill threshold-changed held SCH-A"] : [])
    }.sorted()

    /// Publishes a decision about one child and does not wait for what comes of it.
    private func decide(_ child: String, _ partnership: Partnership) async throws {
        try await partnership.publish(
            "decision.changed", as: "csc",
            data: SampleEvents.decision(children: [child]).replacing(
                #""decisionId":"D1""#, with: #""decisionId":"D-\#(child)""#))
    }

    private func awaitNotices(ofChildren count: Int, _ partnership: Partnership) async throws {
        _ = try await partnership.hear(atLeast: 5 * count + 1) {
            $0.notice?.kind == .thresholdChanged || $0.notice?.kind == .consultationRequested
        }
    }
}

extension TestDatabase {
    /// From now on every clock that fires is noted, in the transaction in which it does.
    fileprivate func noteFirings() async throws {
        // Clocks that are withdrawn leave by another statement.
        let noting = Partnership.services.map(Migrator.schema(of:)).map { schema in
            """
            CREATE TRIGGER note_firing AFTER DELETE ON \(schema).deadline FOR EACH ROW
            WHEN (strpos(current_query(), 'RETURNING') > 0) EXECUTE FUNCTION app.note_firing();
            """
        }
        try await run(
            """
            CREATE TABLE app.fired (service text, key text, due_at timestamptz, at timestamptz);
            CREATE FUNCTION app.note_firing() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO app.fired VALUES (TG_TABLE_SCHEMA, OLD.key, OLD.due_at, app.now());
                RETURN NULL;
            END $$;
            """)
        for statement in noting { try await run(statement) }
    }

    /// To so many seconds after the next time at which a notice is overdue, or before it.
    fileprivate func jumpToNextClocks(andSeconds seconds: Int) async throws {
        try await moveClock(
            bySeconds: try await count(
                """
                SELECT extract(epoch FROM min(due_at) - app.now())::int8 + \(seconds) FROM notifier.deadline
                WHERE key LIKE 'acknowledgement:%'
                """))
    }

    /// Sets a clock of the household that means nothing to the notifier: all that comes of it is that it fires.
    fileprivate func arm(_ key: String, inSeconds seconds: Int) async throws {
        try await run(
            """
            INSERT INTO notifier.deadline
            SELECT '\(key)', household, app.now() + '\(seconds) seconds', '{}' FROM notifier.deadline LIMIT 1
            """)
    }

    /// Waits until clocks of the household that are due have fired, and with them whatever is taken for due.
    fileprivate func awaitSweep() async throws {
        try await arm("test:now", inSeconds: 0)
        try await awaitNone("notifier.deadline WHERE key = 'test:now'")
    }

    fileprivate func awaitNothingDue() async throws {
        for service in Partnership.services {
            try await awaitNone("\(Migrator.schema(of: service)).deadline WHERE due_at <= app.now()")
        }
    }

    private func awaitNone(_ rows: String) async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(30 * TestEnvironment.patience))
        while try await count("SELECT count(*) FROM \(rows)") > 0 {
            guard ContinuousClock.now < end else { throw Missing("there are still rows in \(rows)") }
        }
    }
}
