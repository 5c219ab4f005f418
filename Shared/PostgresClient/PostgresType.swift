/// The object identifiers of the built-in types that this client reads or writes (PostgreSQL's `pg_type.dat`).
enum PostgresType {
    static let unspecified: UInt32 = 0
    static let bool: UInt32 = 16
    static let bytea: UInt32 = 17
    static let name: UInt32 = 19
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let oid: UInt32 = 26
    static let json: UInt32 = 114
    static let float4: UInt32 = 700
    static let float8: UInt32 = 701
    static let unknown: UInt32 = 705
    static let bpchar: UInt32 = 1042
    static let varchar: UInt32 = 1043
    static let date: UInt32 = 1082
    static let timestamptz: UInt32 = 1184
    static let uuid: UInt32 = 2950
    static let jsonb: UInt32 = 3802

    static let boolArray: UInt32 = 1000
    static let byteaArray: UInt32 = 1001
    static let int4Array: UInt32 = 1007
    static let textArray: UInt32 = 1009
    static let int8Array: UInt32 = 1016
    static let float8Array: UInt32 = 1022
    static let dateArray: UInt32 = 1182
    static let timestamptzArray: UInt32 = 1185
    static let uuidArray: UInt32 = 2951

    /// Microseconds from the Unix epoch to PostgreSQL's, 2000-01-01.
    static let epochOffsetMicroseconds: Int64 = 946_684_800_000_000
    /// Days from the Unix epoch to PostgreSQL's.
    static let epochOffsetDays = 10_957

    private static let names: [UInt32: String] = [
        bool: "boolean", bytea: "bytea", name: "name", int8: "bigint", int2: "smallint", int4: "integer", text: "text",
        oid: "oid", json: "json", float4: "real", float8: "double precision", unknown: "unknown", bpchar: "character",
        varchar: "character varying", date: "date", timestamptz: "timestamptz", uuid: "uuid", jsonb: "jsonb",
        boolArray: "boolean[]", byteaArray: "bytea[]", int4Array: "integer[]", textArray: "text[]",
        int8Array: "bigint[]", float8Array: "double precision[]", dateArray: "date[]",
        timestamptzArray: "timestamptz[]", uuidArray: "uuid[]", 1114: "timestamp without time zone", 1700: "numeric",
    ]

    /// The SQL name, or the bare identifier of a type that this client does not know.
    static func name(of type: UInt32) -> String { names[type] ?? "type \(type)" }
}
