import JSON

/// What holds between the fields of an object.
public struct RecordCheck: Sendable {
    /// What it says, in words.
    public let words: String
    let read: @Sendable (JSONValue, inout RefusalReasons) -> Void
    /// The rule as a part of the object's schema; `nil` if a schema cannot say it.
    let schema: @Sendable ([FieldTerm]) -> JSONTree?

    /// A rule that no schema can say.
    public init(_ words: String, _ read: @escaping @Sendable (JSONValue, inout RefusalReasons) -> Void) {
        self.words = words
        self.read = read
        schema = { _ in nil }
    }

    private init(
        _ words: String, schema: @escaping @Sendable ([FieldTerm]) -> JSONTree?,
        read: @escaping @Sendable (JSONValue, inout RefusalReasons) -> Void
    ) {
        self.words = words
        self.read = read
        self.schema = schema
    }

    /// A member that must be there if another has that value.
    public static func requires(_ key: StaticString, if condition: Condition) -> RecordCheck {
        RecordCheck(
            "`\(key)` must be there if \(condition.words)",
            schema: { terms in
                guard let term = terms.first(where: { $0.key == "\(key)" }) else { return nil }
                return [
                    "if": condition.schema,
                    "then": ["properties": [term.key: term.shape.schema], "required": [.string(term.key)]],
                ]
            },
            read: { data, reasons in
                if condition.holds(data) { _ = data.required(key, &reasons) }
            })
    }

    /// A member that may be there only if others have those values.
    public static func allows(
        _ key: StaticString, onlyIf conditions: Condition..., otherwise message: String
    ) -> RecordCheck {
        RecordCheck(
            "`\(key)` only if " + conditions.map(\.words).joined(separator: " and "),
            schema: { _ in
                [
                    "if": ["not": ["allOf": .array(conditions.map(\.schema))]],
                    "then": ["properties": ["\(key)": ["type": "null"]]],
                ]
            },
            read: { data, reasons in
                guard let value = data.present(key), !conditions.allSatisfy({ $0.holds(data) }) else { return }
                reasons.add(.notAllowed, at: value.pointer, message)
            })
    }

    /// A member that has a certain value.
    public struct Condition: Sendable {
        let words: String
        let holds: @Sendable (JSONValue) -> Bool
        let schema: JSONTree

        /// The member is that word.
        public static func word(_ key: StaticString, _ word: some RawRepresentable<String>) -> Condition {
            let word = word.rawValue
            return Condition("\(key)", .string(word), "`\(word)`") { $0[key]?.string == word }
        }

        /// The member is `true`.
        public static func isTrue(_ key: StaticString) -> Condition {
            Condition("\(key)", true, "`true`") { $0[key]?.bool == true }
        }

        private init(
            _ key: String, _ value: JSONTree, _ word: String, _ holds: @escaping @Sendable (JSONValue) -> Bool
        ) {
            words = "`\(key)` is \(word)"
            self.holds = holds
            schema = [
                "properties": .object([JSONTree.Member(key, ["const": value])]), "required": [.string(key)],
            ]
        }
    }
}
