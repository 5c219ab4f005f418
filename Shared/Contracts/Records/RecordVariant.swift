import JSON

/// One of several forms of a type, told apart by a word beside its fields: it has a record of its own.
public struct RecordVariant<Value: Sendable>: Sendable {
    let word: String
    let shape: FieldShape
    let read: @Sendable (JSONValue, inout RefusalReasons) -> Value?
    /// Writes the word and the fields; `false` if the value has another form.
    let write: @Sendable (Value, StaticString, inout JSONWriter) -> Bool
    let findUnknown: @Sendable (JSONValue, StaticString, inout UnknownKeys) -> Void

    /// - Parameters:
    ///   - word: what says that it is this form
    ///   - record: the fields of the form
    ///   - make: the type's value in this form
    ///   - form: the form's fields; `nil` if the value has another form
    public init<Form: Sendable>(
        _ word: String, _ record: Record<Form>, _ make: @escaping @Sendable (Form) -> Value,
        _ form: @escaping @Sendable (Value) -> Form?
    ) {
        self.word = word
        shape = record.shape
        read = { data, reasons in record.read(data, &reasons).map(make) }
        write = { value, key, writer in
            guard let form = form(value) else { return false }
            writer.field(key, word)
            record.write(form, &writer)
            return true
        }
        findUnknown = { data, key, unknown in record.findUnknown(data, beside: key, &unknown) }
    }
}

extension Record {
    /// A type of several forms.
    ///
    /// - Parameters:
    ///   - key: the member that says which form it is
    ///   - meaning: what the member says
    public init(oneOf key: StaticString, _ meaning: String, _ variants: RecordVariant<Value>...) {
        let words = variants.map(\.word)
        let term = FieldTerm(
            key, isRequired: true, .services, meaning,
            FieldShape(
                schema: ["enum": .strings(words)], words: "one of " + words.map { "`\($0)`" }.joined(separator: ", ")))
        self.init(
            terms: [term], variants: variants,
            read: { data, reasons in
                guard let value = data.required(key, &reasons), let word = value.text(200, &reasons) else { return nil }
                guard let variant = variants.first(where: { $0.word == word }) else {
                    reasons.add(.notAllowed, at: value.pointer, "Give one of: \(words.joined(separator: ", ")).")
                    return nil
                }
                return variant.read(data, &reasons)
            },
            write: { value, writer in _ = variants.contains { $0.write(value, key, &writer) } },
            findUnknown: { data, unknown in
                let word = data[key]?.string
                variants.first { $0.word == word }?.findUnknown(data, key, &unknown)
            })
    }
}
