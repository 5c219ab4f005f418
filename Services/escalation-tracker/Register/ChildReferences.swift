import Contracts
import JSON
import Safeguarding

/// Each agency's own reference of each child, by which alone its notices name the child (P7).
struct ChildReferences: Sendable, Equatable {
    private(set) var references: [PersonID: [AgencyCode: String]] = [:]

    subscript(_ child: PersonID) -> [AgencyCode: String] { references[child] ?? [:] }

    /// The latest that is known.
    mutating func know(_ new: [AgencyCode: String], of child: PersonID) {
        guard !new.isEmpty else { return }
        references[child, default: [:]].merge(new) { _, new in new }
    }

    /// The children that an agency names; `nil` if a name is none of theirs.
    func named(_ names: [ChildName], by agency: AgencyCode, among children: Set<PersonID>) -> Set<PersonID>? {
        guard !names.isEmpty else { return children }
        var named: Set<PersonID> = []
        for name in names {
            guard let child = children.first(where: { name.names($0, ref: self[$0][agency], for: agency) }) else {
                return nil
            }
            named.insert(child)
        }
        return named
    }
}

extension ChildReferences {
    init(reading document: JSONValue?) throws(ForeignDocument) {
        self.init()
        for (key, entry) in document?.members ?? [] {
            guard let person = PersonID(key) else { throw ForeignDocument() }
            for (code, ref) in entry.members {
                guard let agency = AgencyCode(code), let ref = ref.string else { throw ForeignDocument() }
                references[person, default: [:]][agency] = ref
            }
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.object("references") { writer in
            for (person, own) in references.sorted(by: { $0.key < $1.key }) {
                writer.key(person.text)
                writer.beginObject()
                for (agency, ref) in own.sorted(by: { $0.key < $1.key }) {
                    writer.key(agency.text)
                    writer.string(ref)
                }
                writer.endObject()
            }
        }
    }
}
