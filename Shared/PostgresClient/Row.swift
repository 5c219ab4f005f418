/// One row of a result. Columns are read by name; every accessor checks that there is one such column and its type, and
/// throws a `decoding` error that names column and statement, never the value.
public struct Row: Sendable {
    let result: QueryResult
    let index: Int

    /// Whether the value is null.
    public func isNull(_ column: ColumnName) throws(PostgresError) -> Bool {
        try read(column) { (cell) throws(DecodingProblem) in cell == nil }
    }

    /// `boolean`.
    public func bool(_ column: ColumnName) throws(PostgresError) -> Bool { try value(column, BinaryDecoder.bool) }

    /// `boolean` or null.
    public func optionalBool(_ column: ColumnName) throws(PostgresError) -> Bool? {
        try optional(column, BinaryDecoder.bool)
    }

    /// `smallint`.
    public func int2(_ column: ColumnName) throws(PostgresError) -> Int16 { try value(column, BinaryDecoder.int2) }

    /// `smallint` or null.
    public func optionalInt2(_ column: ColumnName) throws(PostgresError) -> Int16? {
        try optional(column, BinaryDecoder.int2)
    }

    /// `integer` or `smallint`.
    public func int4(_ column: ColumnName) throws(PostgresError) -> Int32 { try value(column, BinaryDecoder.int4) }

    /// `integer` or `smallint`, or null.
    public func optionalInt4(_ column: ColumnName) throws(PostgresError) -> Int32? {
        try optional(column, BinaryDecoder.int4)
    }

    /// `bigint`, `integer`, `smallint` or `oid`.
    public func int8(_ column: ColumnName) throws(PostgresError) -> Int64 { try value(column, BinaryDecoder.int8) }

    /// `bigint`, `integer`, `smallint` or `oid`, or null.
    public func optionalInt8(_ column: ColumnName) throws(PostgresError) -> Int64? {
        try optional(column, BinaryDecoder.int8)
    }

    /// `double precision` or `real`.
    public func double(_ column: ColumnName) throws(PostgresError) -> Double { try value(column, BinaryDecoder.double) }

    /// `double precision` or `real`, or null.
    public func optionalDouble(_ column: ColumnName) throws(PostgresError) -> Double? {
        try optional(column, BinaryDecoder.double)
    }

    /// `text`, `varchar`, `character`, `name`, `json` or `jsonb`. Bytes that are not UTF-8 are refused.
    public func text(_ column: ColumnName) throws(PostgresError) -> String { try value(column, BinaryDecoder.text) }

    /// As `text`, or null.
    public func optionalText(_ column: ColumnName) throws(PostgresError) -> String? {
        try optional(column, BinaryDecoder.text)
    }

    /// `bytea`.
    public func bytes(_ column: ColumnName) throws(PostgresError) -> [UInt8] { try value(column, BinaryDecoder.bytes) }

    /// `bytea` or null.
    public func optionalBytes(_ column: ColumnName) throws(PostgresError) -> [UInt8]? {
        try optional(column, BinaryDecoder.bytes)
    }

    /// `uuid`.
    public func uuid(_ column: ColumnName) throws(PostgresError) -> PostgresUUID {
        try value(column, BinaryDecoder.uuid)
    }

    /// `uuid` or null.
    public func optionalUUID(_ column: ColumnName) throws(PostgresError) -> PostgresUUID? {
        try optional(column, BinaryDecoder.uuid)
    }

    /// `timestamptz` in microseconds since 1970-01-01T00:00:00Z. Infinity is refused.
    public func timestamp(_ column: ColumnName) throws(PostgresError) -> Int64 {
        try value(column, BinaryDecoder.timestamp)
    }

    /// `timestamptz` in microseconds since 1970-01-01T00:00:00Z, or null.
    public func optionalTimestamp(_ column: ColumnName) throws(PostgresError) -> Int64? {
        try optional(column, BinaryDecoder.timestamp)
    }

    /// `date` in days since 1970-01-01. Infinity is refused.
    public func date(_ column: ColumnName) throws(PostgresError) -> Int { try value(column, BinaryDecoder.date) }

    /// `date` in days since 1970-01-01, or null.
    public func optionalDate(_ column: ColumnName) throws(PostgresError) -> Int? {
        try optional(column, BinaryDecoder.date)
    }

    private func value<Value>(
        _ column: ColumnName, _ decode: (BinaryDecoder.Cell) throws(DecodingProblem) -> Value
    ) throws(PostgresError) -> Value {
        try read(column) { (cell) throws(DecodingProblem) in
            guard let cell else { throw .null }
            return try decode(cell)
        }
    }

