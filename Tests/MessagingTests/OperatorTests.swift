import Contracts
import KafkaClient
import PostgresClient
import Safeguarding
import ServiceRuntime
import TestSupport
import Testing

@testable import Messaging

/// What operators do with a parked household: it goes on in order, under the service's own locks, and who asked stays on
/// record.
@Suite(.enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
struct OperatorTests {
    private func withParked(
        _ body: (
            OperatorRequestHandler<HouseholdBatch<Counting>>, BatchTransaction<HouseholdBatch<Counting>>, TestDatabase
        )
            async throws -> Void
    ) async throws {
        let database = try await TestDatabase.make()
        let configuration = PostgresConfiguration.service("escalation-tracker", url: database.url)
        let pool = PostgresPool(configuration, maximumConnections: 1)
        try await PositionStore(pool: pool).create([TopicPartition(topic: "in", partition: 0): 0], cluster: "c")
        let procedure = HouseholdBatch(Counting())
        let transaction = BatchTransaction(
            procedure: procedure, connection: LoopConnection(configuration), deadLetterTopic: "dead", guards: .all,
            failpoints: .none)
        let handler = OperatorRequestHandler(
            procedure: procedure, connection: LoopConnection(configuration), deadLetterTopic: "dead",
            relayWake: AsyncSignal(), log: Log(service: "test", format: .json, level: .error), failpoints: .none)
        _ = try await transaction.run([
            Counting.message(0, id: "a"), Counting.message(1, id: "bad", data: #"{"poison":true}"#),
            Counting.message(2, id: "b"), Counting.message(3, id: "c"),
        ])
        try await body(handler, transaction, database)
        await pool.close()
        try await database.drop()
    }

    private func ask(_ action: OperatorRequest.Action, _ database: TestDatabase, content: String? = nil) async throws
        -> Int64
    {
        let connection = try await database.connect(schema: "escalation_tracker")
        let number = try await OperatorRequest(
            action, household: Counting.household(1), requestedBy: "Sam Example, operator", reason: "test",
            content: content.map { Array($0.utf8) }
        ).submit(on: connection)
        await connection.close()
        return number
    }

    private func outcome(_ number: Int64, _ database: TestDatabase) async throws -> String? {
        let connection = try await database.connect(schema: "escalation_tracker")
        let outcome = try await OperatorRequest.outcome(of: number, on: connection)
        await connection.close()
        return outcome
    }

    private func said(_ database: TestDatabase) async throws -> Int {
        try await database.count("SELECT count(*) FROM escalation_tracker.outbox_record WHERE topic = 'said'")
    }

    @Test("Released unchanged, poison is stuck again, with a second dead letter and nothing lost")
    func stuckAgain() async throws {
        try await withParked { handler, _, database in
            let number = try await ask(.release, database)
            #expect(try await handler.settleNext())
            #expect(try await outcome(number, database) == "stuck again: poison")
            #expect(try await said(database) == 1)
            #expect(try await database.count("SELECT count(*) FROM escalation_tracker.parked_message") == 3)
            #expect(
                try await database.count("SELECT count(*) FROM escalation_tracker.outbox_record WHERE topic = 'dead'")
                    == 2)
            #expect(try await handler.settleNext() == false)
        }
    }

    @Test("Discarded by its place it is gone once: asked again, the request does not take the next message for it")
    func discardedByPlace() async throws {
        try await withParked { handler, _, database in
            let other = try await ask(.discard, database, content: "facts/0/99")
            #expect(try await handler.settleNext())
            #expect(try await outcome(other, database)?.hasPrefix("not discarded: ") == true)
            #expect(try await database.count("SELECT count(*) FROM escalation_tracker.parked_message") == 3)
            let failed = try await database.texts(
                """
                SELECT topic || '/' || partition || '/' || message_offset
                FROM escalation_tracker.parked_message WHERE failed
                """)
            #expect(failed.count == 1)
            let meant = try await ask(.discard, database, content: failed.joined())
            #expect(try await handler.settleNext())
            #expect(try await outcome(meant, database) == "released: 3 messages handled")
        }
    }

    @Test("Edited, it is handled in its place, then those behind it; the household goes on", arguments: [true, false])
    func editedOrDiscarded(_ isEdited: Bool) async throws {
        try await withParked { handler, transaction, database in
            let number = try await ask(
                isEdited ? .edit : .discard, database,
                content: isEdited ? String(decoding: Counting.event(id: "bad", data: "{}"), as: UTF8.self) : nil)
            #expect(try await handler.settleNext())
            #expect(try await outcome(number, database) == "released: 3 messages handled")
            #expect(try await said(database) == (isEdited ? 4 : 3))
            #expect(try await database.count("SELECT count(*) FROM escalation_tracker.parked_household") == 0)
            let next = try await transaction.run([Counting.message(4, id: "d")])
            #expect(next.handled == 1)
            // What was said carries the household's own count: it rises by one in the order of ids.
            #expect(
                try await database.count(
                    """
                    SELECT count(*) FROM (SELECT convert_from(value, 'UTF8')::int AS said, row_number() OVER (ORDER BY id, place)
                    AS number FROM escalation_tracker.outbox_record WHERE topic = 'said') AS o WHERE said = number
                    """) == (isEdited ? 5 : 4))
        }
    }

    @Test("A request for a household that is not parked says so; who asked and why stays on record")
    func notParked() async throws {
        try await withParked { handler, _, database in
            let first = try await ask(.discard, database)
            let second = try await ask(.release, database)
            while try await handler.settleNext() {}
            #expect(try await outcome(first, database) == "released: 3 messages handled")
            #expect(try await outcome(second, database)?.hasPrefix("not parked: ") == true)
            #expect(
                try await database.count(
                    """
                    SELECT count(*) FROM escalation_tracker.operator_request
                    WHERE requested_by = 'Sam Example, operator' AND reason = 'test' AND done_at IS NOT NULL
                    """) == 2)
        }
    }

    @Test("A release that races with new messages of the household loses none and keeps their order")
    func race() async throws {
        try await withParked { handler, transaction, database in
            _ = try await ask(.discard, database)
            async let settled = handler.settleNext()
            for number in 4..<24 {
                while true {
                    do {
                        _ = try await transaction.run([Counting.message(Int64(number), id: "r\(number)")])
                        break
                    } catch let error as PostgresError where error.isTransient { continue }
                }
            }
            #expect(try await settled)
            while try await handler.settleNext() {}
            #expect(try await database.count("SELECT count(*) FROM escalation_tracker.parked_message") == 0)
            #expect(try await said(database) == 23)
        }
    }

    /// A household behind a message that could not be handled, with so many behind it.
    private func park(_ scene: Scene, behind waiting: [InboundMessage]) async throws {
        _ = try await scene.transaction.run(
            [Counting.message(0, id: "bad", data: #"{"poison":true}"#)] + waiting)
    }

    @Test("trial A7: a release that the database refuses is settled as stuck again; requests after it go on")
    func refusedRelease() async throws {
        for code in ["string_data_right_truncation", "check_violation"] {
            try await Scene.with { scene in
                _ = try await scene.transaction.run([
                    Counting.message(0, id: "bad", data: #"{"poison":true}"#),
                    Counting.message(1, id: "other", household: 2, data: #"{"poison":true}"#),
                ])
                try await scene.refuse("dead", of: 1, code: code)
                let release = try await scene.ask(.release)
                let (other, discard) = (try await scene.ask(.discard, 2), try await scene.ask(.discard))
                while try await scene.handler.settleNext() {}
                let outcome = try #require(try await scene.state(of: release).outcome)
                #expect(outcome.hasPrefix("stuck again: not-storable: The database refused"), "\(outcome)")
                #expect(try await scene.state(of: other).outcome == "released: 1 message handled")
                #expect(try await scene.state(of: discard).outcome == "released: 1 message handled")
                #expect(try await scene.count("parked_household") == 0)
                #expect(scene.handler.attempts.failing.isEmpty)
            }
        }
    }

    @Test(
        "trial A7: of a queue, one that cannot be stored is found; those before it are in effect, those behind it wait")
    func refusedInTheQueue() async throws {
        try await Scene.with { scene in
            try await park(
                scene,
                behind: (1...6).map {
                    Counting.message(Int64($0), id: "e\($0)", data: $0 == 4 ? #"{"unstorable":true}"# : "{}")
                })
            let first = try await scene.ask(.discard)
            while try await scene.handler.settleNext() {}
            #expect(
                try await scene.state(of: first).outcome
                    == "settled 4 messages, then stuck at the next one: not-storable")
            #expect(try await scene.said("said") == ["1", "2", "3"])
            #expect(
                try await scene.database.texts(
                    "SELECT message_offset || ' ' || failed FROM escalation_tracker.parked_message ORDER BY id")
                    == ["4 true", "5 false", "6 false"])
            let place = "message_offset = 4 AND code = 'not-storable'"
            #expect(try await scene.count("parked_household", where: place) == 1)
            #expect(try await scene.said("dead").count == 2)
            let again = try await scene.ask(.release)
            while try await scene.handler.settleNext() {}
            let refused = try #require(try await scene.state(of: again).outcome)
            #expect(refused.hasPrefix("stuck again: not-storable: The database refused"), "\(refused)")
            let second = try await scene.ask(.discard)
            while try await scene.handler.settleNext() {}
            #expect(try await scene.state(of: second).outcome == "released: 3 messages handled")
            #expect(try await scene.said("said") == ["1", "2", "3", "4", "5"])
            #expect(try await scene.count("parked_household") == 0)
        }
    }

    @Test("trial A7: a request that waits for its surroundings says for what, and lets the others go first")
    func waitingRequest() async throws {
        try await Scene.with { scene in
            _ = try await scene.transaction.run([
                Counting.message(0, id: "bad", data: #"{"poison":true}"#), Counting.message(1, id: "b"),
                Counting.message(2, id: "other", household: 2, data: #"{"poison":true}"#),
            ])
            try await scene.refuse("said", of: 1)
            let (first, second) = (try await scene.ask(.discard), try await scene.ask(.discard, 2))
            // The inbox has something to turn, which is done although a request waits.
            try await scene.database.run(
                "UPDATE escalation_tracker.inbox_generation SET began_at = began_at - interval '100 days'")
            let keeping = Task { await scene.maintenance.run() }
            while try await scene.state(of: first).trouble == nil { try await Task.sleep(for: .milliseconds(20)) }
            while try await scene.state(of: second).outcome == nil { try await Task.sleep(for: .milliseconds(20)) }
            #expect(try #require(try await scene.state(of: first).trouble).contains("P0001"))
            while try await scene.count("inbox_generation", where: "ended_at IS NOT NULL") == 0 {
                try await Task.sleep(for: .milliseconds(20))
            }
            while !scene.health.json.contains("keepsight dead-letters") { try await Task.sleep(for: .milliseconds(20)) }
            try await scene.mend()
            while try await scene.state(of: first).outcome == nil { try await Task.sleep(for: .milliseconds(20)) }
            #expect(try await scene.state(of: first).outcome == "released: 2 messages handled")
            keeping.cancel()
            await keeping.value
            #expect(scene.lines.count(of: "operator-request-waits") >= 1)
        }
    }

    @Test("trial A7: a request can be taken back while it is open; twice is once; what was carried out stands")
    func withdrawn() async throws {
        try await Scene.with { scene in
            try await park(scene, behind: [])
            let connection = try await scene.database.connect(schema: "escalation_tracker")
            func withdraw(_ number: Int64) async throws -> OperatorRequest.Withdrawal? {
                try await OperatorRequest.withdraw(number, by: "Sam Example", reason: "a slip", on: connection)
            }
            let open = try await scene.ask(.discard)
            let sentence = "withdrawn by Sam Example: a slip"
            #expect(try await withdraw(open) == .withdrawn(sentence))
            guard case .settledBefore(let before, _)? = try await withdraw(open) else {
                Issue.record("withdrawn twice")
                return
            }
            #expect(before == OperatorRequest.Settlement(kind: .withdrawn, text: sentence))
            #expect(try await scene.handler.settleNext() == false)
            #expect(try await scene.count("parked_household") == 1)
            let done = try await scene.ask(.discard)
            #expect(try await scene.handler.settleNext())
            guard case .settledBefore(let outcome, _)? = try await withdraw(done) else {
                Issue.record("what was carried out is withdrawn")
                return
            }
            #expect(outcome == OperatorRequest.Settlement(kind: .released, text: "released: 1 message handled"))
            #expect(try await withdraw(4711) == nil)
            await connection.close()
        }
    }

    @Test("A queue of exactly as many as fit into one transaction ends as released")
    func fullTransactions() async throws {
        try await Scene.with { scene in
            let waiting = (1..<OperatorRequestHandler<Counted>.batchMessages).map {
                Counting.message(Int64($0), id: "e\($0)")
            }
            try await park(scene, behind: waiting)
            let number = try await scene.ask(.discard)
            while try await scene.handler.settleNext() {}
            let count = OperatorRequestHandler<Counted>.batchMessages
            #expect(try await scene.state(of: number).outcome == "released: \(count) messages handled")
        }
    }
}
