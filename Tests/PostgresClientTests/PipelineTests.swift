import PostgresClient
import TestSupport
import Testing

@Suite(.database, .timeLimit(TestEnvironment.minutes(2)))
struct PipelineTests {
    private let selectOne = SQLStatement(name: "select_one", "SELECT 1::int8")
    private let echo = SQLStatement(name: "echo", "SELECT $1::int8")
    private let divide = SQLStatement(name: "divide", "SELECT 10 / $1::int8")
    private let insert = SQLStatement(name: "insert_item", "INSERT INTO item (id) VALUES ($1)")
    private let countItems = SQLStatement(name: "count_items", "SELECT count(*) FROM item")

    @Test func sevenStatementsAreOneRoundTrip() async throws {
        try await Database.withSchema { _, connection in
            try await connection.runScript("CREATE TABLE item (id int8 PRIMARY KEY)")
            let before = connection.statistics
            var pipeline = Pipeline()
            pipeline.simple("BEGIN")
            for id in 1...4 { pipeline.add(insert, [.int8(Int64(id))]) }
            pipeline.add(countItems)
            pipeline.simple("COMMIT")
            let results = try await connection.run(pipeline)
            #expect(results.map(\.affectedRows) == [0, 1, 1, 1, 1, 1, 0])
            #expect(try results[5].onlyRow().int8(0) == 4)
            let first = connection.statistics - before
            #expect(first.statements == 7)
            #expect(first.roundTrips == 1)
            // BEGIN, COMMIT and the two statements; the insert is prepared once for its four uses.
            #expect(first.prepares == 4)
            #expect(first.parameterBytes == 32)
            _ = try await connection.run(countItems)
            let second = connection.statistics - before - first
            #expect(second.statements == 1 && second.roundTrips == 1 && second.prepares == 0)
        }
    }

    @Test func anEmptyFlightAsksNothing() async throws {
        let connection = try await Database.connect()
        #expect(try await connection.run(Pipeline()).isEmpty)
        #expect(connection.statistics == ConnectionStatistics())
        await connection.close()
    }

    @Test func aFailureAbortsTheRestAndTheConnectionRecovers() async throws {
        try await Database.withSchema { _, connection in
            try await connection.runScript("CREATE TABLE item (id int8 PRIMARY KEY)")
            var pipeline = Pipeline()
            pipeline.add(insert, [.int8(1)])
            pipeline.add(divide, [.int8(0)])
            pipeline.add(echo, [.int8(7)])
            let error = try await failure { _ = try await connection.run(pipeline) }
            #expect(error.code == .server)
            #expect(error.sqlState == "22012")
            #expect(error.statementName == "divide")
            #expect(!error.isTransient)
            // Without a BEGIN the pipeline was one implicit transaction.
            #expect(try await connection.run(countItems).onlyRow().int8(0) == 0)
            // The Parse of `echo` was in the aborted part, so it must be prepared now; `divide` was prepared.
            let before = connection.statistics
            #expect(try await connection.run(echo, [.int8(7)]).onlyRow().int8(0) == 7)
            #expect((connection.statistics - before).prepares == 1)
            #expect(try await connection.run(divide, [.int8(5)]).onlyRow().int8(0) == 2)
            #expect((connection.statistics - before).prepares == 1)
            #expect(connection.statistics.failures == 1)
        }
    }

    @Test func aFailureInATransactionLeavesItAbortedForTheCallerToRollBack() async throws {
        let connection = try await Database.connect()
        var pipeline = Pipeline()
        pipeline.simple("BEGIN")
        pipeline.add(divide, [.int8(0)])
        pipeline.simple("COMMIT")
        _ = try await failure { _ = try await connection.run(pipeline) }
        #expect(await connection.transactionState == .aborted)
        let error = try await failure { _ = try await connection.run(selectOne) }
        #expect(error.sqlState == "25P02")
        var rollback = Pipeline()
        rollback.simple("ROLLBACK")
        _ = try await connection.run(rollback)
        #expect(await connection.transactionState == .idle)
        #expect(try await connection.run(selectOne).onlyRow().int8(0) == 1)
        await connection.close()
    }

