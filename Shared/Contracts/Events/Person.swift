import JSON

/// A practitioner: who did or said something. Never a child or a member of a family.
public struct Person: Sendable, Hashable {
    /// The practitioner's name.
    public let name: String
    /// What the practitioner is: `health visitor`, `team manager`.
    public let role: String
    /// How to reach them.
    public let contact: String?

    /// A practitioner.
    public init(name: String, role: String, contact: String? = nil) {
        self.name = name
        self.role = role
        self.contact = contact
    }

    static let record = Record(
        Person.init(name:role:contact:),
        required("name", \.name, .line(), "The practitioner's name."),
        required("role", \.role, .line(), "What the practitioner is: `health visitor`, `team manager`."),
        optional("contact", \.contact, .line(), "How to reach them."),
        named: "person")

    init?(reading value: JSONValue, _ reasons: inout RefusalReasons) {
        guard let person = Person.record.read(value, &reasons) else { return nil }
        self = person
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) { Person.record.write(self, &writer) }
}

extension FieldRule where Value == Person {
    /// A practitioner.
    public static func person() -> FieldRule { .object(Person.record) }
}
