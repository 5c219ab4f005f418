import JSON

/// The schemas of everything that agencies publish, in one document (JSON Schema 2020-12): `#/$defs/<type>` is the schema of
/// an event of that type in structured mode.
public enum SchemaBundle {
    /// The document's name for itself.
    static let id = "urn:keepsight:schemas"

    /// One type of a bundle.
    private struct Entry {
        let type: EventType
        let summary: String
        let shape: FieldShape
    }

    /// The document.
    public static var document: JSONTree {
        bundle(
            id, "Events that agencies publish",
            EventCatalogue.all.map { Entry(type: $0.type, summary: $0.terms.summary, shape: $0.shape) })
    }

    /// The same of what services say to each other and to agencies.
    public static var services: JSONTree {
        let said = ServiceEvents.all.map { Entry(type: $0.type, summary: $0.terms.summary, shape: $0.shape) }
        let facts = FactBody.bodies.map {
            Entry(type: $0.type, summary: $0.terms.summary, shape: Fact.Head.shape(with: $0.shape))
        }
        return bundle(id + "-of-services", "Events that services publish", said + facts)
    }

    private static func bundle(_ id: String, _ title: String, _ entries: [Entry]) -> JSONTree {
        var definitions = vocabulary
        for definition in entries.flatMap(\.shape.definitions)
        where !definitions.contains(where: { $0.key == definition.name }) {
            definitions.append(JSONTree.Member(definition.name, definition.schema))
        }
        definitions.append(JSONTree.Member("event", envelope))
        definitions += entries.map { JSONTree.Member($0.type.text, schema(of: $0)) }
        return [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": .string(id), "title": .string(title),
            "anyOf": .array(entries.map { ["$ref": .string("#/$defs/" + $0.type.text)] }),
            "$defs": .object(definitions),
        ]
    }

    /// The schema of one type, complete by itself; `nil` if agencies do not publish it.
    public static func document(of type: String) -> JSONTree? {
        let whole = document
        guard let definitions = whole["$defs"], let schema = definitions[type] else { return nil }
        var named = [type]
        var needed: [String] = []
        while let name = named.popLast() {
            guard let definition = definitions[name] else { continue }
            for other in references(in: definition) where !needed.contains(other) {
                needed.append(other)
                named.append(other)
            }
        }
        let kept = definitions.members.filter { needed.contains($0.key) }
        let head: [JSONTree.Member] = [
            JSONTree.Member("$schema", "https://json-schema.org/draft/2020-12/schema"),
            JSONTree.Member("$id", .string("urn:keepsight:schema:" + type)),
        ]
        return .object(head + schema.members + [JSONTree.Member("$defs", .object(kept))])
    }

    /// The schema of an object that is no event, complete by itself. An event is looked through for control characters as a
    /// whole; here each text says that it has none.
    static func document(of shape: FieldShape) -> JSONTree {
        let unfit: [String: JSONTree] = [
            "line": #"[\u0000-\u001f\u007f-\u009f\u061c\u200e-\u200f\u2028-\u202e\u2066-\u2069]"#,
            "text": #"[\u0000-\u0008\u000b-\u001f\u007f-\u009f]"#,
        ]
        var definitions = vocabulary.compactMap { member in
            unfit[member.key].map { JSONTree.Member(member.key, member.value.with("not", ["pattern": $0])) }
        }
        for definition in shape.definitions where !definitions.contains(where: { $0.key == definition.name }) {
            definitions.append(JSONTree.Member(definition.name, definition.schema))
        }
        let head = [JSONTree.Member("$schema", "https://json-schema.org/draft/2020-12/schema")]
        return .object(head + shape.schema.members + [JSONTree.Member("$defs", .object(definitions))])
    }

    private static func references(in tree: JSONTree) -> [String] {
        switch tree {
        case .object(let members):
            members.flatMap { member -> [String] in
                if member.key == "$ref", case .string(let reference) = member.value {
                    return [String(reference.dropFirst("#/$defs/".count))]
                }
                return references(in: member.value)
            }
        case .array(let elements): elements.flatMap(references(in:))
        default: []
        }
    }

