import JSON

/// An event's data that is declared by a record, which reads, writes and describes it.
public protocol RecordedPayload: EventPayload {
    /// The fields of its data, and their rules.
    static var record: Record<Self> { get }
}

extension RecordedPayload {
    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        guard let event = Self.record.read(data, &reasons) else { return nil }
        self = event
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) { Self.record.write(self, &writer) }

    /// Keys of an event of this type that the type does not have.
    static func unknownKeys(of data: JSONValue) -> UnknownKeys { record.unknownKeys(of: data) }

    static var shape: FieldShape { record.shape }
}
