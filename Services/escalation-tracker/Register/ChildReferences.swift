import Contracts
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
    static let record = Record(
        startingAs: ChildReferences(),
        optional(
            "references", at: \.references, .byPerson(.references()), or: [:],
            "How each agency names each of the children."))
}
