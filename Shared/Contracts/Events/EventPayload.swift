import JSON

/// The name of an event's type: `keepsight.<subject>.<past participle>.v<major>`.
public struct EventType: Hashable, Sendable, CustomStringConvertible {
    /// The type's text.
    public let text: String
    /// `<subject>.<past participle>`
    public let name: String

    /// The type `keepsight.<name>.v<major>`.
    public init(_ name: String, major: Int = 1) {
        self.name = name
        text = "keepsight.\(name).v\(major)"
    }

    /// The type's text.
    public var description: String { text }
}

/// What an event says, as a value: the one definition that reads it, writes it, and that its schema is held against.
public protocol EventPayload: Sendable, Equatable {
    /// The type that this is the data of.
    static var type: EventType { get }

    /// Reads the data object. `nil` exactly when reasons were added: every one that stands against it.
    init?(reading data: JSONValue, _ reasons: inout RefusalReasons)

    /// Writes the members of the data object.
    func write(to writer: inout JSONWriter)
}

extension EventPayload {
    /// The whole event's bytes.
    public func event(_ envelope: Envelope) -> [UInt8] {
        EnvelopeWriter.write(envelope) { write(to: &$0) }
    }
}
