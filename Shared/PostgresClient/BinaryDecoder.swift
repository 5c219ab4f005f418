/// Reads PostgreSQL's binary format. Pure: a cell in, a value or the reason why not out.
enum BinaryDecoder {
    /// One value that is not null, with its type.
    struct Cell {
        let type: UInt32
        let bytes: UnsafeRawBufferPointer
    }

    static func bool(_ cell: Cell) throws(DecodingProblem) -> Bool {
        guard cell.type == PostgresType.bool else { throw .type(cell.type, wanted: "boolean") }
        return try integer(cell.bytes, UInt8.self) != 0
    }

    /// Any of the three integer types that fits, and `oid`.
    static func int8(_ cell: Cell) throws(DecodingProblem) -> Int64 {
        switch cell.type {
        case PostgresType.int8: try integer(cell.bytes, Int64.self)
        case PostgresType.int4: Int64(try integer(cell.bytes, Int32.self))
        case PostgresType.int2: Int64(try integer(cell.bytes, Int16.self))
        case PostgresType.oid: Int64(try integer(cell.bytes, UInt32.self))
        default: throw .type(cell.type, wanted: "bigint")
        }
    }

    static func int4(_ cell: Cell) throws(DecodingProblem) -> Int32 {
        switch cell.type {
        case PostgresType.int4: try integer(cell.bytes, Int32.self)
        case PostgresType.int2: Int32(try integer(cell.bytes, Int16.self))
        default: throw .type(cell.type, wanted: "integer")
        }
    }

    static func int2(_ cell: Cell) throws(DecodingProblem) -> Int16 {
        guard cell.type == PostgresType.int2 else { throw .type(cell.type, wanted: "smallint") }
        return try integer(cell.bytes, Int16.self)
    }

    static func double(_ cell: Cell) throws(DecodingProblem) -> Double {
        switch cell.type {
        case PostgresType.float8: Double(bitPattern: try integer(cell.bytes, UInt64.self))
        case PostgresType.float4: Double(Float(bitPattern: try integer(cell.bytes, UInt32.self)))
        default: throw .type(cell.type, wanted: "double precision")
        }
    }

