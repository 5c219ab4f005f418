import Foundation
import TestSupport
import Testing

@testable import PostgresClient

@Suite(.database, .timeLimit(TestEnvironment.minutes(2)))
struct ConnectionTests {
    private let sleep = SQLStatement(name: "sleep", "SELECT pg_sleep(3600)")
    private let selectOne = SQLStatement(name: "select_one", "SELECT 1::int8")
    private let terminate = SQLStatement(name: "terminate", "SELECT pg_terminate_backend($1)")

    /// The test database's URL with one part replaced.
    private func url(_ change: (inout URLComponents) -> Void) throws -> String {
        let url = try #require(Database.url)
        var components = try #require(URLComponents(string: url))
        change(&components)
        return try #require(components.string)
    }

    @Test func settingsReachTheServer() async throws {
        let url = try #require(Database.url)
        let connection = try await PostgresConnection.connect(
            PostgresConfiguration(
                url: url, applicationName: "a name", schemaSearchPath: ["odd \"one\" \\", "public"],
                connectTimeoutMilliseconds: Database.patienceMilliseconds,
                statementTimeoutMilliseconds: 61_234))
        let settings = SQLStatement(
            name: "settings",
            "SELECT current_setting('application_name'), current_setting('search_path'), "
                + "current_setting('statement_timeout'), current_setting('client_encoding')")
        let row = try await connection.run(settings).onlyRow()
        #expect(
            try (0...3).map { try row.text(ColumnName(integerLiteral: $0)) } == [
                "a name", "\"odd \"\"one\"\" \\\",\"public\"", "61234ms", "UTF8",
            ])
        await connection.close()
    }

    @Test func aWrongPasswordIsSaidAndNotTriedAgain() async throws {
        let url = try url { $0.password = "not-the-password" }
        let configuration = PostgresConfiguration(
            url: url, connectTimeoutMilliseconds: Database.patienceMilliseconds)
        // A server that trusts local connections asks for no password.
        guard (try? await PostgresConnection.connect(configuration)) == nil else { return }
        let error = try await failure { _ = try await PostgresConnection.connect(configuration) }
        #expect(error.code == .connectionFailed && error.sqlState == "28P01" && !error.isTransient)
        #expect(error.description.contains("check the connection URL"))
        #expect(!String(reflecting: error).contains("not-the-password"))
    }

    @Test func aWrongDatabaseIsSaid() async throws {
        let url = try url { $0.path = "/no_such_database" }
        let configuration = PostgresConfiguration(
            url: url, connectTimeoutMilliseconds: Database.patienceMilliseconds)
        let error = try await failure { _ = try await PostgresConnection.connect(configuration) }
        #expect(error.code == .connectionFailed && error.sqlState == "3D000" && !error.isTransient)
        #expect(error.description.contains("create it"))
    }

    @Test func terminationInMidFlightIsALostConnection() async throws {
        let victim = try await Database.connect()
        let other = try await Database.connect()
        let process = try await Database.process(of: victim)
        var pipeline = Pipeline()
        pipeline.add(selectOne)
        pipeline.add(sleep)
        pipeline.add(selectOne)
        let flown = Task { [pipeline] in try await victim.run(pipeline) }
        try await Database.awaitSleep(of: process, seenBy: other)
        // Queued behind the pipeline that is about to break.
        let queued = Task { try await victim.run(selectOne) }
        _ = try await other.run(terminate, [.int4(process)])
        let error = try await failure { _ = try await flown.value }
        #expect(error.code == .connectionLost && error.sqlState == "57P01" && error.isTransient)
        #expect(error.description.contains("unknown"))
        #expect(try await failure { _ = try await queued.value }.code == .connectionLost)
        #expect(await !victim.isUsable)
        #expect(await victim.transactionState == .unknown)
        await victim.close()
        await other.close()
    }

    @Test func cancelStopsTheFlightAndTheConnectionGoesOn() async throws {
        let sleeper = try await Database.connect()
        let observer = try await Database.connect()
        let process = try await Database.process(of: sleeper)
        let flown = Task { try await sleeper.run(sleep) }
        try await Database.awaitSleep(of: process, seenBy: observer)
        await sleeper.cancel()
        let error = try await failure { _ = try await flown.value }
        #expect(error.code == .cancelled && error.sqlState == "57014")
        #expect(try await sleeper.run(selectOne).onlyRow().int8(0) == 1)
        await sleeper.cancel()
        #expect(try await sleeper.run(selectOne).onlyRow().int8(0) == 1)
        await sleeper.close()
        await observer.close()
    }

    @Test func aStatementTimeoutIsTheServersAndTransient() async throws {
        let connection = try await PostgresConnection.connect(
            Database.configuration(statementTimeoutMilliseconds: 20))
        let error = try await failure { _ = try await connection.run(sleep) }
        #expect(error.code == .server && error.sqlState == "57014" && error.isTransient)
        #expect(error.statementName == "sleep")
        await connection.close()
    }

    @Test func aCancelledTaskSendsNothingButFinishesWhatItSent() async throws {
        try await Database.withSchema { configuration, connection in
            try await connection.runScript("CREATE TABLE item (id int8)")
            let observer = try await PostgresConnection.connect(configuration)
            let process = try await Database.process(of: connection)
            let lock = SQLStatement(name: "lock", "SELECT pg_advisory_lock($1)")
            let key = PostgresValue.int8(Int64(process) << 20)
            _ = try await observer.run(lock, [key])
            let insert = SQLStatement(name: "insert_item", "INSERT INTO item VALUES ($1)")
            let sent = Task {
                var pipeline = Pipeline()
                pipeline.simple("BEGIN")
                pipeline.add(lock, [key])
                pipeline.add(insert, [.int8(1)])
                pipeline.simple("COMMIT")
                return try await connection.run(pipeline).count
            }
            let waiting = SQLStatement(
                name: "waiting",
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND pid = $1")
            while try await observer.run(waiting, [.int4(process)]).onlyRow().int8(0) == 0 {}
            let queued = Task { try await connection.run(insert, [.int8(2)]).affectedRows }
            sent.cancel()
            queued.cancel()
            let unlock = SQLStatement(name: "unlock", "SELECT pg_advisory_unlock($1)")
            _ = try await observer.run(unlock, [key])
            #expect(try await sent.value == 4)
            #expect(try await failure { _ = try await queued.value }.code == .cancelled)
            let all = SQLStatement(name: "all", "SELECT id FROM item")
            #expect(try await observer.run(all).rows.map { try $0.int8(0) } == [1])
            await observer.close()
        }
    }

    @Test func errorsCarryNamesAndNoData() async throws {
        try await Database.withSchema { _, connection in
            try await connection.runScript(
                "CREATE TABLE person (name text CONSTRAINT person_key PRIMARY KEY, age int4 CHECK (age > 0))")
            let insert = SQLStatement(name: "insert_person", "INSERT INTO person VALUES ($1, $2)")
            _ = try await connection.run(insert, [.text("Invented Person"), .int4(7)])
            let unique = try await failure {
                _ = try await connection.run(insert, [.text("Invented Person"), .int4(7)])
            }
            #expect(unique.isUniqueViolation && !unique.isTransient)
            #expect(unique.constraintName == "person_key" && unique.tableName == "person")
            #expect(unique.statementName == "insert_person")
            let invalid = SQLStatement(name: "to_number", "SELECT $1::text::int4")
            let syntax = try await failure { _ = try await connection.run(invalid, [.text("Invented Person")]) }
            #expect(syntax.sqlState == "22P02")
            for error in [unique, syntax] {
                for text in ["\(error)", "\([error])", String(reflecting: error), dumped(error)] {
                    #expect(!text.contains("Invented"))
                }
                #expect(error.sensitiveText?.contains("Invented Person") == true)
            }
            // Bytes that are not UTF-8 and zero bytes are refused by the server as well.
            let convert = SQLStatement(name: "convert", "SELECT convert_from($1, 'UTF8')")
            #expect(try await failure { _ = try await connection.run(convert, [.bytes([0xFF])]) }.sqlState == "22021")
            #expect(
                try await failure { _ = try await connection.run(insert, [.text("a\u{0}b"), .int4(1)]) }.sqlState
                    == "22021")
        }
    }

    @Test func concurrentRunsOnOneConnectionKeepToTheirAnswers() async throws {
        let connection = try await Database.connect()
        let echo = SQLStatement(name: "echo", "SELECT $1::int8, $2::text")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let row = try await connection.run(echo, [.int8(Int64(number)), .text("\(number)")]).onlyRow()
                    #expect(try row.int8(0) == Int64(number) && row.text(1) == "\(number)")
                }
            }
            try await group.waitForAll()
        }
        #expect(connection.statistics.statements == 200)
        #expect(connection.statistics.roundTrips == 200)
        #expect(connection.statistics.prepares == 1)
        await connection.close()
    }

    @Test func aClosedConnectionSaysSo() async throws {
        let connection = try await Database.connect()
        await connection.close()
        await connection.close()
        #expect(await !connection.isUsable)
        #expect(try await failure { _ = try await connection.run(selectOne) }.code == .closed)
        #expect(try await failure { try await connection.runScript("SELECT 1") }.code == .closed)
    }
}

