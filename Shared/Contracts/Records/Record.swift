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
    private let readFields: @Sendable (JSONValue, inout RefusalReasons) -> Value?
    private let writeFields: @Sendable (Value, inout JSONWriter) -> Void
    private let keys: [(key: StaticString, findUnknown: (@Sendable (JSONValue, inout UnknownKeys) -> Void)?)]

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
        var keys: [(key: StaticString, findUnknown: (@Sendable (JSONValue, inout UnknownKeys) -> Void)?)] = []
        for one in repeat each field {
            terms.append(one.term)
            keys.append((one.key, one.findUnknown))
        }
        (self.terms, self.keys, self.name, self.checks) = (terms, keys, name, checks)
        readFields = { data, reasons in
            // Every field is read before any is missed, so that every reason is found in one pass.
            let parts = (repeat (each field).read(data, &reasons))
            do throws(FieldMissing) { return make(repeat try found(each parts)) } catch { return nil }
        }
        writeFields = { value, writer in
            for one in repeat each field { one.write(value, &writer) }
        }
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

    func findUnknown(_ data: JSONValue, _ unknown: inout UnknownKeys) {
        var known = 0
        for (key, find) in keys {
            guard let value = data[key] else { continue }
            known += 1
            find?(value, &unknown)
        }
        // Only an object with more members than we know is looked through.
        guard known < data.count else { return }
        for (key, value) in data.members where !terms.contains(where: { $0.key.utf8.elementsEqual(key.utf8) }) {
            unknown.add(value)
        }
    }

    /// The object as schemas and the reference describe it.
    public var shape: FieldShape {
        var schema: JSONTree = [
            "type": "object", "required": .strings(terms.filter(\.isRequired).map(\.key)),
            "properties": .object(terms.map { JSONTree.Member($0.key, $0.described) }),
        ]
        let rules = checks.compactMap { $0.schema(terms) }
        if !rules.isEmpty { schema = schema.with("allOf", .array(rules)) }
        var definitions = terms.flatMap(\.shape.definitions)
        if let name {
            definitions.append(FieldShape.Definition(name: name, schema: schema))
            schema = ["$ref": .string("#/$defs/" + name)]
        }
        return FieldShape(
            schema: schema, definitions: definitions, words: name ?? "object",
            beyondSchema: checks.filter { $0.schema(terms) == nil }.map(\.words), members: terms)
    }
}

private struct FieldMissing: Error {}

private func found<Part>(_ part: Part?) throws(FieldMissing) -> Part {
    guard let part else { throw FieldMissing() }
    return part
}

extension FieldTerm {
    /// The member's schema with what it means.
    fileprivate var described: JSONTree {
        meaning.isEmpty ? schema : schema.with("description", .string(meaning))
    }
}
