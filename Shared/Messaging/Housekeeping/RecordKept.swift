import PostgresClient
import Safeguarding

/// A table whose rows are records that policy keeps for a time: by which column they age, whose they are, and what must not be
/// removed. Each service declares its own; the engine's tables are added to them.
public struct RecordKept: Sendable {
    /// How the column of ages is indexed.
    public enum AgeIndex: Sendable {
        /// By a btree.
        case ordered
        /// By a BRIN named `<table>_by_age` with stretches of 128 pages, which are noted anew where they were pruned.
        case stretches
    }

    /// The table, in the service's own schema.
    public let table: String
    /// How long it is kept.
    public let length: RetentionLength
    let index: AgeIndex
    let statement: SQLStatement
    /// What is locked before the statement looks, in a transaction of both; `nil` where a row needs no more than its own lock.
    let gate: SQLStatement?
    /// Rows removed in one step.
    let stepRows: Int64

    /// Rows of `table`, named `kept` in the conditions, whose `age` is older than `length`.
    ///
    /// - Parameters:
    ///   - households: SQL for an array of the households that a row belongs to; `nil` where it belongs to none.
    ///   - unless: SQL conditions under which a row stays, whatever its age. `$1` is the moment before which rows are old.
    ///   - parts: SQL statements that remove what leaves with the rows; those are named `gone` there.
    ///   - gate: an SQL statement that locks what those who write the parts have locked.
    ///   - stepRows: rows removed in one transaction.
    public init(
        _ table: StaticString, age: StaticString, _ length: RetentionLength, index: AgeIndex = .ordered,
        households: StaticString? = nil, unless: [StaticString] = [], parts: [StaticString] = [],
        gate: StaticString? = nil, stepRows: Int64 = 5000
    ) {
        self.table = "\(table)"
        self.length = length
        self.index = index
        self.stepRows = stepRows
        self.gate = gate.map { SQLStatement(name: "gate_\(table)", "\($0)") }
        let holds = households.map { "h.household IS NULL OR h.household = ANY (\($0))" } ?? "h.household IS NULL"
        let stay =
            unless.map { "\n    AND NOT (\($0))" }.joined()
            + "\n    AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.lifted_at IS NULL AND (\(holds)))"
        let others = parts.enumerated().map { ",\npart_\($0.offset) AS (\($0.element))" }.joined()
        // By its place: rows are found once, and one that is changed meanwhile has another place and stays.
        statement = SQLStatement(
            name: "prune_\(table)",
            """
            WITH gone AS (
                DELETE FROM \(table)
                WHERE ctid = ANY (ARRAY (
                    SELECT kept.ctid FROM \(table) kept
                    WHERE kept.\(age) < $1::timestamptz\(stay)
                    LIMIT $2::int8
                ))
                RETURNING ctid\(parts.isEmpty ? "" : ", *")
            )\(others)
            SELECT
                count(*) AS gone,
                coalesce(array_agg(DISTINCT ((ctid::text::point)[0]::int8 / 128) * 128), '{}') AS pages
            FROM gone
            """)
    }

    /// The moment before which rows are old.
    var before: SQLStatement {
        switch length {
        case .years(let years):
            SQLStatement(name: "years_ago_\(years)", "SELECT app.now() - make_interval(years => \(years)) AS before")
        case .days(let days):
            SQLStatement(name: "days_ago_\(days)", "SELECT app.now() - make_interval(days => \(days)) AS before")
        }
    }
}

extension RecordKept {
    /// What every service keeps: clocks that were moved on request, and the requests themselves, whose conditions name the
    /// service's own tables that refer to them.
    static func ofEngine(
        clockMoves: RetentionLength, operatorRequests: RetentionLength, unless: [StaticString]
    ) -> [RecordKept] {
        [
            RecordKept("clock_move", age: "moved_at", clockMoves, households: "ARRAY[kept.household]"),
            RecordKept(
                "operator_request", age: "done_at", operatorRequests, households: "ARRAY[kept.household]",
                unless: [
                    "EXISTS (SELECT FROM clock_move m WHERE m.request = kept.id)",
                    "EXISTS (SELECT FROM legal_hold l WHERE kept.id IN (l.request, l.lifting_request))",
                ] + unless),
        ]
    }
}
