import PostgresClient
import TestSupport
import Testing

@Suite(.database, .timeLimit(TestEnvironment.minutes(2)))
struct PoolTests {
    private let selectOne = SQLStatement(name: "select_one", "SELECT 1::int8")
    private let ownProcess = SQLStatement(name: "own_process", "SELECT pg_backend_pid()")
    private let terminate = SQLStatement(name: "terminate", "SELECT pg_terminate_backend($1, 10000)")

    private struct Refusal: Error {}

    @Test func twoHundredRunsShareTwoConnections() async throws {
        // That they share is what counts here, however long it takes a machine that has other things to do.
        let pool = PostgresPool(
            try Database.configuration(), maximumConnections: 2, leaseTimeoutMilliseconds: 600_000)
        let echo = SQLStatement(name: "echo", "SELECT $1::int8")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let value = try await pool.withConnection { connection in
                        try await connection.run(echo, [.int8(Int64(number))]).onlyRow().int8(0)
                    }
                    #expect(value == Int64(number))
                }
            }
            try await group.waitForAll()
        }
        #expect(await pool.connectionCount <= 2)
        let statistics = await pool.statistics
        #expect(statistics.statements == 200 && statistics.roundTrips == 200)
        #expect(statistics.prepares <= 2)
        await pool.close()
        #expect(await pool.connectionCount == 0)
        #expect(await pool.statistics == statistics)
    }

    @Test func aConnectionTerminatedWhileIdleIsReplaced() async throws {
        let pool = PostgresPool(try Database.configuration(), maximumConnections: 1)
        let other = try await Database.connect()
        let first = try await pool.withConnection { try await $0.run(ownProcess).onlyRow().int4(0) }
        _ = try await other.run(terminate, [.int4(first)])
        let second = try await pool.withConnection { try await $0.run(ownProcess).onlyRow().int4(0) }
        #expect(first != second)
        #expect(await pool.connectionCount == 1)
        #expect(await pool.statistics.statements == 2)
        await pool.close()
        await other.close()
    }

    @Test func aConnectionThatBreaksOnLeaseIsDropped() async throws {
        let pool = PostgresPool(try Database.configuration(), maximumConnections: 1)
        let suicide = SQLStatement(name: "suicide", "SELECT pg_terminate_backend(pg_backend_pid())")
        let error = try await failure { _ = try await pool.withConnection { _ = try await $0.run(suicide) } }
        #expect(error.code == .connectionLost && error.isTransient)
        #expect(await pool.connectionCount == 0)
        #expect(try await pool.withConnection { try await $0.run(selectOne).onlyRow().int8(0) } == 1)
        await pool.close()
    }

    @Test func aSessionThatMayNotWriteIsDropped() async throws {
        let pool = PostgresPool(try Database.configuration(), maximumConnections: 1)
        let forbid = SQLStatement(name: "forbid", "SET default_transaction_read_only = on")
        let write = SQLStatement(name: "write", "CREATE TEMPORARY SEQUENCE written")
        _ = try await pool.withConnection { try await $0.run(forbid) }
        let error = try await failure { _ = try await pool.withConnection { _ = try await $0.run(write) } }
        #expect(error.sqlState == "25006" && error.isTransient)
        #expect(await pool.connectionCount == 0)
        _ = try await pool.withConnection { try await $0.run(write) }
        await pool.close()
    }

    @Test func anOpenTransactionIsRolledBackBeforeTheNextLease() async throws {
        try await Database.withSchema { configuration, connection in
            try await connection.runScript("CREATE TABLE item (id int8)")
            let pool = PostgresPool(configuration, maximumConnections: 1)
            let insert = SQLStatement(name: "insert_item", "INSERT INTO item VALUES (1)")
            let count = SQLStatement(name: "count_items", "SELECT count(*) FROM item")
            var begin = Pipeline()
            begin.simple("BEGIN")
            begin.add(insert)
            try await pool.withConnection { [begin] in _ = try await $0.run(begin) }
            await #expect(throws: Refusal.self) {
                try await pool.withTransaction { connection in
                    _ = try await connection.run(insert)
                    throw Refusal()
                }
            }
            #expect(try await pool.withConnection { try await $0.run(count).onlyRow().int8(0) } == 0)
            try await pool.withTransaction { _ = try await $0.run(insert) }
            #expect(try await pool.withConnection { try await $0.run(count).onlyRow().int8(0) } == 1)
            #expect(await pool.connectionCount == 1)
            await pool.close()
        }
    }

    @Test func aFullPoolTurnsAwayInTime() async throws {
        let pool = PostgresPool(try Database.configuration(), maximumConnections: 1, leaseTimeoutMilliseconds: 1)
        let error = try await failure {
            try await pool.withConnection { _ in try await pool.withConnection { _ in } }
        }
        #expect(error.code == .poolExhausted && error.isTransient)
        #expect(try await pool.withConnection { try await $0.run(selectOne).onlyRow().int8(0) } == 1)
        await pool.close()
    }

    @Test func aCancelledTaskStopsWaiting() async throws {
        let pool = PostgresPool(try Database.configuration(), maximumConnections: 1)
        let error = try await failure {
            try await pool.withConnection { _ in
                let waiting = Task { try await pool.withConnection { _ in } }
                waiting.cancel()
                try await waiting.value
            }
        }
        #expect(error.code == .cancelled)
        await pool.close()
    }

    @Test func closingWaitsForLeasesAndRefusesNewOnes() async throws {
        let pool = PostgresPool(try Database.configuration(), maximumConnections: 2)
        let closing = try await pool.withConnection { connection in
            let closing = Task { await pool.close() }
            var refused: PostgresError?
            while refused == nil {
                do { try await pool.withConnection { _ in } } catch let error as PostgresError { refused = error }
            }
            #expect(refused?.code == .closed)
            // The lease in hand still works.
            #expect(try await connection.run(selectOne).onlyRow().int8(0) == 1)
            return closing
        }
        await closing.value
        #expect(await pool.connectionCount == 0)
    }
}

struct UnconnectedPoolTests {
    @Test(.timeLimit(TestEnvironment.minutes(2))) func aPoolGivesUpInTimeAndFreesItsLease() async throws {
        let pool = PostgresPool(
            PostgresConfiguration(url: "postgresql://127.0.0.1:1/none"), maximumConnections: 1,
            openTimeoutMilliseconds: 20, backoff: ReconnectionBackoff(initialMilliseconds: 1, maximumMilliseconds: 2))
        for _ in 0..<2 {
            let error = try await failure { try await pool.withConnection { _ in } }
            #expect(error.code == .connectionFailed && error.isTransient)
        }
        await pool.close()
    }
}
