import PostgresClient
import Safeguarding

extension Engine {
    /// Says what each kind of clock means, and sets those that run without an event.
    func declareClocks() async throws {
        let procedure = transaction.procedure
        try await persistently("clock-kinds") {
            try await pool.withConnection { connection in
                let kinds = ClockKind.declaration(of: procedure.clockKinds)
                _ = try await connection.run(kinds.statement, kinds.parameters)
                let now = try await connection.run(SQL.readClock, []).instant()
                let standing = procedure.standingClocks(now: now).sorted { $0.key.text < $1.key.text }
                guard !standing.isEmpty else { return }
                _ = try await connection.run(
                    SQL.armStandingDeadlines,
                    [
                        .textArray(standing.map(\.key.text)), .uuidArray(standing.map(\.household.uuid)),
                        .timestampArray(standing.map(\.due.microsecondsSinceEpoch)),
                        .bytesArray(standing.map(\.explanation)),
                    ])
            }
        }
    }

    func checkSchema() async throws {
        let schema = settings.spec.schema
        let problem = try await persistently("schema-check", isStarting: true) {
            try await pool.withConnection { connection in
                do {
                    let row = try await connection.run(SQL.findSchema, [.text(schema)]).onlyRow()
                    return settings.spec.problem(
                        engine: Int(try row.int8("engine_steps")), own: Int(try row.int8("own_steps")))
                } catch let error as PostgresError where error.sqlState == "42P01" || error.sqlState == "3F000" {
                    // Not even the table that says which migrations there are.
                    return EngineError.notMigrated(schema: schema)
                }
            }
        }
        if let problem { throw problem }
    }
}
