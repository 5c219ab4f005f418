import JSON

/// What a field may hold, as schemas and the reference say it.
public struct FieldShape: Sendable {
    /// A schema that others refer to by name.
    public struct Definition: Sendable, Equatable {
        /// `#/$defs/<name>`
        public let name: String
        /// What it says.
        public let schema: JSONTree
    }

    /// JSON Schema 2020-12.
    public var schema: JSONTree
    /// What the schema refers to besides what every schema has.
    public var definitions: [Definition] = []
    /// The same in words, with its limits: "one line of at most 200 characters".
    public var words: String
    /// What a schema cannot say of it.
    public var beyondSchema: [String] = []
    /// The fields of what it holds, or of each of its elements.
    public var members: [FieldTerm] = []
    /// Whether it holds a list.
    public var isList = false
}

/// One field as schemas and the reference describe it.
public struct FieldTerm: Sendable {
    /// Its key.
    public let key: String
    /// Whether it must be there.
    public let isRequired: Bool
    /// Whether what it says stays at intake and goes to those whom it is meant for, and nowhere else (K4).
    public let staysAtIntake: Bool
    /// What it says, in a few words.
    public let meaning: String
    /// What it may hold.
    public let shape: FieldShape

    /// The schema of the member: `null` is the same as absent, where it may be absent.
    var schema: JSONTree {
        isRequired ? shape.schema : ["anyOf": [shape.schema, ["type": "null"]]]
    }
}
