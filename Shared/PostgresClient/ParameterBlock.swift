/// The parameters of one statement in binary format, in one run of bytes.
struct ParameterBlock: Sendable {
    /// Where one parameter lies; a negative length is a null, as in the wire protocol.
    struct Slice: Sendable, Equatable {
        let offset: Int
        let length: Int
    }

    /// PostgreSQL counts parameters in 16 bits.
    static let maximumCount = 65_535
    /// PostgreSQL refuses messages of a gibibyte; this leaves room for the rest of the message.
    static let maximumBytes = 1 << 29

    private(set) var bytes: [UInt8] = []
    private(set) var slices: [Slice] = []
    private(set) var types: [UInt32] = []

    /// The values in order. Fails for a date or time that PostgreSQL cannot hold and beyond the limits.
    init(_ values: [PostgresValue]) throws(EncodingProblem) {
        guard values.count <= ParameterBlock.maximumCount else { throw .tooManyParameters }
        slices.reserveCapacity(values.count)
        types.reserveCapacity(values.count)
        // A batch's documents are megabytes; growing to that size would copy them several times.
        bytes.reserveCapacity(values.reduce(0) { $0 + $1.sizeEstimate })
        for value in values {
            types.append(value.type)
            let offset = bytes.count
            guard value != .null else {
                slices.append(Slice(offset: offset, length: -1))
                continue
            }
            try bytes.append(value: value)
            guard bytes.count <= ParameterBlock.maximumBytes else { throw .tooLarge }
            slices.append(Slice(offset: offset, length: bytes.count - offset))
        }
    }
}

extension PostgresValue {
    /// About how many bytes the binary form takes: right for what can be long.
    fileprivate var sizeEstimate: Int {
        let perElement = 20
        return switch self {
        case .text(let value): value.utf8.count
        case .bytes(let value): value.count
        case .textArray(let values): values.reduce(perElement) { $0 + $1.utf8.count + 4 }
        case .optionalTextArray(let values): values.reduce(perElement) { $0 + ($1?.utf8.count ?? 0) + 4 }
        case .bytesArray(let values): values.reduce(perElement) { $0 + $1.count + 4 }
        case .optionalBytesArray(let values): values.reduce(perElement) { $0 + ($1?.count ?? 0) + 4 }
        case .uuidArray(let values): perElement * (values.count + 1)
        case .int8Array(let values): perElement * (values.count + 1)
        case .timestampArray(let values): perElement * (values.count + 1)
        default: perElement
        }
    }
}

/// Why a parameter cannot be sent.
enum EncodingProblem: Error, Equatable {
    case tooManyParameters
    case tooLarge
    case timestampOutOfRange
    case dateOutOfRange

    var sentence: String {
        switch self {
        case .tooManyParameters: "more than \(ParameterBlock.maximumCount) parameters; pass arrays"
        case .tooLarge: "more than \(ParameterBlock.maximumBytes) bytes of parameters; send smaller batches"
        case .timestampOutOfRange: "a moment is outside what PostgreSQL can hold"
        case .dateOutOfRange: "a date is outside what PostgreSQL can hold"
        }
    }
}

extension [UInt8] {
    /// Appends the binary form of one value that is not null.
    fileprivate mutating func append(value: PostgresValue) throws(EncodingProblem) {
        switch value {
        case .null: break
        case .bool(let value): append(value ? 1 : 0)
        case .int2(let value): append(bigEndian: value)
        case .int4(let value): append(bigEndian: value)
        case .int8(let value): append(bigEndian: value)
        case .double(let value): append(bigEndian: value.bitPattern)
        case .text(let value): append(contentsOf: value.utf8)
        case .bytes(let value): append(contentsOf: value)
        case .uuid(let value): append(uuid: value)
        case .timestamp(let value): try append(timestamp: value)
        case .date(let value): try append(date: value)
        default: try append(array: value)
        }
    }