    private func optional<Value>(
        _ column: ColumnName, _ decode: (BinaryDecoder.Cell) throws(DecodingProblem) -> Value
    ) throws(PostgresError) -> Value? {
        try read(column) { (cell) throws(DecodingProblem) -> Value? in
            guard let cell else { return nil }
            return try decode(cell)
        }
    }

    private func read<Value>(
        _ column: ColumnName, _ body: (BinaryDecoder.Cell?) throws(DecodingProblem) -> Value
    ) throws(PostgresError) -> Value {
        do throws(DecodingProblem) {
            return try result.withCell(row: index, column: column, body)
        } catch {
            let place = "column \(result.title(of: column)) \(error.sentence)"
            throw PostgresError(.decoding, place, statementName: result.statementName)
        }
    }
}

/// Arrays. A null array is refused by all of them; ask `isNull` where the column allows it.
extension Row {
    /// `boolean[]`.
    public func boolArray(_ column: ColumnName) throws(PostgresError) -> [Bool] {
        try array(column, BinaryDecoder.bool)
    }

    /// `integer[]`.
    public func int4Array(_ column: ColumnName) throws(PostgresError) -> [Int32] {
        try array(column, BinaryDecoder.int4)
    }

    /// `bigint[]` or `integer[]`.
    public func int8Array(_ column: ColumnName) throws(PostgresError) -> [Int64] {
        try array(column, BinaryDecoder.int8)
    }

    /// `bigint[]` or `integer[]` with nulls.
    public func optionalInt8Array(_ column: ColumnName) throws(PostgresError) -> [Int64?] {
        try optionalArray(column, BinaryDecoder.int8)
    }

    /// `double precision[]`.
    public func doubleArray(_ column: ColumnName) throws(PostgresError) -> [Double] {
        try array(column, BinaryDecoder.double)
    }

    /// `text[]`.
    public func textArray(_ column: ColumnName) throws(PostgresError) -> [String] {
        try array(column, BinaryDecoder.text)
    }

    /// `text[]` with nulls.
    public func optionalTextArray(_ column: ColumnName) throws(PostgresError) -> [String?] {
        try optionalArray(column, BinaryDecoder.text)
    }

    /// `bytea[]`.
    public func bytesArray(_ column: ColumnName) throws(PostgresError) -> [[UInt8]] {
        try array(column, BinaryDecoder.bytes)
    }

    /// `bytea[]` with nulls.
    public func optionalBytesArray(_ column: ColumnName) throws(PostgresError) -> [[UInt8]?] {
        try optionalArray(column, BinaryDecoder.bytes)
    }

    /// `uuid[]`.
    public func uuidArray(_ column: ColumnName) throws(PostgresError) -> [PostgresUUID] {
        try array(column, BinaryDecoder.uuid)
    }

    /// `uuid[]` with nulls.
    public func optionalUUIDArray(_ column: ColumnName) throws(PostgresError) -> [PostgresUUID?] {
        try optionalArray(column, BinaryDecoder.uuid)
    }

    /// `timestamptz[]` in microseconds since 1970-01-01T00:00:00Z.
    public func timestampArray(_ column: ColumnName) throws(PostgresError) -> [Int64] {
        try array(column, BinaryDecoder.timestamp)
    }

    /// `timestamptz[]` with nulls, in microseconds since 1970-01-01T00:00:00Z.
    public func optionalTimestampArray(_ column: ColumnName) throws(PostgresError) -> [Int64?] {
        try optionalArray(column, BinaryDecoder.timestamp)
    }

    /// `date[]` in days since 1970-01-01.
    public func dateArray(_ column: ColumnName) throws(PostgresError) -> [Int] { try array(column, BinaryDecoder.date) }

    /// `date[]` with nulls, in days since 1970-01-01.
    public func optionalDateArray(_ column: ColumnName) throws(PostgresError) -> [Int?] {
        try optionalArray(column, BinaryDecoder.date)
    }

    private func array<Element>(
        _ column: ColumnName, _ decode: (BinaryDecoder.Cell) throws(DecodingProblem) -> Element
    ) throws(PostgresError) -> [Element] {
        try value(column) { (cell) throws(DecodingProblem) in try BinaryDecoder.array(cell, decode) }
    }

    private func optionalArray<Element>(
        _ column: ColumnName, _ decode: (BinaryDecoder.Cell) throws(DecodingProblem) -> Element
    ) throws(PostgresError) -> [Element?] {
        try value(column) { (cell) throws(DecodingProblem) in try BinaryDecoder.optionalArray(cell, decode) }
    }
}
