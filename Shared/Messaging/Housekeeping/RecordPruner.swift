import PostgresClient
import ServiceRuntime
import Synchronization

/// Removes records that are older than policy keeps them, in steps of a few thousand rows, each a transaction of its own.
final class RecordPruner: Sendable {
    private static let noteAges = SQLStatement(name: "note_ages", bytes: PackageResources.note_ages_sql)

    private let rules: RetentionRules
    private let connection: LoopConnection
    private let metrics: EngineMetrics
    /// Pages of stretches whose rows were pruned, by table. Their ages are noted anew at once, and once more at the next look: a
    /// row that somebody's old snapshot may still see is noted as if it were there.
    private let stretches = Mutex<[String: Set<Int64>]>([:])

    init(rules: RetentionRules, connection: LoopConnection, metrics: EngineMetrics) {
        self.rules = rules
        self.connection = connection
        self.metrics = metrics
    }

    /// What is old now, in so many steps at the most; whether that was all.
    @discardableResult
    func prune(withinSteps steps: Int = .max) async throws -> Bool {
        var left = steps
        for record in rules.records {
            let before = stretches.withLock { $0.removeValue(forKey: record.table) ?? [] }
            try await noteAges(of: record, pages: before, again: false)
            repeat {
                guard left > 0, !Task.isCancelled else { return false }
                left -= 1
            } while try await step(record) == record.stepRows
        }
        return true
    }

    private func step(_ record: RecordKept) async throws -> Int64 {
        let (count, pages) = try await connection.withConnection { connection in
            let before = try await connection.run(record.before).onlyRow().timestamp("before")
            let parameters: [PostgresValue] = [
                .timestamp(microsecondsSinceUnixEpoch: before), .int8(record.stepRows),
            ]
            var pipeline = Pipeline()
            if let gate = record.gate {
                pipeline.simple("BEGIN")
                pipeline.add(gate)
            }
            pipeline.add(record.statement, parameters)
            if record.gate != nil { pipeline.simple("COMMIT") }
            let results = try await connection.run(pipeline)
            let row = try results[record.gate == nil ? 0 : 2].onlyRow()
            return (try row.int8("gone"), Set(try row.int8Array("pages")))
        }
        metrics.pruned(record.table).increment(by: Int(count))
        if record.index == .stretches { try await noteAges(of: record, pages: pages) }
        return count
    }

    private func noteAges(of record: RecordKept, pages: Set<Int64>, again: Bool = true) async throws {
        guard !pages.isEmpty else { return }
        stretches.withLock { $0[record.table, default: []].formUnion(pages) }
        try await connection.withConnection { connection in
            _ = try await connection.run(
                Self.noteAges, [.text(record.table + "_by_age"), .int8Array(pages.sorted())])
        }
        if !again { stretches.withLock { $0[record.table]?.subtract(pages) } }
    }
}
