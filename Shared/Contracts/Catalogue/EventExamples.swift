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

    /// An event with every field.
    public let valid: JSONTree
    /// An event without data, and one whose fields all have another type than they must.
    public let invalid: [Invalid]

    /// The examples of a type.
    public init(of type: any AgencyEvent.Type) {
        let data = (try? JSONDocument(parsing: Array(type.terms.example.utf8))).map { JSONTree($0.root) } ?? [:]
        valid = EventExamples.event(type, data)
        let spoilt = data.members.map { JSONTree.Member($0.key, EventExamples.otherType($0.value)) }
        invalid = [("empty", []), ("types", spoilt)].map { name, members in
            let data = JSONTree.object(members)
            return Invalid(
                name: name, event: EventExamples.event(type, data), expected: EventExamples.reasons(type, data))
        }
    }

    private static func otherType(_ value: JSONTree) -> JSONTree {
        if case .int = value { "seven" } else { 7 }
    }

    private static func event(_ type: any AgencyEvent.Type, _ data: JSONTree) -> JSONTree {
        [
            "specversion": "1.0", "id": "example-1", "source": .string("/agencies/" + type.terms.publishers.example),
            "type": .string(type.type.text), "time": "2026-11-20T10:00:00Z", "datacontenttype": "application/json",
            "data": data,
        ]
    }

    private static func reasons(_ type: any AgencyEvent.Type, _ data: JSONTree) -> [RefusalReason] {
        var writer = JSONWriter()
        event(type, data).write(to: &writer)
        do throws(EventRefusal) {
            _ = try EventCatalogue.read(try EnvelopeReader.read(value: writer.bytes, headers: [], now: nil))
            return []
        } catch {
            return error.reasons.all
        }
    }
}

extension EventTerms.Publisher {
    /// An agency that may publish, as examples name it.
    var example: String {
        switch self {
        case .anyAgency: "police"
        case .socialCare: "csc"
        case .hub: "mash"
        }
    }
}