    private static func schema(of entry: Entry) -> JSONTree {
        [
            "title": .string(entry.type.text), "description": .string(entry.summary), "$ref": "#/$defs/event",
            "properties": ["type": ["const": .string(entry.type.text)], "data": entry.shape.schema],
        ]
    }

    /// What every event has (contract.md section 1).
    private static let envelope: JSONTree = [
        "title": "a CloudEvent 1.0 in structured mode", "$ref": "#/$defs/anything", "type": "object",
        "required": ["specversion", "id", "source", "type", "time", "data"],
        "properties": [
            "specversion": ["const": "1.0"],
            "id": ["$ref": "#/$defs/line", "maxLength": 200],
            "source": [
                "$ref": "#/$defs/line", "pattern": "^/(agencies|services)/[a-z](?:-?[a-z0-9])+$", "maxLength": 50,
            ],
            "type": ["type": "string"],
            "time": ["type": "string", "format": "date-time"],
            "subject": orNull(["$ref": "#/$defs/line", "maxLength": 200]),
            "datacontenttype": orNull([
                "$ref": "#/$defs/line", "maxLength": 200,
                "pattern":
                    #"^ *(?:[Aa][Pp][Pp][Ll][Ii][Cc][Aa][Tt][Ii][Oo][Nn]/|[^;]*\+)[Jj][Ss][Oo][Nn] *(?:;|$)"#,
            ]),
            "traceparent": orNull(["$ref": "#/$defs/attribute", "type": "string"]),
            "correlationid": orNull(["$ref": "#/$defs/line", "maxLength": 200]),
            "causationid": orNull(["$ref": "#/$defs/line", "maxLength": 200]),
            "data": ["type": "object"],
        ],
        "additionalProperties": ["$ref": "#/$defs/attribute"],
    ]

    private static func orNull(_ schema: JSONTree) -> JSONTree { ["anyOf": [schema, ["type": "null"]]] }

    private static let saysSomething: JSONTree = .string(
        #"[^\u0000-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f-\u1160\u1680\u17b4-\u17b5\u180b-\u180f\u2000-\u200f"#
            + #"\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0]"#)
    private static let linesOrDirections: JSONTree = .string(
        #"[\u0009-\u000a\u061c\u200e-\u200f\u2028-\u202e\u2066-\u2069]"#)

    /// What texts may hold (E3); `SchemaAgreementTests` holds each character against the reader.
    private static let vocabulary: [JSONTree.Member] = [
        JSONTree.Member(
            "anything",
            [
                "title": "no string anywhere, key or value, has control characters or more than 20,000 characters",
                "maxLength": 20_000,
                "not": ["type": "string", "pattern": #"[\u0000-\u0008\u000b-\u001f\u007f-\u009f]"#],
                "items": ["$ref": "#/$defs/anything"], "propertyNames": ["$ref": "#/$defs/anything"],
                "additionalProperties": ["$ref": "#/$defs/anything"],
            ]),
        JSONTree.Member(
            "attribute",
            [
                "title": "an attribute of the envelope stands on one line and changes no direction of writing",
                "not": ["type": "string", "pattern": linesOrDirections],
            ]),
        JSONTree.Member(
            "line",
            [
                "title": "an identifier, a name or a role: one line that says something", "type": "string",
                "minLength": 1,
                "pattern": saysSomething, "not": ["pattern": linesOrDirections],
            ]),
        JSONTree.Member(
            "text",
            [
                "title": "a long text that says something, of one or more lines", "type": "string", "minLength": 1,
                "pattern": saysSomething,
            ]),
    ]
}

extension Fact.Head {
    /// A whole fact's data: what every fact has, and its body.
    fileprivate static func shape(with body: FieldShape) -> FieldShape {
        let head = record.shape
        return FieldShape(
            schema: ["type": "object", "allOf": [head.schema, body.schema]],
            definitions: head.definitions + body.definitions, words: "object", members: head.members + body.members)
    }
}
