import CLibPQ
import Glibc

/// What one statement returned. Rows stay in libpq's memory and are decoded when they are read.
public final class QueryResult: Sendable {
    /// A column of the result.
    public struct Column: Sendable, Hashable {
        /// Its name or alias.
        public let name: String
        /// The object identifier of its type.
        public let type: UInt32
    }

    /// The statement that was run.
    public let statementName: String
    /// How many rows came back.
    public let rowCount: Int
    let columnCount: Int
    private let handle: ResultHandle

    init(_ handle: ResultHandle, statementName: String) {
        self.handle = handle
        self.statementName = statementName
        rowCount = Int(PQntuples(handle.pointer))
        columnCount = Int(PQnfields(handle.pointer))
    }

    /// How many rows the statement inserted, updated, deleted or selected; 0 for others.
    public var affectedRows: Int { Int(String(cString: PQcmdTuples(handle.pointer))) ?? 0 }

    /// Whether a COMMIT of an aborted transaction answered, as the server does without an error, by rolling back.
    var isRollback: Bool { strcmp(PQcmdStatus(handle.pointer), "ROLLBACK") == 0 }

    /// The columns, left to right.
    public var columns: [Column] {
        (0..<columnCount).map { Column(name: columnName($0), type: PQftype(handle.pointer, Int32($0))) }
    }

    /// All rows in order.
    public var rows: some RandomAccessCollection<Row> & Sendable { Rows(result: self) }

    /// The row at that place, from 0. Reading from a row that does not exist throws a `decoding` error.
    public subscript(row: Int) -> Row { Row(result: self, index: row) }

    /// The only row. Throws a `decoding` error unless there is exactly one.
    public func onlyRow() throws(PostgresError) -> Row {
        guard rowCount == 1 else {
            throw PostgresError(.decoding, "one row was expected, not \(rowCount)", statementName: statementName)
        }
        return self[0]
    }

    /// The column's name as errors say it; its place where it has none.
    func title(of column: ColumnName) -> String {
        switch column.reference {
        case .name(let name): name.description
        case .ordinal(let ordinal): (0..<columnCount).contains(ordinal) ? columnName(ordinal) : "\(ordinal)"
        }
    }

    private func columnName(_ ordinal: Int) -> String {
        PQfname(handle.pointer, Int32(ordinal)).map { String(cString: $0) } ?? "\(ordinal)"
    }

    /// Where the column stands. A result has few columns, so that comparing their names costs less than a table of them.
    private func ordinal(of column: ColumnName) throws(DecodingProblem) -> Int32 {
        switch column.reference {
        case .ordinal(let ordinal):
            guard ordinal >= 0, ordinal < columnCount else { throw .noSuchColumn(count: columnCount) }
            return Int32(ordinal)
        case .name(let name):
            var found: Int32?
            for ordinal in 0..<Int32(columnCount) where name.equals(PQfname(handle.pointer, ordinal)) {
                guard found == nil else { throw .manyColumns }
                found = ordinal
            }
            guard let found else { throw .noSuchColumn(count: columnCount) }
            return found
        }
    }

    /// Lets the body read one cell; `nil` is a null. The bytes are valid during the call only.
    func withCell<Value>(
        row: Int, column: ColumnName, _ body: (BinaryDecoder.Cell?) throws(DecodingProblem) -> Value
    ) throws(DecodingProblem) -> Value {
        let column = try ordinal(of: column)
        guard row >= 0, row < rowCount else { throw .noSuchRow(row, count: rowCount) }
        let row = Int32(row)
        guard PQgetisnull(handle.pointer, row, column) == 0 else { return try body(nil) }
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(handle.pointer, row, column), count: Int(PQgetlength(handle.pointer, row, column)))
        return try withExtendedLifetime(self) { () throws(DecodingProblem) -> Value in
            try body(BinaryDecoder.Cell(type: PQftype(handle.pointer, column), bytes: bytes))
        }
    }
}

/// The rows of a result as a collection.
private struct Rows: RandomAccessCollection, Sendable {
    let result: QueryResult
    var startIndex: Int { 0 }
    var endIndex: Int { result.rowCount }
    subscript(position: Int) -> Row { result[position] }
}
