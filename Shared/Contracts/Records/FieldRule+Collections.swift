import JSON
import Safeguarding

// What has no order of its own. It is written in order, so that one value is always the same text.

extension ClosedRange<Int> {
    /// As many as a document of ours has: how many that are is bounded where they are added, not where they are read.
    public static let kept = 0...100_000
}

extension FieldRule {
    /// A list without an order, in which nothing stands twice.
    public static func set<Element: Hashable & Comparable & Sendable>(
        _ element: FieldRule<Element>, _ count: ClosedRange<Int> = .kept
    ) -> FieldRule<Set<Element>> where Value == Set<Element> {
        let list = FieldRule<[Element]>.list(element, count)
        var shape = list.shape
        shape.schema = shape.schema.with("uniqueItems", true)
        shape.words += ", none twice"
        return FieldRule<Set<Element>>(
            shape, findUnknown: list.findUnknown,
            read: { value, reasons in
                guard let elements = list.read(value, &reasons) else { return nil }
                let set = Set(elements)
                if set.count == elements.count { return set }
                reasons.add(.duplicateEntry, at: value.pointer, "Something stands there twice.")
                return nil
            }, write: { list.write($0.sorted(), &$1) })
    }

    /// A value, or `null`.
    public static func nullable<Element: Sendable>(_ rule: FieldRule<Element>) -> FieldRule<Element?>
    where Value == Element? {
        var shape = rule.shape
        shape.schema = ["anyOf": [shape.schema, ["type": "null"]]]
        shape.words += ", or `null`"
        return FieldRule<Element?>(
            shape, findUnknown: rule.findUnknown,
            read: { value, reasons in value.isNull ? .some(nil) : rule.read(value, &reasons).map(Optional.some) },
            write: { element, writer in
                if let element { rule.write(element, &writer) } else { writer.null() }
            })
    }

    /// An object with a value for each agency.
    public static func byAgency<Element: Sendable>(_ element: FieldRule<Element>) -> FieldRule<[AgencyCode: Element]>
    where Value == [AgencyCode: Element] {
        keyed(
            "agency's code", pattern: "^[a-z](?:-?[a-z0-9])+$", 40, element, parse: { AgencyCode($0) }, text: \.text,
            refusal: "Give an agency's code and its reference.")
    }

    /// An object with a value for each child, by our handle of it.
    public static func byPerson<Element: Sendable>(_ element: FieldRule<Element>) -> FieldRule<[PersonID: Element]>
    where Value == [PersonID: Element] {
        keyed(
            "child's handle", pattern: "^[0-9a-f]{32}$", 32, element, parse: { PersonID($0) }, text: \.text,
            refusal: "Give a child's handle of 32 hexadecimal digits.")
    }

    private static func keyed<Key: Hashable & Comparable & Sendable, Element: Sendable>(
        _ words: String, pattern: String, _ maximumCharacters: Int, _ element: FieldRule<Element>,
        parse: @escaping @Sendable (String) -> Key?, text: @escaping @Sendable (Key) -> String, refusal: String
    ) -> FieldRule<[Key: Element]> where Value == [Key: Element] {
        var findUnknown: (@Sendable (JSONValue, inout UnknownKeys) -> Void)?
        if let find = element.findUnknown {
            findUnknown = { value, unknown in for member in value.members { find(member.value, &unknown) } }
        }
        return FieldRule<[Key: Element]>(
            FieldShape(
                schema: [
                    "type": "object",
                    "propertyNames": ["pattern": .string(pattern), "maxLength": .int(maximumCharacters)],
                    "additionalProperties": element.shape.schema,
                ], definitions: element.shape.definitions, words: element.shape.words + ", by " + words,
                beyondSchema: element.shape.beyondSchema),
            findUnknown: findUnknown,
            read: { value, reasons in
                guard let members = value.object(&reasons)?.members else { return nil }
                var read: [Key: Element] = [:]
                read.reserveCapacity(members.count)
                for (name, member) in members {
                    guard let key = parse(name) else {
                        reasons.add(.invalidIdentifier, at: member.pointer, refusal)
                        continue
                    }
                    if let element = element.read(member, &reasons) { read[key] = element }
                }
                return read.count == members.count ? read : nil
            },
            write: { elements, writer in
                writer.beginObject()
                for (key, value) in elements.sorted(by: { $0.key < $1.key }) {
                    writer.key(text(key))
                    element.write(value, &writer)
                }
                writer.endObject()
            })
    }

    /// A list with an object for each key, in the keys' order; the key is one of the object's members.
    ///
    /// - Parameters:
    ///   - name: the member that is the key
    ///   - meaning: what the key says
    ///   - entry: the other members
    public static func entries<Key: Hashable & Comparable & Sendable, Entry: Sendable>(
        _ name: StaticString, _ key: FieldRule<Key>, _ meaning: String, _ entry: Record<Entry>
    ) -> FieldRule<[Key: Entry]> where Value == [Key: Entry] {
        let record = Record<KeyedEntry<Key, Entry>>(
            { KeyedEntry(key: $0, entry: $1) }, required(name, { $0.key }, key, meaning), flat({ $0.entry }, entry))
        let list = FieldRule<[KeyedEntry<Key, Entry>]>.list(
            .object(record), .kept, unique: UniqueMember(name, "This one is there already."))
        return FieldRule<[Key: Entry]>(
            list.shape, findUnknown: list.findUnknown,
            read: { value, reasons in
                list.read(value, &reasons).map { entries in
                    Dictionary(entries.map { ($0.key, $0.entry) }) { first, _ in first }
                }
            },
            write: { entries, writer in
                list.write(
                    entries.sorted { $0.key < $1.key }.map { KeyedEntry(key: $0.key, entry: $0.value) }, &writer)
            })
    }
}

/// A key with what belongs to it.
private struct KeyedEntry<Key: Sendable, Entry: Sendable>: Sendable {
    let key: Key
    let entry: Entry
}
