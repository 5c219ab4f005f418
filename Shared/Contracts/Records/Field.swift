import JSON

/// One member of an object: its key, where its value stands in the type, and what it may be; or several of them that make
/// one part of the type (`flat`). An object, since a record goes through its fields for each value that it reads: there a
/// structure would be copied, descriptions and all.
public final class Field<Root: Sendable, Value: Sendable>: Sendable {
    let terms: [FieldTerm]
    let keys: [FieldKey]
    let read: @Sendable (JSONValue, inout RefusalReasons) -> Value?
    /// The same, for a record that has been read so far.
    let value: @Sendable (JSONValue, inout RefusalReasons) throws(FieldMissing) -> Value
    let write: @Sendable (Root, inout JSONWriter) -> Void

    convenience init(
        key: StaticString, term: FieldTerm, read: @escaping @Sendable (JSONValue, inout RefusalReasons) -> Value?,
        write: @escaping @Sendable (Root, inout JSONWriter) -> Void,
        findUnknown: (@Sendable (JSONValue, inout UnknownKeys) -> Void)?
    ) {
        self.init(terms: [term], keys: [(key, findUnknown)], read: read, write: write)
    }

    init(
        terms: [FieldTerm], keys: [FieldKey], read: @escaping @Sendable (JSONValue, inout RefusalReasons) -> Value?,
        write: @escaping @Sendable (Root, inout JSONWriter) -> Void
    ) {
        (self.terms, self.keys, self.read, self.write) = (terms, keys, read, write)
        value = { data, reasons throws(FieldMissing) in
            guard let value = read(data, &reasons) else { throw FieldMissing() }
            return value
        }
    }
}

struct FieldMissing: Error {}

/// A member's key, and what adds the keys within it that nobody knows.
typealias FieldKey = (key: StaticString, findUnknown: (@Sendable (JSONValue, inout UnknownKeys) -> Void)?)

/// Where what a field says may go.
public enum Reach: Sendable {
    /// To every service that has a use for it.
    case services
    /// To intake, and to those whom it is meant for (K4).
    case intake
}

/// A member that must be there.
public func required<Root: Sendable, Value: Sendable>(
    _ key: StaticString, _ member: @escaping @Sendable (Root) -> Value, _ rule: FieldRule<Value>,
    _ meaning: String = "",
    reach: Reach = .services
) -> Field<Root, Value> {
    Field(
        key: key, term: FieldTerm(key, isRequired: true, reach, meaning, rule.shape),
        read: { data, reasons in
            guard let value = data.present(key) else {
                let missing = rule.missing
                reasons.add(
                    missing?.code ?? .missingField, at: data.pointer(toMissing: key),
                    missing?.message ?? "Add the field \(key).")
                return nil
            }
            return rule.read(value, &reasons)
        },
        write: { root, writer in
            writer.key(key)
            rule.write(member(root), &writer)
        }, findUnknown: rule.findUnknown)
}

/// A member that may be absent or `null`; it is not written then.
public func optional<Root: Sendable, Value: Sendable>(
    _ key: StaticString, _ member: @escaping @Sendable (Root) -> Value?, _ rule: FieldRule<Value>,
    _ meaning: String = "",
    reach: Reach = .services
) -> Field<Root, Value?> {
    Field(
        key: key, term: FieldTerm(key, isRequired: false, reach, meaning, rule.shape),
        read: { data, reasons in
            guard let value = data.present(key) else { return .some(nil) }
            return rule.read(value, &reasons).map(Optional.some)
        },
        write: { root, writer in
            guard let value = member(root) else { return }
            writer.key(key)
            rule.write(value, &writer)
        }, findUnknown: rule.findUnknown)
}

/// A member that may be absent or `null` and stands for `value` then; it is not written if it has that value.
public func optional<Root: Sendable, Value: Sendable & Equatable>(
    _ key: StaticString, _ member: @escaping @Sendable (Root) -> Value, _ rule: FieldRule<Value>, or value: Value,
    _ meaning: String = "", reach: Reach = .services
) -> Field<Root, Value> {
    Field(
        key: key, term: FieldTerm(key, isRequired: false, reach, meaning, rule.shape),
        read: { data, reasons in
            guard let given = data.present(key) else { return value }
            return rule.read(given, &reasons)
        },
        write: { root, writer in
            let held = member(root)
            guard held != value else { return }
            writer.key(key)
            rule.write(held, &writer)
        }, findUnknown: rule.findUnknown)
}

/// A part of a type whose members stand among those of the whole. A part has no checks of its own.
public func flat<Root: Sendable, Part: Sendable>(
    _ part: @escaping @Sendable (Root) -> Part, _ record: Record<Part>
) -> Field<Root, Part> {
    Field(
        terms: record.terms, keys: record.keys, read: { record.read($0, &$1) },
        write: { record.write(part($0), &$1) })
}

extension FieldTerm {
    init(_ key: StaticString, isRequired: Bool, _ reach: Reach, _ meaning: String, _ shape: FieldShape) {
        self.init(
            key: "\(key)", isRequired: isRequired, staysAtIntake: reach == .intake, meaning: meaning, shape: shape)
    }
}
