import JSON
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
    /// What belongs together: set by the services. In an agency's event it is the sender's own, for its receipt and nothing
    /// else: whatever goes on behind intake carries one of ours.
    public var correlationID: String?
    /// Which event brought this one about: set by the services, as `correlationID`.
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
    /// Where what stands beside both can be found.
    let around: Surroundings

    /// In what an event came.
    enum Surroundings: Sendable {
        case nothing
        /// The root of an event in structured mode.
        case root(JSONValue)
        /// The attributes' headers of an event in binary mode.
        case headers([String: String])
    }

    init(envelope: Envelope, data: JSONValue, in around: Surroundings = .nothing) {
        self.envelope = envelope
        self.data = data
        self.around = around
    }

    /// What stands beside both, looked for when it is asked for: only whoever lets events in does.
    var others: [OtherAttribute] {
        switch around {
        case .nothing: []
        case .root(let root): OtherAttribute.beside(root)
        case .headers(let headers): OtherAttribute.beside(headers)
        }
    }

    /// SHA-256 over what the event says, however it is written (E2). The same source and id with another digest is other
    /// content under a used id.
    public var contentDigest: [UInt8] { SHA256.digest(ContentForm(self).bytes) }

    /// A refusal of this event.
    func refusal(_ reasons: RefusalReasons) -> EventRefusal {
        EventRefusal(reasons, eventID: envelope.id, eventType: envelope.type, source: envelope.source)
    }
}

extension Envelope {
    /// Only a sender outside has a clock that can be wrong; the services' time is the database's, which a replay moves.
    func checkTime(_ reasons: inout RefusalReasons) {
        guard case .agency = source else { return }
        reasons.moments?.check(time, at: "/time", &reasons)
    }
}
