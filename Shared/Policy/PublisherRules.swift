import Contracts
import Safeguarding

extension AgencyRegister {
    /// Who may publish a type in this partnership (T4): what its policy says, else what the type's declaration says.
    public func publishers(of terms: EventTerms) -> Publishers { publishers[terms.type] ?? terms.publishers }

    /// Whether the policy says who may publish a type, in the place of its declaration.
    public func overrides(_ terms: EventTerms) -> Bool { publishers[terms.type] != nil }

    /// Whether an agency of the partnership may publish a type.
    public func mayPublish(_ terms: EventTerms, _ agency: AgencyCode) -> Bool {
        let publishers = publishers(of: terms)
        return publishers.isAnyAgency || self[agency].map { publishers.include(agency, of: $0.kind) } ?? false
    }
}

extension PolicyFile {
    /// The list `publishers`, which may be absent: a type, and who may publish it.
    mutating func publishers(_ root: YAMLNode) -> [EventType: Publishers] {
        guard root["publishers"] != nil else { return [:] }
        // Of an agency in which something else is wrong the code counts all the same, so that one mistake is one problem.
        let codes = (root["agencies"]?.elements ?? []).compactMap { $0["code"]?.text.flatMap { AgencyCode($0) } }
        var publishers: [EventType: Publishers] = [:]
        for node in list(root, "publishers") {
            guard checkKeys(of: node, ["type", "anyAgency", "kinds", "agencies"]) else { continue }
            let type = eventType(node)
            let named = named(node, among: Set(codes))
            guard let type, let named else { continue }
            if publishers[type] != nil {
                refuse(node["type"], "duplicate-publishers", "Who may publish this type stands here twice.")
            }
            publishers[type] = named
        }
        return publishers
    }

    /// A type by its name with its version: `step-down.proposed.v1`.
    private mutating func eventType(_ node: YAMLNode) -> EventType? {
        guard let name = text(node, "type") else { return nil }
        guard let terms = EventCatalogue.terms(of: "keepsight." + name) else {
            refuse(
                node["type"], "unknown-type",
                "Agencies publish no type '\(name)'. Write it with its version, as 'keepsight events list' has it.")
            return nil
        }
        return terms.type
    }

    private mutating func named(_ node: YAMLNode, among codes: Set<AgencyCode>) -> Publishers? {
        let isAny = node["anyAgency"] == nil ? false : flag(node, "anyAgency")
        let allKinds = AgencyKind.allCases.map(\.rawValue)
        let kinds = names(node, "kinds", or: "agency-kind", "A kind is one of: \(allKinds.joined(separator: ", ")).") {
            AgencyKind(rawValue: $0)
        }
        let message = "Name an agency of this file by its code: \(codes.sorted().map(\.text).joined(separator: ", "))."
        let agencies = names(node, "agencies", or: "unknown-agency", message) { name in
            AgencyCode(name).flatMap { codes.contains($0) ? $0 : nil }
        }
        guard let isAny, let kinds, let agencies else { return nil }
        guard isAny != !(kinds.isEmpty && agencies.isEmpty) else {
            refuse(
                node, "publishers-who",
                "Say who may publish it: 'kinds', 'agencies' or both, or 'anyAgency: true' alone.")
            return nil
        }
        return isAny ? .anyAgency : Publishers(kinds: kinds, agencies: agencies)
    }

    /// The names in a list, which may be absent; `nil` exactly when something was refused.
    private mutating func names<Name: Hashable>(
        _ node: YAMLNode, _ key: String, or rule: String, _ message: String, _ read: (String) -> Name?
    ) -> Set<Name>? {
        guard node[key] != nil else { return [] }
        let before = problems.count
        var names: Set<Name> = []
        for element in list(node, key) {
            guard let name = element.text.flatMap(read) else {
                refuse(element, rule, message)
                continue
            }
            names.insert(name)
        }
        return problems.count == before ? names : nil
    }
}
