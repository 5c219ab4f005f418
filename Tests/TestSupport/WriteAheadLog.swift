import PostgresClient

/// What the statements of one test database have put into the write-ahead log, by `pg_stat_statements`.
public struct WriteAheadLog: Sendable {
    /// How many records of the log.
    public let records: Int
    /// How long they are together, in bytes of the log.
    public let bytes: Int
    /// Whole pages, which PostgreSQL adds after a checkpoint.
    public let fullPages: Int

    /// No log.
    public static let nothing = WriteAheadLog(records: 0, bytes: 0, fullPages: 0)

    /// The sum of two.
    public static func + (left: WriteAheadLog, right: WriteAheadLog) -> WriteAheadLog {
        WriteAheadLog(
            records: left.records + right.records, bytes: left.bytes + right.bytes,
            fullPages: left.fullPages + right.fullPages)
    }
}

extension TestDatabase {
    /// Counts since the last reset; the server must have been started with `pg_stat_statements`, as `deploy/test` does.
    public func writeAheadLog() async throws -> WriteAheadLog {
        let connection = try await connect()
        let result = try await connection.run(
            SQLStatement(
                name: "write_ahead_log",
                """
                SELECT sum(wal_records)::int8 AS records, sum(wal_bytes)::int8 AS bytes, sum(wal_fpi)::int8 AS full_pages
                FROM app.pg_stat_statements
                WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                """))
        await connection.close()
        let row = try result.onlyRow()
        return WriteAheadLog(
            records: Int(try row.int8("records")), bytes: Int(try row.int8("bytes")),
            fullPages: Int(try row.int8("full_pages")))
    }

    /// Begins to count anew.
    public func resetWriteAheadLog() async throws {
        try await run(
            """
            SELECT app.pg_stat_statements_reset(0, oid, 0) FROM pg_database WHERE datname = current_database()
            """)
    }

    /// Runs a script.
    public func run(_ script: String) async throws {
        let connection = try await connect()
        try await connection.runScript(script)
        await connection.close()
    }
}
