import PostgresClient

/// What a statement costs, in pages that PostgreSQL looks at: a count that does not depend on the machine.
public enum Pages {
    /// Stands before a statement whose pages are counted. The statement is carried out.
    public static let explaining = "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, FORMAT TEXT) "

    /// Pages of a statement that begins with `explaining`, those of functions that it calls included.
    public static func read(
        by statement: SQLStatement, _ parameters: [PostgresValue], on connection: PostgresConnection
    ) async throws -> Int {
        let lines = try await connection.run(statement, parameters).rows.map { try $0.text("QUERY PLAN") }
        // The first line of them is the topmost node's, which counts everything below it.
        guard let buffers = lines.first(where: { $0.contains("Buffers: shared") }) else { return 0 }
        return buffers.split(separator: " ").reduce(0) { sum, word in
            let parts = word.split(separator: "=")
            guard parts.count == 2, parts[0] == "hit" || parts[0] == "read" else { return sum }
            return sum + (Int(parts[1]) ?? 0)
        }
    }
}
