import JSON

/// A type's fields and rules, declared once: what reads it with every reason, writes it, and describes it to schemas and to
/// the reference.
///
///     static let record = Record(
///         InvolvementClosed.init(children:until:reason:),
///         required("children", \.children, .childReferences(), "Which children."),
///         required("until", \.until, .pastDate(), "Until when."),
///         required("reason", \.reason, .text(2000), "Why it ended."))
public struct Record<Value: Sendable>: Sendable {
    /// The fields in order.
    public let terms: [FieldTerm]
    /// What holds between fields.
    public let checks: [RecordCheck]
    /// The name under which schemas refer to it; without one they repeat it.
    let name: String?
    let readFields: @Sendable (JSONValue, inout RefusalReasons) -> Value?
    let writeFields: @Sendable (Value, inout JSONWriter) -> Void
    let keys: [FieldKey]
    /// The forms of a type that has several.
    private let variants: [RecordVariant<Value>]
    private let findUnknownInVariant: (@Sendable (JSONValue, inout UnknownKeys) -> Void)?

    /// A type of several forms, told apart by what `terms` says.
    init(
        terms: [FieldTerm], variants: [RecordVariant<Value>],
        read: @escaping @Sendable (JSONValue, inout RefusalReasons) -> Value?,
        write: @escaping @Sendable (Value, inout JSONWriter) -> Void,
        findUnknown: @escaping @Sendable (JSONValue, inout UnknownKeys) -> Void
    ) {
        (self.terms, self.variants, keys, name, checks) = (terms, variants, [], nil, [])
        (readFields, writeFields, findUnknownInVariant) = (read, write, findUnknown)
    }

    /// A type of one form, by what reads and writes all of its fields.
    init(
        terms: [FieldTerm], keys: [FieldKey], name: String? = nil, checks: [RecordCheck] = [],
        read: @escaping @Sendable (JSONValue, inout RefusalReasons) -> Value?,
        write: @escaping @Sendable (Value, inout JSONWriter) -> Void
    ) {
        (self.terms, self.keys, self.name, self.checks) = (terms, keys, name, checks)
        (variants, findUnknownInVariant) = ([], nil)
        (readFields, writeFields) = (read, write)
    }

    /// A type by how it is made from its fields, in their order.
    ///
    /// - Parameters:
    ///   - named: the name under which schemas refer to it, if several types have it as a field
    ///   - checks: what holds between fields
    public init<each Part: Sendable>(
        _ make: @escaping @Sendable (repeat each Part) -> Value, _ field: repeat Field<Value, each Part>,
        named name: String? = nil, checks: [RecordCheck] = []
    ) {
        var terms: [FieldTerm] = []
        var keys: [FieldKey] = []
        var writing: [@Sendable (Value, inout JSONWriter) -> Void] = []
        for one in repeat each field {
            terms += one.terms
            keys += one.keys
            writing.append(one.write)
        }
        (self.terms, self.keys, self.name, self.checks) = (terms, keys, name, checks)
        (variants, findUnknownInVariant) = ([], nil)
        let writers = writing
        readFields = { data, reasons in
            do throws(FieldMissing) { return make(repeat try (each field).value(data, &reasons)) } catch {
                // Once more, so that every reason is found: whatever stands there already is not added again.
                repeat _ = (each field).read(data, &reasons)
                return nil
            }
        }
        writeFields = { value, writer in for write in writers { write(value, &writer) } }
    }

    /// Reads an object; `nil` exactly when reasons were added: every one that stands against it.
    public func read(_ data: JSONValue, _ reasons: inout RefusalReasons) -> Value? {
        let before = reasons.all.count
        let value = readFields(data, &reasons)
        for check in checks { check.read(data, &reasons) }
        return reasons.all.count == before ? value : nil
    }

    /// Writes the members of the object.
    public func write(_ value: Value, _ writer: inout JSONWriter) { writeFields(value, &writer) }

    /// What stands in the object, and in its fields, that nobody knows.
    public func unknownKeys(of data: JSONValue) -> UnknownKeys {
        var unknown = UnknownKeys()
        findUnknown(data, &unknown)
        return unknown
    }

    func findUnknown(_ data: JSONValue, beside tag: StaticString? = nil, _ unknown: inout UnknownKeys) {
        if let findUnknownInVariant { return findUnknownInVariant(data, &unknown) }
        var known = tag == nil ? 0 : 1
        for (key, find) in keys {
            guard let value = data[key] else { continue }
            known += 1
            find?(value, &unknown)
        }
        // Only an object with more members than we know is looked through.
        guard known < data.count else { return }
        for (key, value) in data.members where !terms.contains(where: { $0.key.utf8.elementsEqual(key.utf8) }) {
            if let tag, "\(tag)" == key { continue }
            unknown.add(value)
        }
    }

    /// The object as schemas and the reference describe it.
    public var shape: FieldShape {
        var schema: JSONTree = [
            "type": "object", "required": .strings(terms.filter(\.isRequired).map(\.key)),
            "properties": .object(terms.map { JSONTree.Member($0.key, $0.described) }),
        ]
        let rules =
            checks.compactMap { $0.schema(terms) }
            + variants.map { variant -> JSONTree in
                let word: JSONTree = ["const": .string(variant.word)]
                let keys = terms.map(\.key)
                return [
                    "if": [
                        "properties": .object(keys.map { JSONTree.Member($0, word) }), "required": .strings(keys),
                    ], "then": variant.shape.schema,
                ]
            }
        if !rules.isEmpty { schema = schema.with("allOf", .array(rules)) }
        var definitions = terms.flatMap(\.shape.definitions) + variants.flatMap(\.shape.definitions)
        if let name {
            definitions.append(FieldShape.Definition(name: name, schema: schema))
            schema = ["$ref": .string("#/$defs/" + name)]
        }
        return FieldShape(
            schema: schema, definitions: definitions, words: name ?? "object",
            beyondSchema: checks.filter { $0.schema(terms) == nil }.map(\.words), members: terms)
    }
}

extension FieldTerm {
    /// The member's schema with what it means.
    fileprivate var described: JSONTree {
        meaning.isEmpty ? schema : schema.with("description", .string(meaning))
    }
}