    @Test func aCommitThatRollsBackIsAnError() async throws {
        let connection = try await Database.connect()
        var pipeline = Pipeline()
        pipeline.simple("BEGIN")
        pipeline.add(divide, [.int8(0)])
        _ = try await failure { _ = try await connection.run(pipeline) }
        var commit = Pipeline()
        commit.simple("COMMIT")
        let error = try await failure { _ = try await connection.run(commit) }
        #expect(error.code == .server && error.sqlState == "25P02")
        #expect(await connection.transactionState == .idle)
        await connection.close()
    }

    @Test func aConstraintRefusedAtTheSynchronisationFailsTheFlight() async throws {
        try await Database.withSchema { _, connection in
            try await connection.runScript(
                """
                CREATE TABLE item (id int8 PRIMARY KEY);
                CREATE TABLE part (item int8 CONSTRAINT part_item REFERENCES item DEFERRABLE INITIALLY DEFERRED);
                """)
            let insertPart = SQLStatement(name: "insert_part", "INSERT INTO part (item) VALUES ($1)")
            let error = try await failure { _ = try await connection.run(insertPart, [.int8(5)]) }
            #expect(error.isForeignKeyViolation)
            #expect(error.constraintName == "part_item")
            #expect(try await connection.run(selectOne).onlyRow().int8(0) == 1)
        }
    }

    @Test func aStatementThatCannotBeParsedIsNotTakenForPrepared() async throws {
        try await Database.withSchema { _, connection in
            let error = try await failure { _ = try await connection.run(countItems) }
            #expect(error.sqlState == "42P01")
            #expect(error.statementName == "count_items")
            try await connection.runScript("CREATE TABLE item (id int8 PRIMARY KEY)")
            #expect(try await connection.run(countItems).onlyRow().int8(0) == 0)
        }
    }

    @Test func aPreparationOutlivesTheRollbackOfItsFlight() async throws {
        let connection = try await Database.connect()
        var pipeline = Pipeline()
        pipeline.simple("BEGIN")
        pipeline.add(echo, [.int8(3)])
        pipeline.simple("ROLLBACK")
        _ = try await connection.run(pipeline)
        let before = connection.statistics
        #expect(try await connection.run(echo, [.int8(4)]).onlyRow().int8(0) == 4)
        #expect((connection.statistics - before).prepares == 0)
        await connection.close()
    }

    @Test func aPreparationThatTheServerDroppedIsMadeAnew() async throws {
        let connection = try await Database.connect()
        _ = try await connection.run(echo, [.int8(1)])
        try await connection.runScript("DEALLOCATE ALL")
        let error = try await failure { _ = try await connection.run(echo, [.int8(2)]) }
        #expect(error.sqlState == "26000")
        #expect(error.isTransient)
        #expect(try await connection.run(echo, [.int8(3)]).onlyRow().int8(0) == 3)
        await connection.close()
    }

    @Test func aChangedTableMakesAStalePlanTransient() async throws {
        try await Database.withSchema { _, connection in
            try await connection.runScript("CREATE TABLE item (id int4); INSERT INTO item VALUES (1)")
            let all = SQLStatement(name: "all_items", "SELECT * FROM item")
            _ = try await connection.run(all)
            try await connection.runScript("ALTER TABLE item ADD COLUMN weight int8")
            let error = try await failure { _ = try await connection.run(all) }
            #expect(error.sqlState == "0A000" && error.isTransient)
            #expect(try await connection.run(all).columns.map(\.name) == ["id", "weight"])
        }
    }

    @Test func oneNameWithOtherTypesOrTextIsPreparedApart() async throws {
        let connection = try await Database.connect()
        let first = SQLStatement(name: "same", "SELECT $1::text IS NULL, $2::int8")
        var pipeline = Pipeline()
        pipeline.add(first, [.null, .null])
        pipeline.add(first, [.text("a"), .int8(1)])
        pipeline.add(first, [.int4(1), .int8(2)])
        pipeline.add(SQLStatement(name: "same", "SELECT true, 9::int8"))
        pipeline.add(first, [.null, .int8(3)])
        let numbers = try await connection.run(pipeline).map { try $0.onlyRow().optionalInt8(1) }
        #expect(numbers == [nil, 1, 2, 9, 3])
        await connection.close()
    }

