import CommandRuntime
import PostgresClient

/// A place in the write-ahead log.
struct WriteAheadLogMark: Sendable {
    /// What is looked at for the table, at the most: reading the log back is slow, and old parts of it are gone.
    private static let maximumBytes: Int64 = 128 << 20

    let place: String
    let bytes: Double

    static func now(_ deployment: Deployment) async throws -> WriteAheadLogMark {
        try await deployment.withDatabase { connection in
            let row = try await connection.run(
                SQLStatement(name: "wal_place", bytes: PackageResources.bench_wal_place_sql)
            ).onlyRow()
            return WriteAheadLogMark(place: try row.text("place"), bytes: try row.double("bytes"))
        }
    }

    /// Bytes an event that each table and its indexes put into the log up to `end`, most first, from the last part of it.
    /// Empty where the database does not let us look (`pg_walinspect` and a superuser are needed).
    func byTable(until end: WriteAheadLogMark, events: Double, _ deployment: Deployment) async throws -> [TableShare] {
        try await deployment.withDatabase { connection in
            do {
                try await connection.runScript("CREATE EXTENSION IF NOT EXISTS pg_walinspect SCHEMA app")
                let start = try await connection.run(
                    SQLStatement(name: "wal_before", bytes: PackageResources.bench_wal_before_sql),
                    [.text(end.place), .int8(WriteAheadLogMark.maximumBytes), .text(place)]
                ).onlyRow().text("place")
                let result = try await connection.run(
                    SQLStatement(name: "wal_by_table", bytes: PackageResources.bench_wal_by_table_sql),
                    [.text(start), .text(end.place)])
                let seen = min(end.bytes - bytes, Double(WriteAheadLogMark.maximumBytes))
                let share = events * seen / (end.bytes - bytes)
                return try result.rows.map { row in
                    TableShare(
                        table: try row.text("table_name"), bytesPerEvent: try row.double("bytes") / share,
                        wholePageBytesPerEvent: try row.double("whole_page_bytes") / share)
                }
            } catch let error as PostgresError {
                Output.note("the log cannot be looked at by table: \(error)")
                return []
            }
        }
    }

    /// What one table has put into the log.
    struct TableShare: Sendable {
        let table: String
        let bytesPerEvent: Double
        let wholePageBytesPerEvent: Double
    }
}
