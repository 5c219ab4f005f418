import PostgresClient
import TestSupport
import Testing

@Suite(.database, .timeLimit(TestEnvironment.minutes(2)))
struct TypeTests {
    private func row(_ sql: String, _ parameters: [PostgresValue] = []) async throws -> Row {
        let connection = try await Database.connect()
        let row = try await connection.run(SQLStatement(name: "types", sql), parameters).onlyRow()
        await connection.close()
        return row
    }

    @Test func scalarsPassBothWays() async throws {
        let uuid = try #require(PostgresUUID("00112233-4455-6677-8899-AABBCCDDEEFF"))
        let row = try await row(
            """
            SELECT $1::bool, $2::int2, $3::int4, $4::int8, $5::float8, $6::text, $7::bytea, $8::uuid,
                $9::timestamptz, $10::date, $7::bytea = '\\x00ff', $8::text, to_char($9 AT TIME ZONE 'UTC',
                'YYYY-MM-DD HH24:MI:SS.US'), $10::text, $11::bytea = '', $12::text = ''
            """,
            [
                .bool(true), .int2(.min), .int4(.min), .int8(.min), .double(-0.1), .text("Zoë \u{1F600}"),
                .bytes([0, 255]), .uuid(uuid), .timestamp(microsecondsSinceUnixEpoch: -1),
                .date(daysSinceUnixEpoch: -1),
                .bytes([]), .text(""),
            ])
        #expect(try row.bool(0))
        #expect(try row.int2(1) == .min)
        #expect(try row.int4(2) == .min)
        #expect(try row.int8(3) == .min)
        #expect(try row.double(4) == -0.1)
        #expect(try row.text(5) == "Zoë \u{1F600}")
        #expect(try row.bytes(6) == [0, 255])
        #expect(try row.uuid(7) == uuid)
        #expect(try row.timestamp(8) == -1)
        #expect(try row.date(9) == -1)
        // What the server made of them, in its own words.
        #expect(try row.bool(10))
        #expect(try row.text(11) == "00112233-4455-6677-8899-aabbccddeeff")
        #expect(try row.text(12) == "1969-12-31 23:59:59.999999")
        #expect(try row.text(13) == "1969-12-31")
        #expect(try row.bool(14) && row.bool(15))
    }

    @Test func arraysPassBothWays() async throws {
        let uuid = PostgresUUID(high: 1, low: .max)
        let row = try await row(
            "SELECT $1::bool[], $2::int4[], $3::int8[], $4::float8[], $5::text[], $6::bytea[], $7::uuid[], "
                + "$8::timestamptz[], $9::date[], $3::text",
            [
                .boolArray([true, false]), .int4Array([.max, -1]), .int8Array([.max, -1]), .doubleArray([1.5]),
                .textArray(["a,\"b\"", "", "NULL"]), .bytesArray([[], [0, 1]]), .uuidArray([uuid]),
                .timestampArray([0, 1]), .dateArray([0, 20_000]),
            ])
        #expect(try row.boolArray(0) == [true, false])
        #expect(try row.int4Array(1) == [.max, -1])
        #expect(try row.int8Array(2) == [.max, -1])
        #expect(try row.doubleArray(3) == [1.5])
        #expect(try row.textArray(4) == ["a,\"b\"", "", "NULL"])
        #expect(try row.bytesArray(5) == [[], [0, 1]])
        #expect(try row.uuidArray(6) == [uuid])
        #expect(try row.timestampArray(7) == [0, 1])
        #expect(try row.dateArray(8) == [0, 20_000])
        #expect(try row.text(9) == "{9223372036854775807,-1}")
        #expect(try row.int8Array(1) == [Int64(Int32.max), -1])
    }

    @Test func emptyArraysStayEmpty() async throws {
        let row = try await row(
            "SELECT $1::text[], $2::int8[], $3::bytea[], cardinality($1), '{}'::uuid[]",
            [.textArray([]), .optionalInt8Array([]), .bytesArray([])])
        #expect(try row.textArray(0).isEmpty && row.int8Array(1).isEmpty && row.bytesArray(2).isEmpty)
        #expect(try row.int4(3) == 0)
        #expect(try row.uuidArray(4).isEmpty)
    }

    @Test func nullElementsPassBothWays() async throws {
        let uuid = PostgresUUID(high: 5, low: 6)
        let row = try await row(
            "SELECT $1::text[], $2::int8[], $3::bytea[], $4::uuid[], $5::timestamptz[], $6::date[], $7::int4[]",
            [
                .optionalTextArray([nil, "x"]), .optionalInt8Array([1, nil]), .optionalBytesArray([nil, [], [1]]),
                .optionalUUIDArray([uuid, nil]), .optionalTimestampArray([nil, 7]), .optionalDateArray([nil, 8]),
                .optionalInt4Array([nil]),
            ])
        #expect(try row.optionalTextArray(0) == [nil, "x"])
        #expect(try row.optionalInt8Array(1) == [1, nil])
        #expect(try row.optionalBytesArray(2) == [nil, [], [1]])
        #expect(try row.optionalUUIDArray(3) == [uuid, nil])
        #expect(try row.optionalTimestampArray(4) == [nil, 7])
        #expect(try row.optionalDateArray(5) == [nil, 8])
        #expect(try row.optionalInt8Array(6) == [nil])
        let error = try await failure { _ = try row.textArray(0) }
        #expect(error.code == .decoding)
    }

