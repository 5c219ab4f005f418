/// Rows under headings, as wide as their contents. Every cell is somebody else's text until it is escaped.
public struct Table: Sendable {
    private let headings: [String]
    private var rows: [[String]] = []
    private let gap: String

    /// A table without rows; `gap` blanks stand between columns.
    public init(_ headings: [String], gap: Int = 2) {
        self.headings = headings.map { TerminalText(escaping: $0).string }
        self.gap = String(repeating: " ", count: gap)
    }

    /// Whether it has no rows.
    public var isEmpty: Bool { rows.isEmpty }

    /// Adds a row: as many cells as there are headings.
    public mutating func add(_ cells: [String]) { rows.append(cells.map { TerminalText(escaping: $0).string }) }

    /// The table in lines, without a line end behind the last.
    public var text: TerminalText {
        let all = [headings] + rows
        let widths = headings.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        // A column of numbers reads from the right.
        let isNumeric = headings.indices.map { column in
            !rows.isEmpty && rows.allSatisfy { $0[column].allSatisfy { $0.isNumber || $0 == "." } }
        }
        func line(_ cells: [String]) -> String {
            var text = ""
            for (column, cell) in cells.enumerated() {
                let space = String(repeating: " ", count: max(0, widths[column] - cell.count))
                text += (column == 0 ? "" : gap) + (isNumeric[column] ? space + cell : cell + space)
            }
            return String(text.reversed().drop { $0 == " " }.reversed())
        }
        let rule = widths.map { String(repeating: "-", count: $0) }
        return TerminalText(lines: [line(headings), line(rule)] + rows.map(line))
    }
}
