import Foundation
import KafkaClient
import PostgresClient
import ServiceRuntime
import TestSupport
import Testing

@testable import Messaging

/// Topics that others read, and that are no longer the ones that were written.
struct WrittenLogTests {
    private func log(_ low: Int64, _ high: Int64, _ record: Int64? = nil, cluster: String = "c") -> LogState {
        LogState(cluster: cluster, low: low, high: high, recordMilliseconds: record)
    }

    @Test("A log that ends before what was written, has another record there, or is another cluster's is another log")
    func known() throws {
        let written = WrittenLog(position: Position(nextOffset: 5, recordMilliseconds: 70), cluster: "c")
        for same in [log(0, 5, 70), log(0, 9, 70), log(3, 5, 70), log(7, 9), log(5, 5), log(0, 9, nil)] {
            #expect(written.loss(same) == nil, "\(same)")
        }
        for (other, words) in [
            (log(0, 0), "its log ended at 0"), (log(0, 4, nil), "its log ended at 4"),
            (log(0, 5, 71), "offset 4 stood another"),
            (log(0, 9, 71), "offset 4 stood another"), (log(0, 9, 70, cluster: "d"), "this is cluster d"),
        ] {
            let reason = try #require(written.loss(other), "\(other)")
            #expect(reason.contains(words) && reason.contains("up to offset 5"), "\(reason)")
        }
        let empty = WrittenLog(position: Position(nextOffset: 0, recordMilliseconds: nil), cluster: "c")
        #expect(empty.loss(log(0, 0)) == nil && empty.loss(log(0, 3, 70)) == nil, "nothing stood there")
        #expect(empty.loss(log(0, 0, cluster: "d")) == nil, "nor is anything of it gone")
    }

    @Test(
        "A topic that is made anew is in health and on record until an operator has decided, and is lost once however often it is looked at",
        .enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"),
        .timeLimit(TestEnvironment.minutes(5)))
    func madeAnew() async throws {
        try await OwnWrittenTopics.with { topics in
            var said: Set<String> = []
            let (first, second) = (topics.watch(), topics.watch())
            try await topics.produce(3, to: topics.names[0])
            try await topics.produce(2, to: topics.names[1])
            try await first.look(topics.admin, RecordTimes(topics.kafka), &said)
            #expect(topics.health.status(of: .writtenTopics) == .ok)
            try await topics.makeAnew(topics.names[0])
            // As many as there were: only the record tells.
            try await topics.produce(3, to: topics.names[0])
            try await topics.produce(1, to: topics.names[1])
            for watch in [first, second, first] {
                try await watch.look(KafkaAdmin(topics.kafka), RecordTimes(topics.kafka), &said)
                guard case .attention(let reason) = topics.health.status(of: .writtenTopics) else {
                    Issue.record("It is said.")
                    continue
                }
                #expect(reason.contains(topics.names[0]) && !reason.contains(topics.names[1]), "\(reason)")
                #expect(reason.contains("Do it again."))
            }
            #expect(said.count == 1)
            #expect(try await topics.count("lost_log") == 1)
            #expect(topics.metrics.exposition.contains("keepsight_lost_topics 1.0"))
            let query = LostLog.ask(topics.names[0], request: 7, isLeft: true)
            let connection = try await topics.database.connect(schema: "notifier")
            #expect(try await connection.run(query.statement, query.parameters).rowCount == 1)
            #expect(try await connection.run(query.statement, query.parameters).rowCount == 0)
            await connection.close()
            try await first.look(KafkaAdmin(topics.kafka), RecordTimes(topics.kafka), &said)
            #expect(topics.health.status(of: .writtenTopics) == .ok)
            // What is away is said as well, and what comes back empty is another log.
            try await topics.delete(topics.names[1])
            try await second.look(KafkaAdmin(topics.kafka), RecordTimes(topics.kafka), &said)
            #expect(topics.health.status(of: .writtenTopics)?.reason.contains("is not there any more") == true)
            try await topics.make(topics.names[1])
            try await second.look(KafkaAdmin(topics.kafka), RecordTimes(topics.kafka), &said)
            #expect(topics.health.status(of: .writtenTopics)?.reason.contains("up to offset 3") == true)
        }
    }
}

/// Two topics and a database of one test's own.
private struct OwnWrittenTopics {
    let kafka: KafkaConfiguration
    let admin: KafkaAdmin
    let database: TestDatabase
    let names: [String]
    let health = HealthState()
    let metrics = Metrics()
    private let pool: PostgresPool

    static func with(_ body: (OwnWrittenTopics) async throws -> Void) async throws {
        let topics = try await OwnWrittenTopics()
        try await body(topics)
        await topics.pool.close()
        try await topics.admin.delete(topics.names)
        try await topics.database.drop()
    }

    private init() async throws {
        kafka = KafkaConfiguration(
            bootstrapServers: try #require(TestEnvironment.kafka), clientIdentifier: "test")
        admin = try KafkaAdmin(kafka)
        database = try await TestDatabase.make()
        names = ["a", "b"].map { "written-\($0)-" + UUID().uuidString }
        pool = PostgresPool(.service("notifier", url: database.url), maximumConnections: 1)
        for name in names { try await make(name) }
    }

    func watch() -> WrittenLogWatch {
        WrittenLogWatch(
            topics: names, advice: "Do it again.", store: WrittenLogStore(pool: pool), kafka: kafka,
            log: Log(service: "test", format: .text, level: .error) { _ in }, health: health,
            metrics: EngineMetrics(metrics))
    }

    func make(_ name: String) async throws {
        _ = try await admin.create([
            TopicSpecification(
                name: name, partitions: 1, replicationFactor: 1, configuration: ["retention.ms": "-1"])
        ])
    }

    func delete(_ name: String) async throws {
        try await admin.delete([name])
        let end = ContinuousClock.now.advanced(by: .seconds(30 * TestEnvironment.patience))
        while try await admin.topics()[name] != nil, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    func makeAnew(_ name: String) async throws {
        try await delete(name)
        try await make(name)
    }

    func produce(_ count: Int, to topic: String) async throws {
        let records = (0..<count).map { KafkaRecord(topic: topic, key: nil, value: Array("\($0)".utf8)) }
        for result in await KafkaProducer(kafka).produce(records) { _ = try result.get() }
    }

    func count(_ table: String) async throws -> Int {
        try await database.count("SELECT count(*) FROM notifier.\(table)")
    }
}
