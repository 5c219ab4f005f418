import JSON

extension FieldRule {
    /// An object with fields of its own.
    public static func object(_ record: Record<Value>) -> FieldRule {
        FieldRule(
            record.shape, findUnknown: { record.findUnknown($0, &$1) },
            read: { value, reasons in value.object(&reasons).flatMap { record.read($0, &reasons) } },
            write: { value, writer in
                writer.beginObject()
                record.write(value, &writer)
                writer.endObject()
            })
    }

    /// A list with as many elements as it may have.
    ///
    /// - Parameters:
    ///   - unique: the member by which no two elements are the same, and what to say of one that is there already
    public static func list<Element>(
        _ element: FieldRule<Element>, _ count: ClosedRange<Int>, unique: UniqueMember? = nil
    ) -> FieldRule<[Element]> where Value == [Element] {
        var findUnknown: (@Sendable (JSONValue, inout UnknownKeys) -> Void)?
        if let find = element.findUnknown {
            findUnknown = { value, unknown in for entry in value.elements { find(entry, &unknown) } }
        }
        let read: @Sendable (JSONValue, inout RefusalReasons) -> [Element]? = { value, reasons in
            guard let entries = value.array(count, &reasons) else { return nil }
            var elements: [Element] = []
            elements.reserveCapacity(entries.count)
            for entry in entries {
                if let read = element.read(entry, &reasons) { elements.append(read) }
            }
            unique?.check(entries, &reasons)
            return elements.count == entries.count ? elements : nil
        }
        return FieldRule<[Element]>(
            listShape(element.shape, count, unique), findUnknown: findUnknown, read: read,
            write: { elements, writer in
                writer.beginArray()
                for one in elements { element.write(one, &writer) }
                writer.endArray()
            })
    }

    private static func listShape(
        _ element: FieldShape, _ count: ClosedRange<Int>, _ unique: UniqueMember?
    ) -> FieldShape {
        var schema: JSONTree = ["type": "array"]
        if count.lowerBound > 0 { schema = schema.with("minItems", .int(count.lowerBound)) }
        schema = schema.with("maxItems", .int(count.upperBound)).with("items", element.schema)
        let number = count.lowerBound > 0 ? "\(count.lowerBound) to \(count.upperBound)" : "at most \(count.upperBound)"
        return FieldShape(
            schema: schema, definitions: element.definitions,
            words: element.members.isEmpty ? "list of \(number): \(element.words)" : "list of \(number)",
            beyondSchema: element.beyondSchema + (unique.map { ["no two with the same \($0.key)"] } ?? []),
            members: element.members, isList: true)
    }
}

/// The member by which no two elements of a list are the same.
public struct UniqueMember: Sendable {
    let key: StaticString
    let message: String

    /// A member, and what is said of one that is there already.
    public init(_ key: StaticString, _ message: String) {
        self.key = key
        self.message = message
    }

    func check(_ entries: [JSONValue], _ reasons: inout RefusalReasons) {
        guard entries.count > 1 else { return }
        var seen: Set<String> = []
        for entry in entries {
            guard let text = entry[key]?.string, !seen.insert(text).inserted else { continue }
            reasons.add(.duplicateEntry, at: entry.pointer + "/\(key)", message)
        }
    }
}
