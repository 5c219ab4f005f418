import JSON
import Safeguarding

// Reading and writing what only events behind intake carry: opaque identifiers and each agency's references.
extension JSONValue {
    /// A person's opaque identifier.
    public func requiredPersonID(_ key: StaticString, _ reasons: inout RefusalReasons) -> PersonID? {
        guard let text = requiredString(key, &reasons) else { return nil }
        guard let person = PersonID(text) else {
            reasons.add(.invalidIdentifier, at: pointer + "/\(key)", "Give 32 hexadecimal digits.")
            return nil
        }
        return person
    }

    /// `references`: an object of agency codes and that agency's own reference.
    public func references(_ reasons: inout RefusalReasons) -> [AgencyCode: String] {
        optionalObject("references", &reasons)?.agencyReferences(&reasons) ?? [:]
    }

    /// This object as each agency's own reference.
    func agencyReferences(_ reasons: inout RefusalReasons) -> [AgencyCode: String] {
        var references: [AgencyCode: String] = [:]
        for (key, value) in members {
            guard let agency = AgencyCode(key) else {
                reasons.add(.invalidIdentifier, at: value.pointer, "Give an agency's code and its reference.")
                continue
            }
            if let ref = value.text(100, &reasons) { references[agency] = ref }
        }
        return references
    }
}

extension JSONWriter {
    /// The member `references`, in the order of the agencies' codes; nothing if there are none.
    public mutating func references(_ references: [AgencyCode: String]) {
        guard !references.isEmpty else { return }
        object("references") { writer in
            for (agency, ref) in references.sorted(by: { $0.key < $1.key }) {
                writer.key(agency.text)
                writer.string(ref)
            }
        }
    }
}