    /// Any type whose binary form is its text, and `jsonb`, whose form is a version byte and its text.
    static func text(_ cell: Cell) throws(DecodingProblem) -> String {
        var bytes = cell.bytes
        switch cell.type {
        case PostgresType.text, PostgresType.varchar, PostgresType.bpchar, PostgresType.name, PostgresType.json,
            PostgresType.unknown:
            break
        case PostgresType.jsonb:
            guard bytes.first == 1 else { throw .malformed }
            bytes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
        default: throw .type(cell.type, wanted: "text")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        return text
    }

    static func bytes(_ cell: Cell) throws(DecodingProblem) -> [UInt8] {
        guard cell.type == PostgresType.bytea else { throw .type(cell.type, wanted: "bytea") }
        return Array(cell.bytes)
    }

    static func uuid(_ cell: Cell) throws(DecodingProblem) -> PostgresUUID {
        guard cell.type == PostgresType.uuid else { throw .type(cell.type, wanted: "uuid") }
        guard let uuid = PostgresUUID(bytes: cell.bytes) else { throw .malformed }
        return uuid
    }

    /// Microseconds since the Unix epoch.
    static func timestamp(_ cell: Cell) throws(DecodingProblem) -> Int64 {
        guard cell.type == PostgresType.timestamptz else { throw .type(cell.type, wanted: "timestamptz") }
        let moved = try integer(cell.bytes, Int64.self)
        guard moved != .max, moved != .min else { throw .infinite }
        let (value, overflow) = moved.addingReportingOverflow(PostgresType.epochOffsetMicroseconds)
        guard !overflow else { throw .malformed }
        return value
    }

    /// Days since the Unix epoch.
    static func date(_ cell: Cell) throws(DecodingProblem) -> Int {
        guard cell.type == PostgresType.date else { throw .type(cell.type, wanted: "date") }
        let days = try integer(cell.bytes, Int32.self)
        guard days != .max, days != .min else { throw .infinite }
        return Int(days) + PostgresType.epochOffsetDays
    }

    /// A one-dimensional array whose elements may be null.
    static func optionalArray<Element>(
        _ cell: Cell, _ decode: (Cell) throws(DecodingProblem) -> Element
    ) throws(DecodingProblem) -> [Element?] {
        var reader = ArrayReader(bytes: cell.bytes)
        // An array opens with dimensions, null flag and element type; anything shorter is some other type.
        guard arrayTypes.contains(cell.type) else { throw .type(cell.type, wanted: "an array") }
        let dimensions = try reader.int32()
        _ = try reader.int32()
        let elementType = UInt32(bitPattern: try reader.int32())
        guard dimensions != 0 else { return [] }
        guard dimensions == 1 else { throw .manyDimensions }
        let count = Int(try reader.int32())
        _ = try reader.int32()
        // Every element takes four bytes at least: a count beyond that would reserve memory for nothing.
        guard count >= 0, count <= cell.bytes.count / 4 else { throw .malformed }
        var values: [Element?] = []
        values.reserveCapacity(count)
        for _ in 0..<count {
            guard let bytes = try reader.element() else {
                values.append(nil)
                continue
            }
            values.append(try decode(Cell(type: elementType, bytes: bytes)))
        }
        return values
    }

    /// A one-dimensional array without nulls.
    static func array<Element>(
        _ cell: Cell, _ decode: (Cell) throws(DecodingProblem) -> Element
    ) throws(DecodingProblem) -> [Element] {
        var values: [Element] = []
        for value in try optionalArray(cell, decode) {
            guard let value else { throw .nullElement }
            values.append(value)
        }
        return values
    }

    private static let arrayTypes: Set<UInt32> = [
        PostgresType.boolArray, PostgresType.byteaArray, 1005, PostgresType.int4Array, PostgresType.textArray, 1015,
        1003, PostgresType.int8Array, PostgresType.float8Array, PostgresType.dateArray, PostgresType.timestamptzArray,
        PostgresType.uuidArray,
    ]

    fileprivate static func integer<Number: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer, _ type: Number.Type
    ) throws(DecodingProblem) -> Number {
        guard bytes.count == MemoryLayout<Number>.size else { throw .malformed }
        return Number(bigEndian: bytes.loadUnaligned(as: Number.self))
    }
}

/// Walks through the binary form of an array.
private struct ArrayReader {
    let bytes: UnsafeRawBufferPointer
    var offset = 0

    mutating func int32() throws(DecodingProblem) -> Int32 {
        try BinaryDecoder.integer(try take(4), Int32.self)
    }

    /// `nil` for a null element.
    mutating func element() throws(DecodingProblem) -> UnsafeRawBufferPointer? {
        let length = try int32()
        return length == -1 ? nil : try take(Int(length))
    }

    private mutating func take(_ count: Int) throws(DecodingProblem) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= bytes.count - offset else { throw .malformed }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }
}

/// Why a cell is not what was asked for. Holds no data.
enum DecodingProblem: Error, Equatable {
    case type(UInt32, wanted: String)
    case null
    case nullElement
    case notUTF8
    case infinite
    case manyDimensions
    case malformed
    case noSuchColumn(count: Int)
    case manyColumns
    case noSuchRow(Int, count: Int)

    var sentence: String {
        switch self {
        case .type(let type, let wanted):
            "is \(PostgresType.name(of: type)) where \(wanted) was asked for; cast it in the statement"
        case .null: "is null where a value was asked for"
        case .nullElement: "holds a null element where values were asked for"
        case .notUTF8: "is not valid UTF-8; the database should have the encoding UTF8"
        case .infinite: "is infinite, which has no number"
        case .manyDimensions: "is an array of more than one dimension"
        case .malformed: "does not have the binary form of its type"
        case .noSuchColumn(let count):
            "is none of the \(count) columns of the result; name it in the statement, or ask for it as it is named there"
        case .manyColumns: "stands more than once in the result; give one of them another name in the statement"
        case .noSuchRow(let row, let count): "was asked for in row \(row), and the result has \(count) rows"
        }
    }
}
