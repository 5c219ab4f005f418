import Contracts
import Foundation
import JSON
import KafkaClient
import PostgresClient
import Safeguarding
import ServiceRuntime
import Synchronization
import TestSupport

@testable import Messaging

/// A database of the escalation tracker and the parts of an engine that work on it, over a procedure that counts.
struct Scene: Sendable {
    let database: TestDatabase
    let procedure = Counted()
    let transaction: BatchTransaction<Counted>
    let handler: OperatorRequestHandler<Counted>
    let sweeper: Sweeper<Counted>
    let maintenance: Maintenance<Counted>
    let health = HealthState()
    let lines = Lines()

    /// What the log has said.
    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        func count(of event: String) -> Int { lines.withLock { $0.count { $0.contains("\"\(event)\"") } } }
    }

    /// - Parameters:
    ///   - role: whose rights the engine has; everybody's if there is none.
    ///   - answerMilliseconds: how long the database may say nothing to the engine.
    ///   - patience: how long what refuses one household alone is waited for.
    static func with(
        partitions: Int32 = 1, as role: String? = nil, answerMilliseconds: Int? = nil,
        patience: RefusalPatience = RefusalPatience(), _ body: (Scene) async throws -> Void
    ) async throws {
        let scene = try await Scene(
            partitions: partitions, role: role, answerMilliseconds: answerMilliseconds, patience: patience)
        try await body(scene)
        try await scene.database.drop()
    }

    private init(partitions: Int32, role: String?, answerMilliseconds: Int?, patience: RefusalPatience) async throws {
        database = try await TestDatabase.make()
        var configuration = PostgresConfiguration.service("escalation-tracker", url: database.url)
        configuration.answerTimeoutMilliseconds = answerMilliseconds
        if let role {
            try await database.run(
                """
                CREATE ROLE \(role);
                GRANT USAGE ON SCHEMA app, escalation_tracker TO \(role);
                GRANT SELECT ON ALL TABLES IN SCHEMA app TO \(role);
                GRANT ALL ON ALL TABLES IN SCHEMA escalation_tracker TO \(role);
                GRANT ALL ON ALL SEQUENCES IN SCHEMA escalation_tracker TO \(role);
                """)
            configuration.serverSettings["role"] = role
        }
        let pool = PostgresPool(configuration, maximumConnections: 1)
        let starts = (0..<partitions).map { (TopicPartition(topic: "in", partition: $0), Int64(0)) }
        try await PositionStore(pool: pool).create(Dictionary(uniqueKeysWithValues: starts), cluster: "c")
        await pool.close()
        let lines = lines
        let log = Log(service: "test", format: .json, level: .info) { lines.add($0) }
        transaction = BatchTransaction(
            procedure: procedure, connection: LoopConnection(configuration), deadLetterTopic: "dead", guards: .all,
            failpoints: .none, suspicions: RowSuspicions(patience: patience),
            refusals: Refusals(patience: patience))
        handler = OperatorRequestHandler(
            procedure: procedure, connection: LoopConnection(configuration), deadLetterTopic: "dead",
            relayWake: AsyncSignal(), log: log, failpoints: .none)
        let metrics = EngineMetrics(Metrics())
        sweeper = Sweeper(
            procedure: procedure, guards: .all, connection: LoopConnection(configuration), wake: AsyncSignal(),
            relayWake: AsyncSignal(), log: log, health: health, failpoints: .none, metrics: metrics)
        let chores = LoopConnection(configuration)
        maintenance = Maintenance(
            handler: handler, connection: chores, inboxDays: 35,
            pruner: RecordPruner(rules: .nothing, connection: chores, metrics: metrics), log: log, health: health,
            metrics: metrics)
    }

    /// What is on its way to a topic, in the order in which it was said: keys, or values.
    func said(_ topic: String, _ column: String = "convert_from(value, 'UTF8')") async throws -> [String] {
        try await database.texts(
            "SELECT \(column) FROM escalation_tracker.outbox_record WHERE topic = '\(topic)' ORDER BY id, place")
    }

    func count(_ table: String, where condition: String = "true") async throws -> Int {
        try await database.count("SELECT count(*) FROM escalation_tracker.\(table) WHERE \(condition)")
    }

    func nextOffset(partition: Int32 = 0) async throws -> Int {
        try await database.count("SELECT next_offset FROM escalation_tracker.position WHERE partition = \(partition)")
    }

    /// Sets clocks, due now and long ago in their order.
    func arm(_ deadlines: [(key: String, household: UInt8)]) async throws {
        for (place, deadline) in deadlines.enumerated() {
            try await database.run(
                """
                INSERT INTO escalation_tracker.deadline
                VALUES ('\(deadline.key)', '\(Counting.household(deadline.household).text)',
                    app.now() - interval '1 hour' + interval '\(place) seconds', '{"rule":"as it was"}')
                """)
        }
    }

    /// From now on the database refuses what is said of a household on a topic, with that code.
    func refuse(_ topic: String, of household: UInt8? = nil, code: String = "raise_exception") async throws {
        let key = household.map { "'\(Counting.household($0).text)' = ANY (NEW.key) AND " } ?? ""
        try await database.run(
            """
            CREATE OR REPLACE FUNCTION app.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF \(key)'\(topic)' = ANY (NEW.topic) THEN
                    RAISE EXCEPTION 'refused for a test' USING ERRCODE = '\(code)';
                END IF;
                RETURN NEW;
            END $$;
            DROP TRIGGER IF EXISTS refuse ON escalation_tracker.outbox;
            CREATE TRIGGER refuse BEFORE INSERT ON escalation_tracker.outbox
                FOR EACH ROW EXECUTE FUNCTION app.refuse();
            """)
    }

    func mend() async throws { try await database.run("DROP TRIGGER refuse ON escalation_tracker.outbox") }

    func ask(_ action: OperatorRequest.Action, _ household: UInt8 = 1, content: [UInt8]? = nil) async throws -> Int64 {
        let connection = try await database.connect(schema: "escalation_tracker")
        let number = try await OperatorRequest(
            action, household: Counting.household(household), requestedBy: "Sam Example, operator", reason: "test",
            content: content
        ).submit(on: connection)
        await connection.close()
        return number
    }

    func state(of request: Int64) async throws -> (outcome: String?, trouble: String?) {
        let connection = try await database.connect(schema: "escalation_tracker")
        let state = try await OperatorRequest.state(of: request, on: connection)
        await connection.close()
        return (state.settlement?.text, state.trouble)
    }
}

