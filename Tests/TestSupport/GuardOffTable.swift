import Synchronization

/// What the guard-off tests have shown, as one table: printed when every guard has shown itself.
public final class GuardOffTable: Sendable {
    /// One guard, seen with and without.
    public struct Row: Sendable {
        let guardName: String
        let promise: String
        let whole: String
        let broken: String

        /// A guard's name, what it promises, what was seen with it and what without.
        public init(guardName: String, promise: String, whole: String, broken: String) {
            self.guardName = guardName
            self.promise = promise
            self.whole = whole
            self.broken = broken
        }
    }

    /// The table of this test run.
    public static let shared = GuardOffTable()

    private let rows = Mutex<[Row]>([])

    /// Notes a guard; the last of `total` prints the table.
    public func add(_ row: Row, of total: Int) {
        let complete = rows.withLock { rows -> [Row]? in
            rows.append(row)
            return rows.count == total ? rows : nil
        }
        if let complete { print(GuardOffTable.text(complete)) }
    }

    static func text(_ rows: [Row]) -> String {
        let cells =
            [["guard", "promise", "with it", "without"]]
            + rows.sorted { $0.guardName < $1.guardName }.map { [$0.guardName, $0.promise, $0.whole, $0.broken] }
        let widths = (0..<4).map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { line in
            zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
