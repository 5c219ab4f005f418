import Contracts
import Messaging
import PostgresClient
import ServiceRegistry
import TestSupport

/// How large a table is.
struct TableSize: Equatable {
    let rows: Int
    /// With its indexes and what is stored beside it.
    let bytes: Int
}

extension TestDatabase {
    /// Every table of every service, as `<schema>.<table>`, after a vacuum: what a vacuum cannot give back is counted. Of one in
    /// partitions the sum.
    func tableSizes() async throws -> [String: TableSize] {
        try await run("VACUUM")
        let connection = try await connect()
        let result = try await connection.run(
            SQLStatement(
                name: "table_sizes",
                """
                SELECT
                    n.nspname || '.' || coalesce(whole.relname, c.relname),
                    sum((xpath(
                        '/row/rows/text()',
                        query_to_xml(format('SELECT count(*) AS rows FROM %I.%I', n.nspname, c.relname), false, true, '')
                    ))[1]::text::int8)::int8,
                    sum(pg_total_relation_size(c.oid))::int8
                FROM pg_class c
                JOIN pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
                LEFT JOIN pg_class whole ON whole.oid = i.inhparent
                WHERE c.relkind = 'r' AND n.nspname = ANY ($1::text[])
                GROUP BY 1
                """),
            [.textArray(ServiceRegistry.names.map(Migrator.schema(of:)))])
        await connection.close()
        return Dictionary(
            uniqueKeysWithValues: try result.rows.map {
                (try $0.text(0), TableSize(rows: Int(try $0.int8(1)), bytes: Int(try $0.int8(2))))
            })
    }
}