/// The smallest procedure, with a count of how often the database is asked for the batch's state, and a question about the
/// text in a message: `reads`.
struct Counted: BatchProcedure {
    typealias Inner = HouseholdBatch<Counting>

    private final class Reads: Sendable {
        let count = Atomic(0)
    }

    private let inner = Inner(Counting())
    private let counted = Reads()

    /// Transactions that were begun for messages.
    var reads: Int { counted.count.load(ordering: .relaxed) }

    func household(of message: InboundMessage) -> HouseholdID? { message.household }

    func reads(for messages: [InboundMessage]) -> [Query] {
        counted.count.add(1, ordering: .relaxed)
        // No event is let in with that in it, so it is made here.
        let texts = messages.compactMap { try? $0.reading.get().data["reads"]?.string }
            .map { $0.replacing("[U+0000]", with: "\u{0}") }
        let question = SQLStatement(name: "count_texts", "SELECT cardinality($1::text[])")
        return inner.reads(for: messages) + [Query(question, [.textArray(texts)])]
    }

    func reads(firing households: [HouseholdID]) -> [Query] { inner.reads(firing: households) }

    func workspace(reading results: ArraySlice<QueryResult>) throws -> Inner.Workspace {
        try inner.workspace(reading: results)
    }

    func handle(_ message: InboundMessage, in workspace: inout Inner.Workspace, now: Instant)
        throws(MessageFailure) -> [Effect<NoRows>]
    {
        try inner.handle(message, in: &workspace, now: now)
    }

    func delayed(_ message: InboundMessage, behind hold: HouseholdHold, now: Instant) -> [OutgoingRecord] {
        let id = (try? message.reading.get().envelope.id) ?? "?"
        return [OutgoingRecord(topic: "delayed", key: id, value: Array(hold.reference.utf8))]
    }

    func discarded(_ message: InboundMessage, now: Instant) -> [OutgoingRecord] {
        let id = (try? message.reading.get().envelope.id) ?? "?"
        return [OutgoingRecord(topic: "discarded", key: id, value: [])]
    }

    func fire(_ deadline: DueDeadline, in workspace: inout Inner.Workspace, now: Instant)
        throws(MessageFailure) -> [Effect<NoRows>]
    {
        try inner.fire(deadline, in: &workspace, now: now)
    }

    func writes(of workspace: inout Inner.Workspace, rows: [NoRows]) -> [Query] {
        inner.writes(of: &workspace, rows: rows)
    }

    func committed(_ workspace: Inner.Workspace) { inner.committed(workspace) }

    func findings(in workspace: Inner.Workspace) -> [DocumentFinding] { inner.findings(in: workspace) }
}