    private mutating func append(array value: PostgresValue) throws(EncodingProblem) {
        switch value {
        case .boolArray(let values): try appendArray(values, of: PostgresType.bool) { $0.append($1 ? 1 : 0) }
        case .int4Array(let values): try appendArray(values, of: PostgresType.int4) { $0.append(bigEndian: $1) }
        case .optionalInt4Array(let values):
            try appendArray(values, of: PostgresType.int4) { $0.append(bigEndian: $1) }
        case .int8Array(let values): try appendArray(values, of: PostgresType.int8) { $0.append(bigEndian: $1) }
        case .optionalInt8Array(let values):
            try appendArray(values, of: PostgresType.int8) { $0.append(bigEndian: $1) }
        case .doubleArray(let values):
            try appendArray(values, of: PostgresType.float8) { $0.append(bigEndian: $1.bitPattern) }
        case .textArray(let values): try appendArray(values, of: PostgresType.text) { $0.append(contentsOf: $1.utf8) }
        case .optionalTextArray(let values):
            try appendArray(values, of: PostgresType.text) { $0.append(contentsOf: $1.utf8) }
        case .bytesArray(let values): try appendArray(values, of: PostgresType.bytea) { $0.append(contentsOf: $1) }
        case .optionalBytesArray(let values):
            try appendArray(values, of: PostgresType.bytea) { $0.append(contentsOf: $1) }
        case .uuidArray(let values): try appendArray(values, of: PostgresType.uuid) { $0.append(uuid: $1) }
        case .optionalUUIDArray(let values): try appendArray(values, of: PostgresType.uuid) { $0.append(uuid: $1) }
        case .timestampArray(let values):
            try appendArray(values, of: PostgresType.timestamptz) { (bytes, value) throws(EncodingProblem) in
                try bytes.append(timestamp: value)
            }
        case .optionalTimestampArray(let values):
            try appendArray(values, of: PostgresType.timestamptz) { (bytes, value) throws(EncodingProblem) in
                try bytes.append(timestamp: value)
            }
        case .dateArray(let values):
            try appendArray(values, of: PostgresType.date) { (bytes, value) throws(EncodingProblem) in
                try bytes.append(date: value)
            }
        case .optionalDateArray(let values):
            try appendArray(values, of: PostgresType.date) { (bytes, value) throws(EncodingProblem) in
                try bytes.append(date: value)
            }
        default: break
        }
    }

    private mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    private mutating func append(uuid value: PostgresUUID) {
        append(bigEndian: value.high)
        append(bigEndian: value.low)
    }

    private mutating func append(timestamp value: Int64) throws(EncodingProblem) {
        let (moved, overflow) = value.subtractingReportingOverflow(PostgresType.epochOffsetMicroseconds)
        // The extremes mean infinity on the wire.
        guard !overflow, moved != .min else { throw .timestampOutOfRange }
        append(bigEndian: moved)
    }

    private mutating func append(date value: Int) throws(EncodingProblem) {
        let (moved, overflow) = value.subtractingReportingOverflow(PostgresType.epochOffsetDays)
        guard !overflow, let days = Int32(exactly: moved), days != .min, days != .max else { throw .dateOutOfRange }
        append(bigEndian: days)
    }

    private mutating func appendArray<Value>(
        _ values: [Value], of type: UInt32, _ encode: (inout [UInt8], Value) throws(EncodingProblem) -> Void
    ) throws(EncodingProblem) {
        appendArrayHeader(count: values.count, type: type, hasNull: false)
        for value in values { try appendElement(value, encode) }
    }

    private mutating func appendArray<Value>(
        _ values: [Value?], of type: UInt32, _ encode: (inout [UInt8], Value) throws(EncodingProblem) -> Void
    ) throws(EncodingProblem) {
        appendArrayHeader(count: values.count, type: type, hasNull: values.contains { $0 == nil })
        for value in values {
            if let value { try appendElement(value, encode) } else { append(bigEndian: Int32(-1)) }
        }
    }

    /// Dimensions, null flag, element type; then, unless it is empty, length and lower bound of the one dimension.
    private mutating func appendArrayHeader(count: Int, type: UInt32, hasNull: Bool) {
        append(bigEndian: Int32(count == 0 ? 0 : 1))
        append(bigEndian: Int32(hasNull ? 1 : 0))
        append(bigEndian: type)
        guard count > 0 else { return }
        append(bigEndian: Int32(truncatingIfNeeded: count))
        append(bigEndian: Int32(1))
    }

    private mutating func appendElement<Value>(
        _ value: Value, _ encode: (inout [UInt8], Value) throws(EncodingProblem) -> Void
    ) throws(EncodingProblem) {
        let start = count
        append(bigEndian: Int32(0))
        try encode(&self, value)
        let length = UInt32(truncatingIfNeeded: count - start - 4)
        for index in 0..<4 { self[start + index] = UInt8(truncatingIfNeeded: length >> UInt32(24 - index * 8)) }
    }
}