    @Test func nullsAreNullsOfEveryType() async throws {
        let row = try await row(
            "SELECT $1::bool, $2::int2, $3::int4, $4::int8, $5::float8, $6::text, $7::bytea, $8::uuid, "
                + "$9::timestamptz, $10::date, $11::text[]", Array(repeating: .null, count: 11))
        #expect(try row.optionalBool(0) == nil && row.optionalInt2(1) == nil && row.optionalInt4(2) == nil)
        #expect(try row.optionalInt8(3) == nil && row.optionalDouble(4) == nil && row.optionalText(5) == nil)
        #expect(try row.optionalBytes(6) == nil && row.optionalUUID(7) == nil && row.optionalTimestamp(8) == nil)
        #expect(try row.optionalDate(9) == nil && row.isNull(10))
        let error = try await failure { _ = try row.text(5) }
        #expect(error.code == .decoding)
    }

    @Test func everyKindOfTextIsText() async throws {
        let row = try await row(
            "SELECT 'a'::varchar, 'b'::char(1), 'c'::name, '{\"d\": 1}'::json, $1::jsonb, 'f', true::int4::float4",
            [.text("{\"e\": 1}")])
        #expect(
            try (0...5).map { try row.text(ColumnName(integerLiteral: $0)) } == [
                "a", "b", "c", "{\"d\": 1}", "{\"e\": 1}", "f",
            ])
        #expect(try row.double(6) == 1)
    }

    @Test func aWrongTypeIsNamedWithColumnAndStatement() async throws {
        let row = try await row("SELECT 'Ada'::text AS name, 1.5 AS weight, 1::int8 AS id, '{{1}}'::int4[] AS grid")
        let error = try await failure { _ = try row.int8(0) }
        #expect(error.code == .decoding)
        #expect(
            error.description
                == "PostgreSQL decoding: column name is text where bigint was asked for; cast it in the statement "
                + "(statement types)")
        let readers: [(Row) throws -> Void] = [
            { _ = try $0.double(1) }, { _ = try $0.int4(2) }, { _ = try $0.int4Array(3) }, { _ = try $0.textArray(0) },
            { _ = try $0.uuid(0) }, { _ = try $0.date(2) }, { _ = try $0.timestamp(2) }, { _ = try $0.bool(2) },
            { _ = try $0.bytes(0) }, { _ = try $0.int2(2) }, { _ = try $0.text(2) }, { _ = try $0.text(9) },
            { _ = try $0.text(-1) },
        ]
        for read in readers { #expect(try await failure { try read(row) }.code == .decoding) }
    }

    @Test func columnsAreReadByTheNamesThatTheStatementGivesThem() async throws {
        let row = try await row(
            "SELECT 1::int8 AS first, 'Ada'::text AS name, NULL::text AS nothing, 2::int8 AS firsts")
        #expect(try row.int8("first") == 1 && row.text("name") == "Ada" && row.int8("firsts") == 2)
        #expect(try row.isNull("nothing") && row.optionalText("nothing") == nil)
    }

    @Test func aNameThatTheStatementDoesNotGiveOrGivesTwiceIsNamedWithTheStatement() async throws {
        let row = try await row("SELECT 1::int8 AS id, 2::int8 AS twice, 3::int8 AS twice")
        let readers: [(name: String, read: (Row) throws -> Void, sentence: String)] = [
            ("identity", { _ = try $0.int8("identity") }, "is none of the 3 columns of the result"),
            ("ID", { _ = try $0.optionalInt8("ID") }, "is none of the 3 columns of the result"),
            ("i", { _ = try $0.isNull("i") }, "is none of the 3 columns of the result"),
            ("", { _ = try $0.int8Array("") }, "is none of the 3 columns of the result"),
            ("twice", { _ = try $0.int8("twice") }, "stands more than once in the result"),
        ]
        for (name, read, sentence) in readers {
            let error = try await failure { try read(row) }
            #expect(error.code == .decoding)
            #expect(
                error.description.hasPrefix("PostgreSQL decoding: column \(name) \(sentence)")
                    && error.description.hasSuffix("(statement types)"), "\(error)")
        }
    }

    @Test func infinityAndMissingRowsAreRefused() async throws {
        let connection = try await Database.connect()
        let statement = SQLStatement(name: "endless", "SELECT 'infinity'::timestamptz, '-infinity'::date")
        let result = try await connection.run(statement)
        #expect(try await failure { _ = try result[0].timestamp(0) }.code == .decoding)
        #expect(try await failure { _ = try result[0].date(1) }.code == .decoding)
        #expect(try await failure { _ = try result[1].date(1) }.code == .decoding)
        #expect(try await failure { _ = try result[-1].date(1) }.code == .decoding)
        await connection.close()
    }

    @Test func rowsComeInOrder() async throws {
        let connection = try await Database.connect()
        let statement = SQLStatement(name: "series", "SELECT n, 'x' FROM generate_series(1::int8, 1000) AS n")
        let result = try await connection.run(statement)
        #expect(result.rowCount == 1000 && result.affectedRows == 1000)
        #expect(try result.rows.map { try $0.int8(0) } == Array(1...1000))
        #expect(connection.statistics.rows == 1000)
        #expect(try await failure { _ = try result.onlyRow() }.code == .decoding)
        await connection.close()
    }
}
