/// A parameter of a statement, sent in PostgreSQL's binary format under its own type.
///
/// A null takes the type that the statement gives it. Where the column has another type than the value (`jsonb`, an
/// enum), write the cast in the statement: `$1::jsonb`.
public enum PostgresValue: Sendable, Hashable {
    /// SQL null.
    case null
    /// `boolean`.
    case bool(Bool)
    /// `smallint`.
    case int2(Int16)
    /// `integer`.
    case int4(Int32)
    /// `bigint`.
    case int8(Int64)
    /// `double precision`.
    case double(Double)
    /// `text`.
    case text(String)
    /// `bytea`.
    case bytes([UInt8])
    /// `uuid`.
    case uuid(PostgresUUID)
    /// `timestamptz`, in microseconds since 1970-01-01T00:00:00Z.
    case timestamp(microsecondsSinceUnixEpoch: Int64)
    /// `date`, in days since 1970-01-01.
    case date(daysSinceUnixEpoch: Int)
    /// `boolean[]`.
    case boolArray([Bool])
    /// `integer[]`.
    case int4Array([Int32])
    /// `integer[]` with nulls.
    case optionalInt4Array([Int32?])
    /// `bigint[]`.
    case int8Array([Int64])
    /// `bigint[]` with nulls.
    case optionalInt8Array([Int64?])
    /// `double precision[]`.
    case doubleArray([Double])
    /// `text[]`.
    case textArray([String])
    /// `text[]` with nulls.
    case optionalTextArray([String?])
    /// `bytea[]`.
    case bytesArray([[UInt8]])
    /// `bytea[]` with nulls.
    case optionalBytesArray([[UInt8]?])
    /// `uuid[]`.
    case uuidArray([PostgresUUID])
    /// `uuid[]` with nulls.
    case optionalUUIDArray([PostgresUUID?])
    /// `timestamptz[]`, in microseconds since 1970-01-01T00:00:00Z.
    case timestampArray([Int64])
    /// `timestamptz[]` with nulls, in microseconds since 1970-01-01T00:00:00Z.
    case optionalTimestampArray([Int64?])
    /// `date[]`, in days since 1970-01-01.
    case dateArray([Int])
    /// `date[]` with nulls, in days since 1970-01-01.
    case optionalDateArray([Int?])

    /// The type under which the server is told of the parameter.
    var type: UInt32 {
        switch self {
        case .null: PostgresType.unspecified
        case .bool: PostgresType.bool
        case .int2: PostgresType.int2
        case .int4: PostgresType.int4
        case .int8: PostgresType.int8
        case .double: PostgresType.float8
        case .text: PostgresType.text
        case .bytes: PostgresType.bytea
        case .uuid: PostgresType.uuid
        case .timestamp: PostgresType.timestamptz
        case .date: PostgresType.date
        case .boolArray: PostgresType.boolArray
        case .int4Array, .optionalInt4Array: PostgresType.int4Array
        case .int8Array, .optionalInt8Array: PostgresType.int8Array
        case .doubleArray: PostgresType.float8Array
        case .textArray, .optionalTextArray: PostgresType.textArray
        case .bytesArray, .optionalBytesArray: PostgresType.byteaArray
        case .uuidArray, .optionalUUIDArray: PostgresType.uuidArray
        case .timestampArray, .optionalTimestampArray: PostgresType.timestamptzArray
        case .dateArray, .optionalDateArray: PostgresType.dateArray
        }
    }
}
