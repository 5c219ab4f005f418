import JSON
import Safeguarding

/// Events of a type that are accepted, and events that are refused with the reasons.
public struct EventExamples: Sendable {
    /// An event that is refused.
    public struct Invalid: Sendable {
        /// What it shows: `empty`, `types`.
        public let name: String
        /// The event.
        public let event: JSONTree
        /// Paths and codes of what stands against it.
        public let expected: [RefusalReason]
    }

    /// Events that are accepted, by name; `full` of an agency's event has every field.
    public let accepted: [(name: String, event: JSONTree)]
    /// An event without data, and one whose fields all have another type than they must.
    public let invalid: [Invalid]

    /// The first that is accepted.
    public var valid: JSONTree { accepted.first?.event ?? [:] }

    /// The examples of a type that agencies publish.
    public init(of type: any AgencyEvent.Type) {
        // Each has an id of its own, so that whoever publishes them all is refused none as a repeated one.
        self.init(
            type.type, id: "example-" + type.type.text.dropFirst("keepsight.".count),
            from: "/agencies/" + type.terms.publishers.example, [("full", EventExamples.parsed(type.terms.example))]
        ) { event throws(EventRefusal) in _ = try EventCatalogue.read(event) }
    }

    /// The examples of a type that services publish.
    init(of type: any ServiceEvent.Type) {
        self.init(
            type.type, from: "/services/" + type.terms.source,
            type.terms.examples.map { ($0.name, EventExamples.parsed($0.data)) }
        ) { event throws(EventRefusal) in
            var reasons = RefusalReasons()
            if type.init(reading: event.data, &reasons) == nil { throw event.refusal(reasons) }
        }
    }

    /// The examples of facts with that body.
    init(ofFact body: any ServiceEvent.Type) {
        let head = EventExamples.parsed(Fact.Head.example).members
        self.init(
            body.type, from: "/services/" + body.terms.source,
            body.terms.examples.map { ($0.name, .object(head + EventExamples.parsed($0.data).members)) }
        ) { event throws(EventRefusal) in _ = try Fact(reading: event) }
    }

    private init(
        _ type: EventType, id: String = "example-1", from source: String, _ examples: [(name: String, data: JSONTree)],
        _ read: (ReceivedEvent) throws(EventRefusal) -> Void
    ) {
        func event(_ data: JSONTree) -> JSONTree {
            [
                "specversion": "1.0", "id": .string(id), "source": .string(source), "type": .string(type.text),
                "time": "2026-11-20T10:00:00Z", "datacontenttype": "application/json", "data": data,
            ]
        }
        func reasons(_ event: JSONTree) -> [RefusalReason] {
            var writer = JSONWriter()
            event.write(to: &writer)
            do throws(EventRefusal) {
                try read(try EnvelopeReader.read(value: writer.bytes, headers: [], now: nil))
                return []
            } catch {
                return error.reasons.all
            }
        }
        accepted = examples.map { ($0.name, event($0.data)) }
        let spoilt = (examples.first?.data.members ?? []).map {
            JSONTree.Member($0.key, EventExamples.otherType($0.value))
        }
        invalid = [("empty", []), ("types", spoilt)].map { name, members in
            let event = event(.object(members))
            return Invalid(name: name, event: event, expected: reasons(event))
        }
    }

    private static func parsed(_ text: String) -> JSONTree {
        (try? JSONDocument(parsing: Array(text.utf8))).map { JSONTree($0.root) } ?? [:]
    }

    private static func otherType(_ value: JSONTree) -> JSONTree {
        if case .int = value { "seven" } else { 7 }
    }
}
