import Glibc
import TestSupport
import Testing

@testable import PostgresClient

/// A server that takes what it is sent and says nothing: its process is stopped, and the kernel answers for it.
@Suite(.database, .timeLimit(TestEnvironment.minutes(2)))
struct SilenceTests {
    private let selectOne = SQLStatement(name: "select_one", "SELECT 1::int8")

    private func connect(_ exchanges: ExchangeWatch? = nil, limit: Int) async throws -> PostgresConnection {
        var configuration = try Database.configuration()
        configuration.answerTimeoutMilliseconds = limit
        configuration.exchanges = exchanges
        return try await PostgresConnection.connect(configuration)
    }

    @Test("A server that is frozen: the pipeline ends when its limit has passed, and the connection is given up")
    func frozen() async throws {
        let connection = try await connect(limit: 400)
        let process = try await Database.process(of: connection)
        #expect(kill(process, SIGSTOP) == 0)
        defer { kill(process, SIGCONT) }
        let error = try await failure { _ = try await connection.run(selectOne) }
        #expect(error.code == .connectionLost && error.isTransient && error.fault == .surroundings)
        #expect(error.description.contains("has said nothing for 1 s") && error.statementName == "select_one")
        #expect(error.description.contains("unknown"), "a COMMIT may have taken place")
        #expect(await !connection.isUsable)
        #expect(await connection.transactionState == .unknown)
        // Whoever comes next is told at once.
        #expect(try await failure { _ = try await connection.run(selectOne) }.code == .connectionLost)
        await connection.close()
    }

    @Test("A script, and a pipeline that is too large for the socket to take, end alike")
    func frozenScript() async throws {
        let first = try await connect(limit: 400)
        let second = try await connect(limit: 400)
        let processes = [try await Database.process(of: first), try await Database.process(of: second)]
        for process in processes { #expect(kill(process, SIGSTOP) == 0) }
        defer { for process in processes { kill(process, SIGCONT) } }
        #expect(try await failure { try await first.runScript("SELECT 1") }.code == .connectionLost)
        let length = SQLStatement(name: "length", "SELECT length($1::bytea)")
        let large = [UInt8](repeating: 1, count: 30_000_000)
        #expect(try await failure { _ = try await second.run(length, [.bytes(large)]) }.code == .connectionLost)
        await first.close()
        await second.close()
    }

    @Test("Any sign of life is one: an answer of many parts may take longer than the limit")
    func slowAnswer() async throws {
        let connection = try await connect(limit: 2_000)
        // More than the server holds back before it sends, every half second.
        let slow = SQLStatement(
            name: "slow", "SELECT repeat('x', 20000), pg_sleep(0.5) FROM generate_series(1, 8)")
        #expect(try await connection.run(slow).rowCount == 8)
        await connection.close()
    }

    @Test("What waits for an answer is known while it waits, and not afterwards")
    func watch() async throws {
        let exchanges = ExchangeWatch()
        let connection = try await connect(exchanges, limit: 60_000)
        let process = try await Database.process(of: connection)
        #expect(exchanges.longestWait() == nil)
        #expect(kill(process, SIGSTOP) == 0)
        let waiting = Task { try await connection.run(selectOne).onlyRow().int8(0) }
        while (exchanges.longestWait() ?? .zero) < .milliseconds(300) { try await Task.sleep(for: .milliseconds(10)) }
        kill(process, SIGCONT)
        #expect(try await waiting.value == 1)
        #expect(exchanges.longestWait() == nil)
        await connection.close()
    }

    @Test("The limit lies beyond what the server allows a statement, whatever that is")
    func derived() throws {
        let url = "postgresql://127.0.0.1/none"
        let margin = PostgresConfiguration.answerMarginMilliseconds
        for statement in [1_000, 60_000, 3_600_000] {
            let configuration = PostgresConfiguration(url: url, statementTimeoutMilliseconds: statement)
            #expect(configuration.answerLimitMilliseconds == statement + margin)
        }
        #expect(PostgresConfiguration(url: url).answerLimitMilliseconds == 300_000 + margin)
        #expect(PostgresConfiguration(url: url, answerTimeoutMilliseconds: 5).answerLimitMilliseconds == 5)
    }
}