    @Test func copyIsRefusedAndTheConnectionGivenUp() async throws {
        for text in ["COPY (SELECT 1) TO STDOUT", "CREATE TEMP TABLE t (a int); COPY t FROM STDIN"] {
            let connection = try await Database.connect()
            let error = try await failure { try await connection.runScript(text) }
            #expect(error.code == .protocolViolation)
            #expect(await !connection.isUsable)
            await connection.close()
        }
        let connection = try await Database.connect()
        let copy = SQLStatement(name: "copy", "COPY (SELECT 1) TO STDOUT")
        #expect(try await failure { _ = try await connection.run(copy) }.code != .server)
        #expect(await !connection.isUsable)
        await connection.close()
    }

    @Test func aScriptRunsManyStatementsOrNone() async throws {
        try await Database.withSchema { _, connection in
            try await connection.runScript("CREATE TABLE item (id int8); INSERT INTO item VALUES (1), (2);")
            #expect(try await connection.run(countItems).onlyRow().int8(0) == 2)
            let error = try await failure {
                try await connection.runScript("INSERT INTO item VALUES (3); SELECT 1 / 0; INSERT INTO item VALUES (4)")
            }
            #expect(error.sqlState == "22012")
            #expect(try await connection.run(countItems).onlyRow().int8(0) == 2)
            try await connection.runScript("")
            try await connection.runScript("DROP TABLE IF EXISTS absent")
            #expect(connection.notices.map(\.sqlState) == ["00000"])
        }
    }

    @Test func unsendableStatementsAreRefusedBeforeAnythingIsSent() async throws {
        let connection = try await Database.connect()
        let zero = SQLStatement(name: "zero", "SELECT 1\u{0}; DROP TABLE item")
        let broken = SQLStatement(name: "broken", bytes: Array("SELECT '".utf8) + [0xFF] + Array("'".utf8))
        let late = SQLStatement(name: "late", "SELECT $1")
        for (statement, parameters) in [
            (zero, []), (broken, []), (late, [PostgresValue.timestamp(microsecondsSinceUnixEpoch: .min)]),
            (late, [.date(daysSinceUnixEpoch: .max)]), (late, [.boolArray([]), .dateArray([0, .min])]),
        ] {
            let error = try await failure { _ = try await connection.run(statement, parameters) }
            #expect(error.code == .encoding)
            #expect(error.statementName == statement.name)
        }
        var long = Pipeline()
        for _ in 0...Pipeline.maximumStatements { long.add(selectOne) }
        #expect(try await failure { _ = try await connection.run(long) }.code == .encoding)
        #expect(connection.statistics.roundTrips == 0)
        #expect(try await connection.run(selectOne).onlyRow().int8(0) == 1)
        await connection.close()
    }

    @Test func bigFlightsPassInBothDirections() async throws {
        let connection = try await Database.connect()
        let size = 10_000_000
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let echoBytes = SQLStatement(name: "echo_bytes", "SELECT $1::bytea")
        let produce = SQLStatement(name: "produce", "SELECT repeat('x', $1::int4)")
        var pipeline = Pipeline()
        // The server sends 10 MB while most of the 30 MB of parameters is still to come.
        pipeline.add(produce, [.int4(Int32(size))])
        for _ in 0..<3 { pipeline.add(echoBytes, [.bytes(payload)]) }
        let results = try await connection.run(pipeline)
        #expect(try results[0].onlyRow().text(0).utf8.count == size)
        for result in results.dropFirst() { #expect(try result.onlyRow().bytes(0) == payload) }
        #expect(connection.statistics.roundTrips == 1)
        await connection.close()
    }

    @Test func aThousandStatementsWithLargeResultsDoNotBlock() async throws {
        let connection = try await Database.connect()
        let produce = SQLStatement(name: "echo_twice", "SELECT $1::text || $1::text")
        let text = String(repeating: "ä", count: 10_000)
        var pipeline = Pipeline()
        for _ in 0..<Pipeline.maximumStatements { pipeline.add(produce, [.text(text)]) }
        let results = try await connection.run(pipeline)
        #expect(results.count == Pipeline.maximumStatements)
        #expect(try results.last?.onlyRow().text(0) == text + text)
        await connection.close()
    }
}
