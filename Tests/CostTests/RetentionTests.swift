import Contracts
import Foundation
import Policy
import PostgresClient
import Safeguarding
import ServiceRuntime
import TestSupport
import Testing

@testable import EscalationTracker
@testable import Messaging
@testable import Notifier
@testable import ReferralIntake

/// Records leave when policy keeps them no longer: what is open, held or still referred to stays, and looking costs what
/// leaves.
@Suite(.enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
struct RetentionTests {
    static let (held, other) = (HouseholdID(digest: [1]), HouseholdID(digest: [2]))

    @Test("trial A19: looking for old entries of the journal costs the same after years as in the first")
    func journalCost() async throws {
        let database = try await TestDatabase.make()
        let retention = try Self.retention("journal: { years: 35 }", "journal: { years: 1 }")
        let journal = try #require(ReferralIntake.records(retention).first)
        let configuration = PostgresConfiguration.service("referral-intake", url: database.url)
        let loop = LoopConnection(configuration)
        let pruner = Self.pruner([journal], loop)
        let connection = try await PostgresConnection.connect(configuration)
        var pages: [Int] = []
        // Twenty times a year for three of them, of which one is kept.
        for day in 0..<60 {
            try await database.run(Self.entries(4000, day: day))
            try await database.run("VACUUM referral_intake.journal")
            try await database.moveClock(bySeconds: 18 * 86_400)
            try await pruner.prune()
            pages.append(try await Self.pagesOfALook(journal, connection))
        }
        let size = try await database.count("SELECT pg_relation_size('referral_intake.journal') / 8192")
        let rows = try await database.count("SELECT count(*) FROM referral_intake.journal")
        #expect((4000 * 19...4000 * 22).contains(rows), "\(rows) entries are kept")
        #expect(size > 2400, "the journal has \(size) pages")
        // What is looked at beside the index: the stretches of 128 pages in which the oldest entries stand. Those of one
        // day take two to five of them, by where room was free, whether the journal has twenty such days or many more.
        #expect(pages.allSatisfy { $0 < 1000 }, "looks at \(pages) pages of \(size)")
        await connection.close()
        await loop.close()
        try await database.drop()
    }

    @Test("Nothing of a household under a legal hold leaves, at any service, until the hold is lifted")
    func legalHold() async throws {
        let database = try await TestDatabase.make()
        try await database.run(Self.oldRecords)
        let retention = try Self.retention("", "")
        let services = Self.records(retention)
        try await database.moveClock(bySeconds: 40 * 366 * 86_400)
        for (service, rules) in services {
            try await Self.withDesk(service, database, rules) { handler, pruner in
                let number = try await Self.ask(.set, Self.held, service, database)
                let second = try await Self.ask(.set, Self.held, service, database, "Court order 7")
                while try await handler.settleNext() {}
                #expect(try await Self.outcome(number, service, database) == "held")
                let beside = try await Self.outcome(second, service, database)
                #expect(beside == "held, beside 1 hold of other references")
                // The end of one inquiry is not the end of the other.
                let lift = try await Self.ask(.lift, Self.held, service, database, "Court order 7")
                #expect(try await handler.settleNext())
                let left = try await Self.outcome(lift, service, database)
                #expect(left == "lifted: 1 other hold stands, so the records stay")
                try await pruner.prune()
            }
        }
        for (table, _) in Self.tables {
            let own = try await database.texts("SELECT DISTINCT household::text FROM \(table)")
            #expect(own == [Self.held.dashed], "\(table): \(own)")
        }
        #expect(try await database.count("SELECT count(*) FROM notifier.channel_delivery") == 1)
        #expect(try await database.count("SELECT count(*) FROM notifier.transmission") == 1)
        #expect(try await database.count("SELECT count(*) FROM escalation_tracker.escalation_move") == 1)
        for (service, rules) in services {
            try await Self.withDesk(service, database, rules) { handler, pruner in
                let number = try await Self.ask(.lift, Self.held, service, database)
                #expect(try await handler.settleNext())
                #expect(try await Self.outcome(number, service, database) == "lifted: records leave again by age")
                try await pruner.prune()
            }
        }
        for (table, _) in Self.tables {
            #expect(try await database.count("SELECT count(*) FROM \(table)") == 0, "\(table)")
        }
        for table in ["notifier.channel_delivery", "notifier.transmission", "escalation_tracker.escalation_move"] {
            #expect(try await database.count("SELECT count(*) FROM \(table)") == 0, "\(table)")
        }
        // Who asked for a hold, and why, stays on record.
        #expect(try await database.count("SELECT count(*) FROM notifier.operator_request") == 4)
        try await database.drop()
    }

    @Test("A hold on everybody's records keeps them all; a hold that there is not cannot be lifted")
    func everybody() async throws {
        let database = try await TestDatabase.make()
        try await database.run(Self.oldRecords)
        try await database.moveClock(bySeconds: 40 * 366 * 86_400)
        let rules = try #require(Self.records(try Self.retention("", "")).first { $0.service == "notifier" }).rules
        try await Self.withDesk("notifier", database, rules) { handler, pruner in
            let early = try await Self.ask(.lift, nil, "notifier", database)
            let number = try await Self.ask(.set, nil, "notifier", database)
            let again = try await Self.ask(.set, nil, "notifier", database)
            while try await handler.settleNext() {}
            let outcome = try await Self.outcome(early, "notifier", database)
            #expect(outcome?.hasPrefix("refused: no hold stands under this reference") == true, "\(outcome ?? "")")
            #expect(try await Self.outcome(number, "notifier", database) == "held")
            #expect(try await Self.outcome(again, "notifier", database) == "held already under this reference")
            #expect(try await pruner.prune())
        }
        #expect(try await database.count("SELECT count(*) FROM notifier.notice") == 2)
        try await database.drop()
    }

    @Test("What is open is not pruned, however old: a challenge, a delivery that is tried, an unsettled request")
    func open() async throws {
        let database = try await TestDatabase.make()
        try await database.run(Self.oldRecords)
        try await database.run(
            """
            UPDATE escalation_tracker.escalation SET outcome = NULL, closed_at = NULL;
            UPDATE notifier.channel_delivery SET state = 'waiting', next_attempt_at = app.now(), settled_at = NULL;
            INSERT INTO notifier.operator_request (action, requested_by, reason) VALUES ('reproject', 'Sam Example', 'x');
            """)
        try await database.moveClock(bySeconds: 40 * 366 * 86_400)
        for (service, rules) in Self.records(try Self.retention("", "")) {
            try await Self.withDesk(service, database, rules) { _, pruner in try await pruner.prune() }
        }
        #expect(try await database.count("SELECT count(*) FROM escalation_tracker.escalation") == 2)
        #expect(try await database.count("SELECT count(*) FROM escalation_tracker.escalation_move") == 2)
        #expect(try await database.count("SELECT count(*) FROM notifier.channel_delivery") == 2)
        #expect(try await database.count("SELECT count(*) FROM notifier.notice") == 2)
        #expect(try await database.count("SELECT count(*) FROM notifier.operator_request") == 1)
        try await database.drop()
    }
}

extension RetentionTests {
    private static let tables: [(table: String, service: String)] = [
        ("referral_intake.journal", "referral-intake"), ("notifier.notice", "notifier"),
        ("escalation_tracker.escalation", "escalation-tracker"), ("notifier.clock_move", "notifier"),
    ]

    /// One record of each kind for each of two households.
    private static var oldRecords: String {
        [held, other].enumerated().map { number, household in
            let id = household.dashed
            return """
                INSERT INTO referral_intake.journal
                    (event, agency, event_id, event_type, happened_at, digest, content, household)
                VALUES (gen_random_uuid(), 'police', 'e\(number)', 't', app.now(), '', '', '\(id)');
                INSERT INTO notifier.transmission (id, delivered_at) VALUES (\(number + 1), app.now());
                INSERT INTO notifier.notice
                    (notice, household, agency, kind, subject_kind, subject, children, opened_because, issued_at, transmission)
                VALUES
                    ('n\(number)', '\(id)', 'police', 'threshold-changed', 'decision', 'D1', '', '{}', app.now(),
                     \(number + 1));
                INSERT INTO notifier.channel_delivery
                    (notice, channel, agency, stage, role, address, template, state, settled_at)
                VALUES ('n\(number)', 'email', 'police', 1, 'duty', 'a@example.org', 't', 'delivered', app.now());
                INSERT INTO notifier.operator_request (action, household, requested_by, reason, done_at, outcome)
                VALUES ('reproject', '\(id)', 'Sam Example', 'x', app.now(), 'done');
                INSERT INTO notifier.clock_move (request, key, household, due_before, due_after, explanation_before)
                SELECT max(id), 'k', '\(id)', app.now(), app.now(), '' FROM notifier.operator_request;
                INSERT INTO escalation_tracker.escalation
                    (escalation, household, subject_kind, subject, occasion, challenger, decider, ladder, opened_at, urgent,
                    stage, awaits, outcome, closed_at, lesson)
                VALUES ('x\(number)', '\(id)', 'decision', 'D', 'challenge', 'police', 'csc', 'default', app.now(), false, 1,
                    'decider', 'upheld', app.now(), false);
                INSERT INTO escalation_tracker.escalation_move (escalation, number, stage, what, at, on_time)
                VALUES ('x\(number)', 1, 1, 'raised', app.now(), true);
                """
        }.joined(separator: "\n")
    }

    /// So many entries of a day, of some 300 bytes each.
    private static func entries(_ count: Int, day: Int) -> String {
        """
        INSERT INTO referral_intake.journal (event, agency, event_id, event_type, happened_at, digest, content, household)
        SELECT
            gen_random_uuid(), 'police', 'e\(day)-' || n, 'keepsight.referral.made.v1', app.now(), sha256('x'),
            convert_to(repeat(md5(n::text), 5), 'UTF8'), gen_random_uuid()
        FROM generate_series(1, \(count)) AS n;
        """
    }

    /// The sample's, with texts replaced by others in pairs.
    static func retention(_ changes: String...) throws -> Retention {
        let folder = NSTemporaryDirectory() + "keepsight-retention-" + UUID().uuidString
        try FileManager.default.copyItem(atPath: TestEnvironment.project + "/deploy/policy", toPath: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = folder + "/retention.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let changed = stride(from: 0, to: changes.count, by: 2).reduce(text) {
            $0.replacingOccurrences(of: changes[$1], with: changes[$1 + 1])
        }
        try changed.write(toFile: file, atomically: true, encoding: .utf8)
        return try Policy.load(directory: folder).retention
    }

    static func records(_ retention: Retention) -> [(service: String, rules: RetentionRules)] {
        let own = [
            "referral-intake": ReferralIntake.records(retention), "notifier": Notifier.records(retention),
            "escalation-tracker": EscalationTracker.records(retention),
        ]
        return own.sorted { $0.key < $1.key }.map { service, records in
            (
                service,
                RetentionRules(
                    records, clockMoves: retention[.clockMoves], operatorRequests: retention[.operatorRequests])
            )
        }
    }

    static func pruner(_ records: [RecordKept], _ loop: LoopConnection) -> RecordPruner {
        RecordPruner(
            rules: RetentionRules(records, clockMoves: .years(1), operatorRequests: .years(1)), connection: loop,
            metrics: EngineMetrics(Metrics()))
    }

    static func withDesk(
        _ service: String, _ database: TestDatabase, _ rules: RetentionRules,
        _ body: (OperatorRequestHandler<HouseholdBatch<EscalationTracker>>, RecordPruner) async throws -> Void
    ) async throws {
        let loop = LoopConnection(.service(service, url: database.url))
        let policy = try Policy.load(directory: TestEnvironment.project + "/deploy/policy")
        let handler = OperatorRequestHandler(
            // Nobody asks it for anything of its own here, so any procedure will do.
            procedure: HouseholdBatch(EscalationTracker(policy: policy, topics: Topics())), connection: loop,
            deadLetterTopic: "dead", relayWake: AsyncSignal(), log: Log(service: "test", format: .json, level: .error),
            failpoints: .none)
        try await body(handler, RecordPruner(rules: rules, connection: loop, metrics: EngineMetrics(Metrics())))
        await loop.close()
    }

    static func ask(
        _ act: LegalHold.Act, _ household: HouseholdID?, _ service: String, _ database: TestDatabase,
        _ reference: String = "Inquiry 2026/4"
    ) async throws -> Int64 {
        let hold = try #require(LegalHold(act, reference: reference))
        let connection = try await database.connect(schema: Migrator.schema(of: service))
        let number = try await hold.request(of: household, requestedBy: "Kim Example, manager", reason: "Inquiry")
            .submit(on: connection)
        await connection.close()
        return number
    }

    static func outcome(_ number: Int64, _ service: String, _ database: TestDatabase) async throws -> String? {
        let connection = try await database.connect(schema: Migrator.schema(of: service))
        let outcome = try await OperatorRequest.outcome(of: number, on: connection)
        await connection.close()
        return outcome
    }

    /// Pages of a look that finds nothing to remove; what it does is rolled back.
    static func pagesOfALook(_ record: RecordKept, _ connection: PostgresConnection) async throws -> Int {
        let before = try await connection.run(record.before).onlyRow().timestamp("before")
        return try await Pages.read(
            by: SQLStatement(name: "explain_" + record.table, Pages.explaining + record.statement.text),
            [.timestamp(microsecondsSinceUnixEpoch: before), .int8(record.stepRows)], on: connection)
    }
}

extension HouseholdID {
    /// As PostgreSQL writes it.
    var dashed: String {
        let digits = Array(text)
        return [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20...]].map { String($0) }
            .joined(separator: "-")
    }
}
