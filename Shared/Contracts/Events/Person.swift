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

    init?(reading value: JSONValue, _ reasons: inout RefusalReasons) {
        let name = value.requiredString("name", &reasons)
        let role = value.requiredString("role", &reasons)
        let contact = value.optionalString("contact", &reasons)
        guard let name, let role else { return nil }
        self.init(name: name, role: role, contact: contact)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("role", role)
        writer.field("contact", contact)
    }
}

extension JSONValue {
    /// A person, with everything that stands against it.
    public func requiredPerson(_ key: StaticString, _ reasons: inout RefusalReasons) -> Person? {
        guard let value = requiredObject(key, &reasons) else { return nil }
        return Person(reading: value, &reasons)
    }
}
