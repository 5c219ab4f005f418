import Safeguarding

/// The attributes of a CloudEvent 1.0 as Keepsight uses them (contract.md section 1).
public struct Envelope: Sendable, Equatable {
    /// The sender's identifier; with `source` the event's identity. 1 to 200 characters.
    public var id: String
    /// Who says it.
    public var source: EventSource
    /// `keepsight.<subject>.<past participle>.v<major>`
    public var type: String
    /// When it happened.
    public var time: Instant
    /// The agency's own reference of the child, if it is given.
    public var subject: String?
    /// W3C trace context, carried through.
    public var traceparent: String?
    /// What belongs together: set by the services.
    public var correlationID: String?
    /// Which event brought this one about: set by the services.
    public var causationID: String?

    /// An envelope.
    public init(
        id: String, source: EventSource, type: String, time: Instant, subject: String? = nil,
        traceparent: String? = nil, correlationID: String? = nil, causationID: String? = nil
    ) {
        self.id = id
        self.source = source
        self.type = type
        self.time = time
        self.subject = subject
        self.traceparent = traceparent
        self.correlationID = correlationID
        self.causationID = causationID
    }
}

/// An event that could be read: its envelope, and its data as it came.
public struct ReceivedEvent: Sendable {
    /// The attributes.
    public let envelope: Envelope
    /// The data; its pointers begin with `/data` in both content modes.
    public let data: JSONValue

    /// SHA-256 over what the event says: type, time, subject and the data, white space between its values aside. The same
    /// source and id with another digest is other content under a used id.
    public var contentDigest: [UInt8] {
        var bytes = Array(envelope.type.utf8)
        bytes.append(0)
        bytes.append(contentsOf: envelope.time.rfc3339.utf8)
        bytes.append(0)
        bytes.append(contentsOf: (envelope.subject ?? "").utf8)
        bytes.append(0)
        data.appendContent(to: &bytes)
        return SHA256.digest(bytes)
    }
}
