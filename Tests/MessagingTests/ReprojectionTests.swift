import Contracts
import Foundation
import JSON
import KafkaClient
import PostgresClient
import Safeguarding
import ServiceRuntime
import TestSupport
import Testing

@testable import Messaging

/// Clocks keep the policy under which they were set, until somebody asks by name for another.
@Suite(.enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
struct ReprojectionTests {
    static let start = Instant(microsecondsSinceEpoch: 4_000_000_000_000_000)

    /// Sets a clock of the kind that an event names, and says on a topic when an operator moves one.
    struct Clocked: HouseholdProcedure {
        typealias State = Counting.State

        var clockKinds: [ClockKind] { [ClockKind("wait", "Somebody is told."), ClockKind("look", "Somebody looks.")] }

        func handle(_ event: ReceivedEvent, of household: HouseholdID, state: inout State, now: Instant)
            throws(MessageFailure) -> [Effect<NoRows>]
        {
            state.events += 1
            let kind = event.data["kind"]?.string ?? "wait"
            let due = ClockLength.hours(4).due(
                from: ReprojectionTests.start, calendar: WorkingCalendar(), practiceHour: 17, policyVersion: "old",
                setting: kind == "look" ? nil : "clocks.wait")
            return [
                .arm(
                    Deadline(key: DeadlineKey(kind: kind, subject: household.text), household: household, due: due))
            ]
        }

        func fire(_ deadline: DueDeadline, state: inout State, now: Instant) -> [Effect<NoRows>] { [] }

        func moved(_ deadline: Deadline, state: inout State, now: Instant) -> [Effect<NoRows>] {
            state.events += 100
            return [
                .publish(
                    OutgoingRecord(
                        topic: "moved", key: deadline.household.text, value: Array(deadline.due.rfc3339.utf8)))
            ]
        }
    }

    /// Under the new policy a `wait` takes six hours; what names no setting stays at its own rule.
    static let projection = ClockProjection(terms: "new") { setting, rule, from in
        (setting == "clocks.wait" ? ClockLength.hours(6) : ClockLength(text: rule))?
            .due(from: from, calendar: WorkingCalendar(), practiceHour: 17, policyVersion: "new", setting: setting)
    }

    private func withClocks(
        _ count: Int, _ body: (OperatorRequestHandler<HouseholdBatch<Clocked>>, TestDatabase) async throws -> Void
    ) async throws {
        let database = try await TestDatabase.make()
        var configuration = PostgresConfiguration.service("escalation-tracker", url: database.url)
        // Patient, since many tests begin at the same moment.
        configuration.connectTimeoutMilliseconds = 30_000
        let pool = PostgresPool(configuration, maximumConnections: 1)
        try await PositionStore(pool: pool).create([TopicPartition(topic: "in", partition: 0): 0], cluster: "c")
        let procedure = HouseholdBatch(Clocked())
        let transaction = BatchTransaction(
            procedure: procedure, connection: LoopConnection(configuration), deadLetterTopic: "dead", guards: .all,
            failpoints: .none)
        let handler = OperatorRequestHandler(
            procedure: procedure, connection: LoopConnection(configuration), deadLetterTopic: "dead",
            projection: ReprojectionTests.projection, relayWake: AsyncSignal(),
            log: Log(service: "test", format: .json, level: .error), failpoints: .none)
        _ = try await transaction.run(
            (0..<count).map { number in
                let record = KafkaMessage(
                    topic: "in", partition: 0, offset: Int64(number), timestampMilliseconds: 0,
                    key: Array(HouseholdID(digest: [UInt8(number % 250), UInt8(number / 250)]).text.utf8),
                    value: Counting.event(
                        id: "e\(number)", data: number == 1 ? #"{"kind":"look"}"# : #"{"kind":"wait"}"#),
                    headers: [])
                return InboundMessage(record)
            })
        try await body(handler, database)
        await pool.close()
        try await database.drop()
    }

    private func ask(
        _ terms: String, kind: String? = nil, _ handler: OperatorRequestHandler<HouseholdBatch<Clocked>>,
        _ database: TestDatabase
    ) async throws -> String? {
        let connection = try await database.connect(schema: "escalation_tracker")
        let content = Reprojection(
            terms: ClockProjection(terms: terms) { _, _, _ in nil }.terms, kind: kind
        ).document
        let number = try await OperatorRequest(
            .reproject, household: nil, requestedBy: "Sam Example, operator", reason: "test", content: content
        ).submit(on: connection)
        while try await handler.settleNext() {}
        let outcome = try await OperatorRequest.outcome(of: number, on: connection)
        await connection.close()
        return outcome
    }

    private func count(_ database: TestDatabase, _ condition: String) async throws -> Int {
        try await database.count("SELECT count(*) FROM escalation_tracker.\(condition)")
    }

    @Test("Asked for, every clock that falls due at another time moves, is journaled, and its procedure hears of it")
    func moves() async throws {
        // More than one transaction holds.
        let clocks = Int(OperatorRequestHandler<HouseholdBatch<Clocked>>.reprojectedHouseholds) * 2 + 10
        try await withClocks(clocks) { handler, database async throws in
            let old = ReprojectionTests.start.adding(seconds: 4 * 3600).rfc3339
            let new = ReprojectionTests.start.adding(seconds: 6 * 3600).rfc3339
            #expect(try await count(database, "deadline WHERE due_at = '\(old)'") == clocks)
            #expect(try await ask("new", handler, database) == "reprojected: \(clocks - 1) clocks moved")
            #expect(try await count(database, "deadline WHERE due_at = '\(new)'") == clocks - 1)
            #expect(
                try await count(database, "deadline WHERE due_at = '\(old)' AND key LIKE 'look:%'") == 1,
                "it follows no setting, and its own rule has not changed")
            #expect(
                try await count(
                    database,
                    """
                    clock_move WHERE due_before = '\(old)' AND due_after = '\(new)'
                    AND convert_from(explanation_before, 'UTF8')::jsonb ->> 'policyVersion' = 'old'
                    """) == clocks - 1)
            #expect(
                try await count(
                    database,
                    """
                    deadline WHERE convert_from(explanation, 'UTF8')::jsonb -> 'moved' ->> 'dueBefore' = '\(old)'
                    AND convert_from(explanation, 'UTF8')::jsonb ->> 'policyVersion' = 'new'
                    """) == clocks - 1)
            #expect(try await count(database, "outbox_record WHERE topic = 'moved'") == clocks - 1)
            #expect(
                try await count(
                    database, "household_state WHERE (convert_from(state, 'UTF8')::jsonb ->> 'events')::int = 101")
                    == clocks - 1)
            // Nothing is left to move, and the explanation of what moved stays.
            #expect(try await ask("new", handler, database) == "reprojected: 0 clocks moved")
        }
    }

    @Test("Asked under other terms than the service runs with, or for another kind, no clock moves")
    func refuses() async throws {
        try await withClocks(3) { handler, database in
            #expect(try await ask("old", handler, database)?.hasPrefix("other policy") == true)
            #expect(try await ask("new", kind: "look", handler, database) == "reprojected: 0 clocks moved")
            #expect(try await count(database, "clock_move") == 0)
            #expect(try await count(database, "outbox_record WHERE topic = 'moved'") == 0)
            // A clock that has fallen due is the sweeper's.
            try await database.moveClock(bySeconds: Int(Int64(200) * 366 * 86_400))
            #expect(try await ask("new", handler, database) == "reprojected: 0 clocks moved")
        }
    }

    @Test("An explanation is read as it is written, and as earlier versions wrote it")
    func explanation() throws {
        let due = ClockLength.workingDays(1).due(
            from: try #require(Instant(rfc3339: "2026-12-24T10:00:00Z")), calendar: WorkingCalendar(), practiceHour: 17,
            policyVersion: "2026.1", setting: "notices.acknowledgement.1")
        let explanation = ClockExplanation(
            due, move: ClockExplanation.Move(request: 7, dueBefore: ReprojectionTests.start))
        #expect(ClockExplanation(document: explanation.document) == explanation)
        let early = ClockExplanation(
            document: Array(
                #"{"from":"2026-12-24T10:00:00Z","rule":"1 working day","policyVersion":"2026.1","skipped":[]}"#.utf8))
        #expect(early?.setting == nil && early?.rule == "1 working day")
        let again = ClockExplanation(document: Array(#"{"rule":"set again after it could not be fired"}"#.utf8))
        #expect(again != nil && again?.from == nil)
        for other in ["", "[]", "{}", #"{"rule":1}"#] {
            #expect(ClockExplanation(document: Array(other.utf8)) == nil, "\(other)")
        }
    }
}
