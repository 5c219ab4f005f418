import Contracts
import Messaging
import PostgresClient
import ServiceRegistry
import TestSupport

/// How large a table is.
struct TableSize: Equatable {
    let rows: Int
    /// Of the rows as text. Not of the files: how many versions of a row stood at the same time depends on how a day's events
    /// came together, and a file stays as large as on its busiest day. Not as compressed: that depends on what is alike.
    let bytes: Int
}

extension TestDatabase {
    /// Every table of every service, as `<schema>.<table>`. Of one in partitions the sum.
    func tableSizes() async throws -> [String: TableSize] {
        let connection = try await connect()
        let result = try await connection.run(
            SQLStatement(
                name: "table_sizes",
                """
                SELECT
                    n.nspname || '.' || coalesce(whole.relname, c.relname) AS table_name,
                    sum((xpath('/row/rows/text()', counted))[1]::text::int8)::int8 AS rows,
                    sum((xpath('/row/bytes/text()', counted))[1]::text::int8)::int8 AS bytes
                FROM pg_class c
                JOIN pg_namespace n ON n.oid = c.relnamespace
                CROSS JOIN LATERAL query_to_xml(
                    format(
                        'SELECT count(*) AS rows, coalesce(sum(octet_length(t::text)), 0) AS bytes FROM %I.%I t',
                        n.nspname, c.relname),
                    false, true, '') AS counted
                LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
                LEFT JOIN pg_class whole ON whole.oid = i.inhparent
                WHERE c.relkind = 'r' AND n.nspname = ANY ($1::text[])
                GROUP BY 1
                """),
            [.textArray(ServiceRegistry.names.map(Migrator.schema(of:)))])
        await connection.close()
        return Dictionary(
            uniqueKeysWithValues: try result.rows.map {
                (
                    try $0.text("table_name"),
                    TableSize(rows: Int(try $0.int8("rows")), bytes: Int(try $0.int8("bytes")))
                )
            })
    }
}
