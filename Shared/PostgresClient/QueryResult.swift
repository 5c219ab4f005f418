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

    func columnName(_ column: Int) -> String {
        guard column >= 0, column < columnCount else { return "\(column)" }
        return PQfname(handle.pointer, Int32(column)).map { String(cString: $0) } ?? "\(column)"
    }

    /// Lets the body read one cell; `nil` is a null. The bytes are valid during the call only.
    func withCell<Value>(
        row: Int, column: Int, _ body: (BinaryDecoder.Cell?) throws(DecodingProblem) -> Value
    ) throws(DecodingProblem) -> Value {
        guard column >= 0, column < columnCount else { throw .noSuchColumn(column, count: columnCount) }
        guard row >= 0, row < rowCount else { throw .noSuchRow(row, count: rowCount) }
        let (row, column) = (Int32(row), Int32(column))
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
