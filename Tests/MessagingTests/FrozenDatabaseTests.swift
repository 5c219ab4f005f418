import Foundation
import Glibc
import KafkaClient
import PostgresClient
import ServiceRuntime
import TestSupport
import Testing

@testable import Messaging

/// A database that says nothing any more while its connections stand: what waits is given up, is said, and is done once.
@Suite(.enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
struct FrozenDatabaseTests {
    private let batch = (0..<5).map { Counting.message(Int64($0), id: "e\($0)", household: UInt8($0 + 1)) }

    private func backends(_ scene: Scene) async throws -> [Int32] {
        try await scene.database.texts(
            """
            SELECT pid::text FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'escalation-tracker'
            """
        ).compactMap { Int32($0) }
    }

    @Test(
        "A server that freezes between two batches: the second fails as of a lost connection, and is done once afterwards"
    )
    func frozen() async throws {
        try await Scene.with(answerMilliseconds: 1_000) { scene in
            #expect(try await scene.transaction.run([batch[0]]).handled == 1)
            let processes = try await backends(scene)
            #expect(!processes.isEmpty)
            for process in processes { #expect(kill(process, SIGSTOP) == 0) }
            let error = await #expect(throws: PostgresError.self) { try await scene.transaction.run(batch) }
            #expect(error?.code == .connectionLost && error?.description.contains("said nothing") == true)
            for process in processes { kill(process, SIGCONT) }
            let report = try await scene.transaction.run(batch)
            #expect(report.handled == 4 && report.alreadyInEffect == 1)
            #expect(try await scene.said("said") == ["1", "1", "1", "1", "1"])
            #expect(try await scene.count("parked_household") == 0)
        }
    }

    @Test("A COMMIT that is given up before its answer counts once, whether the server carries it out or not")
    func unknownCommit() async throws {
        try await Scene.with(answerMilliseconds: 2_000) { scene in
            try await scene.database.run(
                """
                CREATE FUNCTION app.sleep() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN PERFORM pg_sleep(5); RETURN NEW; END $$;
                CREATE TRIGGER sleep BEFORE INSERT ON escalation_tracker.outbox FOR EACH ROW EXECUTE FUNCTION app.sleep();
                """)
            let error = await #expect(throws: PostgresError.self) { try await scene.transaction.run(batch) }
            #expect(error?.code == .connectionLost)
            // The server goes on with what it was sent, and has the positions locked until it has committed.
            while try await scene.count("outbox_record") < 5 { try await Task.sleep(for: .milliseconds(50)) }
            #expect(try await scene.transaction.run(batch).alreadyInEffect == 5)
            #expect(try await scene.said("said") == ["1", "1", "1", "1", "1"])
        }
    }

    @Test("Health says that the database does not answer while something waits, once in the log, and not afterwards")
    func health() async throws {
        let exchanges = ExchangeWatch()
        let health = HealthState()
        let lines = Scene.Lines()
        let database = DatabaseHealth(
            health, Log(service: "test", format: .json, level: .info) { lines.add($0) }, exchanges,
            longestWait: .milliseconds(200))
        try await Scene.with { scene in
            var configuration = PostgresConfiguration.service("escalation-tracker", url: scene.database.url)
            configuration.exchanges = exchanges
            let connection = try await PostgresConnection.connect(configuration)
            let now = SQLStatement(name: "own", "SELECT pg_backend_pid()")
            let process = try await connection.run(now).onlyRow().int4("pg_backend_pid")
            var outage = Outage()
            database.report(.ok)
            database.look(&outage)
            #expect(health.status(of: .database) == .ok)
            #expect(kill(process, SIGSTOP) == 0)
            let waiting = Task { try await connection.run(now).rowCount }
            while (exchanges.longestWait() ?? .zero) < .milliseconds(250) {
                try await Task.sleep(for: .milliseconds(10))
            }
            database.look(&outage)
            database.look(&outage)
            // That another connection works does not hide it.
            database.report(.ok)
            let reason = health.status(of: .database)?.reason ?? ""
            #expect(reason.contains("The database has not answered for"), "\(reason)")
            #expect(!health.isReady)
            #expect(lines.count(of: "database-silent") == 1)
            kill(process, SIGCONT)
            #expect(try await waiting.value == 1)
            database.look(&outage)
            #expect(health.status(of: .database) == .ok)
            #expect(lines.count(of: "database-heard") == 1)
            await connection.close()
        }
    }

    @Test("E6: that no connection comes about is said while whoever needs one still asks again, and not afterwards")
    func refused() async throws {
        let exchanges = ExchangeWatch()
        let health = HealthState()
        let database = DatabaseHealth(
            health, Log(service: "test", format: .json, level: .info) { _ in }, exchanges)
        var outage = Outage()
        database.report(.ok)
        database.look(&outage)
        #expect(health.status(of: .database) == .ok)
        var nowhere = PostgresConfiguration.service("notifier", url: "postgresql://127.0.0.1:1/none")
        nowhere.exchanges = exchanges
        let pool = PostgresPool(nowhere, maximumConnections: 1)
        let waiting = Task { try await pool.withConnection { _ in } }
        let end = ContinuousClock.now.advanced(by: .seconds(30 * TestEnvironment.patience))
        while exchanges.refusal == nil, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(10)) }
        let since = try #require(exchanges.refusal).since
        database.look(&outage, at: since.advanced(by: .milliseconds(900)))
        #expect(health.status(of: .database) == .ok, "a server that is just started again")
        database.look(&outage, at: since.advanced(by: .seconds(1)))
        let reason = health.status(of: .database)?.reason ?? ""
        #expect(reason.contains("connectionFailed"), "\(reason)")
        #expect(!health.isReady && !database.isWell)
        // The reading has a connection of its own, and says so.
        database.report(.ok)
        #expect(!database.isWell)
        await #expect(throws: PostgresError.self) { try await waiting.value }
        await pool.close()
        try await Scene.with { scene in
            var configuration = PostgresConfiguration.service("escalation-tracker", url: scene.database.url)
            configuration.exchanges = exchanges
            let connection = try await PostgresConnection.connect(configuration)
            database.look(&outage, at: since.advanced(by: .seconds(2)))
            #expect(health.status(of: .database) == .ok)
            await connection.close()
        }
    }

    @Test("One constant comes from the other: what is said and what is given up lies beyond what the server allows")
    func limits() {
        let service = PostgresConfiguration.service("notifier", url: "postgresql://127.0.0.1/none")
        #expect(service.serverSettings["lock_timeout"] == "\(PostgresConfiguration.longestLockWaitSeconds)s")
        #expect(DatabaseHealth.longestWait > .seconds(PostgresConfiguration.longestLockWaitSeconds))
        let statement = service.statementTimeoutMilliseconds ?? 0
        #expect(DatabaseHealth.longestWait < .milliseconds(statement))
        #expect((service.forMaintenance.statementTimeoutMilliseconds ?? 0) > statement)
    }
}
