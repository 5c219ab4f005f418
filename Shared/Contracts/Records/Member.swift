import JSON

/// One member of an object whose value is put into a place of its own in the type: for a type that has a value already before
/// the member is read. A document that is kept has many of these, most of which have their usual value and are not written.
public final class Member<Root: Sendable>: Sendable {
    let terms: [FieldTerm]
    let keys: [FieldKey]
    /// Reads the member into the value; what stands against it is added to the reasons.
    let read: @Sendable (JSONValue, inout Root, inout RefusalReasons) -> Void
    /// Adds what stands against it, where there is no value to put it into.
    let check: @Sendable (JSONValue, inout RefusalReasons) -> Void
    let write: @Sendable (Root, inout JSONWriter) -> Void

    fileprivate init<Value: Sendable>(
        _ field: Field<Root, Value>, _ path: any WritableKeyPath<Root, Value> & Sendable
    ) {
        (terms, keys, write) = (field.terms, field.keys, field.write)
        let readField = field.read
        read = { data, root, reasons in
            if let value = readField(data, &reasons) { root[keyPath: path] = value }
        }
        check = { data, reasons in _ = readField(data, &reasons) }
    }
}

/// A member that must be there.
public func required<Root: Sendable, Value: Sendable>(
    _ key: StaticString, at path: any WritableKeyPath<Root, Value> & Sendable, _ rule: FieldRule<Value>,
    _ meaning: String = ""
) -> Member<Root> {
    Member(required(key, { $0[keyPath: path] }, rule, meaning), path)
}

/// A member that may be absent or `null`; it is not written then.
public func optional<Root: Sendable, Value: Sendable>(
    _ key: StaticString, at path: any WritableKeyPath<Root, Value?> & Sendable, _ rule: FieldRule<Value>,
    _ meaning: String = ""
) -> Member<Root> {
    Member(optional(key, { $0[keyPath: path] }, rule, meaning), path)
}

/// A member that may be absent or `null` and stands for `value` then; it is not written if it has that value.
public func optional<Root: Sendable, Value: Sendable & Equatable>(
    _ key: StaticString, at path: any WritableKeyPath<Root, Value> & Sendable, _ rule: FieldRule<Value>,
    or value: Value, _ meaning: String = ""
) -> Member<Root> {
    Member(optional(key, { $0[keyPath: path] }, rule, or: value, meaning), path)
}

/// A part of a type whose members stand among those of the whole.
public func flat<Root: Sendable, Part: Sendable>(
    at path: any WritableKeyPath<Root, Part> & Sendable, _ record: Record<Part>
) -> Member<Root> {
    Member(flat({ $0[keyPath: path] }, record), path)
}

extension Record {
    /// A type that has a value before any member is read.
    ///
    ///     static let record = Record(
    ///         startingAs: Progress(),
    ///         optional("lastAt", at: \.lastAt, .instant(), "When something last happened."),
    ///         optional("breaches", at: \.breaches, .integer(0...1_000_000), or: 0, "How often nothing did."))
    public init(startingAs start: Value, _ members: Member<Value>...) {
        self.init(
            terms: members.flatMap(\.terms), keys: members.flatMap(\.keys),
            read: { data, reasons in
                var value = start
                for member in members { member.read(data, &value, &reasons) }
                return value
            }, write: { value, writer in for member in members { member.write(value, &writer) } })
    }

    /// The same type with members beside those that it is made from.
    ///
    ///     static let record = Record(Change.init(id:), required("id", \.id, .line()))
    ///         .with(optional("settled", at: \.isSettled, .bool(), or: false))
    public func with(_ members: Member<Value>...) -> Record {
        let base = self
        return Record(
            terms: terms + members.flatMap(\.terms), keys: keys + members.flatMap(\.keys), name: name, checks: checks,
            read: { data, reasons in
                guard var value = base.readFields(data, &reasons) else {
                    for member in members { member.check(data, &reasons) }
                    return nil
                }
                for member in members { member.read(data, &value, &reasons) }
                return value
            },
            write: { value, writer in
                base.writeFields(value, &writer)
                for member in members { member.write(value, &writer) }
            })
    }
}
