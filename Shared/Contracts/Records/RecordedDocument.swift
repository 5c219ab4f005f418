import JSON

/// A value that is kept, or handed from the command line to a service, as one JSON object of its own and is no event: an
/// operator's request, a household's document, a column. Its record reads, writes and describes it.
public protocol RecordedDocument: Sendable {
    /// The fields of the object, and their rules.
    static var record: Record<Self> { get }
}

extension RecordedDocument {
    /// Reads the object; `nil` if anything stands against it.
    public init?(reading value: JSONValue) {
        guard value.kind == .object else { return nil }
        var reasons = RefusalReasons()
        guard let document = Self.record.read(value, &reasons) else { return nil }
        self = document
    }

    /// Reads what `document` gave; `nil` for anything else.
    public init?(document: [UInt8]) {
        guard let root = try? JSONDocument(parsing: document, limits: .event).root else { return nil }
        self.init(reading: root)
    }

    /// Writes the object.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        Self.record.write(self, &writer)
        writer.endObject()
    }

    /// The object's bytes.
    public var document: [UInt8] {
        var writer = JSONWriter(reserving: 256)
        write(to: &writer)
        return writer.bytes
    }

    /// Its JSON Schema, complete by itself.
    public static var schema: JSONTree { SchemaBundle.document(of: record.shape) }
}
