/// Rows under headings, as wide as their contents and no wider than the terminal. Every cell is somebody else's text until it is
/// escaped.
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

    /// The table in lines as wide as the terminal at the most, without a line end behind the last.
    public var text: TerminalText { text(columns: Output.columns) }

    /// The table in lines of so many characters at the most, whether somebody looks at it or not.
    public func text(atMost columns: Int) -> TerminalText { text(columns: columns) }

    /// The table in lines of so many characters at the most; `nil` is as many as it takes.
    ///
    /// Where it does not fit, long cells go on below themselves. Where that would leave columns too narrow to be read, each row
    /// stands by itself, a line for each heading.
    func text(columns: Int?) -> TerminalText {
        let natural = headings.indices.map { column in ([headings] + rows).map { $0[column].count }.max() ?? 0 }
        guard let columns, width(natural) > columns else { return TerminalText(lines: grid(natural)) }
        guard let narrowed = narrowed(natural, to: columns) else { return TerminalText(lines: records(columns)) }
        return TerminalText(lines: grid(narrowed))
    }

    /// Below so many characters a column of several words cannot be read; a date takes as many.
    private static let leastWidth = 11
    /// A word without a place to break it at is broken anywhere where it is longer than that.
    private static let longestFragment = 24

    private func width(_ widths: [Int]) -> Int { widths.reduce(0, +) + gap.count * max(0, widths.count - 1) }

    /// The widths, the widest taken down first until all fit: as long as no word is broken, else as long as words are broken
    /// where they can be read. `nil` if that is not enough.
    private func narrowed(_ natural: [Int], to columns: Int) -> [Int]? {
        narrowed(natural, to: columns) { $0.split(separator: " ") }
            ?? narrowed(natural, to: columns) { cell in
                cell.split(separator: " ").flatMap(\.fragments).map { $0.prefix(Table.longestFragment) }
            }
    }

    private func narrowed(_ natural: [Int], to columns: Int, _ parts: (String) -> [Substring]) -> [Int]? {
        let least = natural.indices.map { column in
            let cells = ([headings] + rows).map { $0[column] }
            let longest = cells.flatMap(parts).map(\.count).max() ?? 0
            let hasWords = cells.contains { $0.contains(" ") }
            return max(longest, hasWords ? min(natural[column], Table.leastWidth) : 0)
        }
        var widths = natural
        while width(widths) > columns {
            let narrower = widths.indices.filter { widths[$0] > least[$0] }
            guard let widest = narrower.max(by: { widths[$0] < widths[$1] }) else { return nil }
            widths[widest] -= 1
        }
        return widths
    }

    private func grid(_ widths: [Int]) -> [String] {
        // A column of numbers reads from the right.
        let isNumeric = headings.indices.map { column in
            !rows.isEmpty && rows.allSatisfy { $0[column].allSatisfy { $0.isNumber || $0 == "." } }
        }
        func lines(_ cells: [String]) -> [String] {
            let parts = cells.enumerated().map { column, cell in cell.wrapped(to: widths[column]) }
            return (0..<(parts.map(\.count).max() ?? 0)).map { number in
                var text = ""
                for (column, part) in parts.enumerated() {
                    let cell = number < part.count ? part[number] : ""
                    let space = String(repeating: " ", count: max(0, widths[column] - cell.count))
                    text += (column == 0 ? "" : gap) + (isNumeric[column] ? space + cell : cell + space)
                }
                return text.withoutBlanksBehind
            }
        }
        let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: gap)
        return lines(headings) + [rule] + rows.flatMap(lines)
    }

    /// A row as lines of heading and cell; cells without a text are left out.
    private func records(_ columns: Int) -> [String] {
        let left = (headings.map(\.count).max() ?? 0) + 2
        return rows.enumerated().flatMap { place, row in
            (place == 0 ? [] : [""])
                + zip(headings, row).filter { !$1.isEmpty }.flatMap { heading, cell in
                    cell.wrapped(to: max(Table.leastWidth, columns - left)).enumerated().map { number, part in
                        (number == 0 ? heading : "").padded(to: left) + part
                    }
                }
        }
    }
}

extension String {
    fileprivate var withoutBlanksBehind: String { String(reversed().drop { $0 == " " }.reversed()) }

    /// The text in lines of so many characters at the most, broken at blanks; where there is none behind a full stop, a hyphen
    /// or the like, else anywhere.
    public func wrapped(to width: Int) -> [String] {
        guard count > width, width > 0 else { return [self] }
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ", omittingEmptySubsequences: false) {
            var rest = Substring(word)
            if !line.isEmpty, line.count + 1 + rest.count <= width {
                line += " " + rest
                continue
            }
            if !line.isEmpty { lines.append(line) }
            while rest.count > width {
                let head = rest.prefix(width)
                let end = head.lastIndex(where: \.isBreak).map(head.index(after:)) ?? head.endIndex
                lines.append(String(rest[..<end]))
                rest = rest[end...]
            }
            line = String(rest)
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }
}

extension Substring {
    /// A word in the parts in which it can be broken.
    fileprivate var fragments: [Substring] {
        var fragments: [Substring] = []
        var rest = self
        while let end = rest.firstIndex(where: \.isBreak) {
            fragments.append(rest[...end])
            rest = rest[rest.index(after: end)...]
        }
        return rest.isEmpty ? fragments : fragments + [rest]
    }
}

extension Character {
    /// Whether a word may be broken behind it.
    fileprivate var isBreak: Bool { ".-/_@:=?&,".contains(self) }
}