struct UnconnectedTests {
    @Test(.timeLimit(TestEnvironment.minutes(2))) func aClosedPortIsSaidInWords() async throws {
        // Port 1 is reserved and nobody listens there.
        // More time than it can need, however busy the machine is: this is about the words.
        let configuration = PostgresConfiguration(
            url: "postgresql://ada:hidden@127.0.0.1:1/none", connectTimeoutMilliseconds: 50_000)
        let error = try await failure { _ = try await PostgresConnection.connect(configuration) }
        #expect(error.code == .connectionFailed && error.isTransient)
        #expect(error.description.contains("127.0.0.1") && error.description.contains("refused"))
        #expect(error.description.contains("is PostgreSQL running"))
        #expect(!String(reflecting: error).contains("hidden"))
    }

    @Test func theTimeoutIsTheCallersOrTheURLsOrFiveSeconds() throws {
        let url = "postgresql://ada@127.0.0.1:1/none"
        #expect(try PostgresConfiguration(url: url).connectLimitMilliseconds() == 5_000)
        #expect(try PostgresConfiguration(url: url + "?connect_timeout=7").connectLimitMilliseconds() == 7_000)
        #expect(
            try PostgresConfiguration(url: url + "?connect_timeout=7", connectTimeoutMilliseconds: 90)
                .connectLimitMilliseconds() == 90)
    }

    @Test func noDescriptionShowsThePassword() {
        let configuration = PostgresConfiguration(url: "postgresql://ada:hidden@db.example:5433/records")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("hidden"))
        }
        #expect(configuration.description == "ada@db.example:5433/records")
    }

    @Test(arguments: ["postgresql://ada:hidden@host:5432/db?nonsense=1", "hidden", "port=1 host=\u{0}"])
    func anUnreadableURLIsRefusedWithoutRepeatingIt(_ url: String) async throws {
        let error = try await failure { _ = try await PostgresConnection.connect(PostgresConfiguration(url: url)) }
        #expect(error.code == .invalidConfiguration && !error.isTransient)
        #expect(!String(reflecting: error).contains("hidden"))
    }
}
