import Contracts
import Safeguarding

/// An agency of the partnership.
public struct Agency: Sendable, Equatable {
    /// What kind of agency it is.
    public typealias Kind = AgencyKind

    /// Whom a stage of escalation is addressed to.
    public struct Contact: Sendable, Equatable {
        /// 1 to 5.
        public let stage: Int
        /// What they are.
        public let role: String
        /// Where they are told by e-mail that a notice is there.
        public let email: EmailAddress?
        /// Where their agency's own system is told.
        public let webhook: Webhook?
    }

    /// Its code: stands in its topics' names, its events' source and its certificate.
    public let code: AgencyCode
    /// Its name for people.
    public let name: String
    /// What it is.
    public let kind: Kind
    /// Roles that count as manager grade, in lower case.
    public let managerRoles: [String]
    /// One for each stage.
    public let contacts: [Contact]

    /// The contacts of a stage, as the file has them: one at least.
    public func contacts(ofStage stage: Int) -> [Contact] { contacts.filter { $0.stage == stage } }

    /// Whether a role is of manager grade here: only such a person can let a change take effect before consultation.
    public func isManager(_ role: String) -> Bool { managerRoles.contains(role.lowercased()) }
}

/// The agencies of the partnership.
public struct AgencyRegister: Sendable, Equatable {
    /// Everybody who takes part.
    public let agencies: [AgencyCode: Agency]
    /// The one agency that screens.
    public let hub: AgencyCode
    /// The partnership's business unit.
    public let businessUnit: AgencyCode
    /// Who may publish a type, where the policy says so in the place of the type's declaration (T4).
    let publishers: [EventType: Publishers]

    /// Every code, sorted.
    public var codes: [AgencyCode] { agencies.keys.sorted() }

    /// The name in full, for sentences; the code, of one that takes part no longer.
    public func name(of code: AgencyCode) -> String { agencies[code]?.name ?? code.text }

    /// `nil` for a code that does not take part.
    public subscript(_ code: AgencyCode) -> Agency? { agencies[code] }
}

extension AgencyRegister {
    /// The highest stage for which every agency names a contact.
    public static let highestStage = 5
    /// The stages of escalation for which every agency names somebody.
    public static let stages = 1...highestStage

    static func load(from directory: String, _ problems: inout [PolicyProblem]) -> AgencyRegister? {
        var file = PolicyFile(name: "agencies.yaml")
        defer { problems += file.problems }
        guard let root = file.load(from: directory, keys: ["agencies", "publishers"]) else { return nil }
        var agencies: [AgencyCode: Agency] = [:]
        for node in file.list(root, "agencies") {
            guard let agency = Agency(node, &file) else { continue }
            guard agencies[agency.code] == nil else {
                file.refuse(node, "duplicate-agency", "The agency '\(agency.code)' stands here twice.")
                continue
            }
            agencies[agency.code] = agency
        }
        let publishers = file.publishers(root)
        let hubs = agencies.values.filter { $0.kind == .hub }
        if hubs.count != 1 {
            file.refuse(root["agencies"], "one-hub", "Exactly one agency is of kind hub; here are \(hubs.count).")
        }
        if !agencies.values.contains(where: { $0.kind == .childrensSocialCare }) {
            file.refuse(root["agencies"], "social-care", "At least one agency is of kind childrens-social-care.")
        }
        let units = agencies.values.filter { $0.kind == .businessUnit }
        if units.count != 1 {
            // Rows A2, A4 and section 2: whoever is to be told of what moved up must exist.
            file.refuse(
                root["agencies"], "one-business-unit",
                "Exactly one agency is of kind business-unit; here are \(units.count).")
        }
        guard let hub = hubs.first, let unit = units.first, file.problems.isEmpty else { return nil }
        return AgencyRegister(agencies: agencies, hub: hub.code, businessUnit: unit.code, publishers: publishers)
    }
}

extension Agency {
    fileprivate init?(_ node: YAMLNode, _ file: inout PolicyFile) {
        guard file.checkKeys(of: node, ["code", "name", "kind", "managerRoles", "contacts"]) else { return nil }
        let code = file.text(node, "code").flatMap { AgencyCode($0) }
        if node["code"]?.text != nil, code == nil {
            file.refuse(node["code"], "agency-code", "A code is lower-case letters, digits and single hyphens.")
        }
        let kind = file.text(node, "kind").flatMap(Kind.init(rawValue:))
        if node["kind"]?.text != nil, kind == nil {
            let kinds = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            file.refuse(node["kind"], "agency-kind", "A kind is one of: \(kinds).")
        }
        let name = file.text(node, "name")
        let roles = file.texts(node, "managerRoles")
        let contacts = file.list(node, "contacts").compactMap { Contact($0, &file) }
        let missing = AgencyRegister.stages.filter { stage in !contacts.contains { $0.stage == stage } }
        if node["contacts"]?.elements != nil, !missing.isEmpty {
            // Row B3: an agency that names nobody for a stage cannot take part in an escalation.
            file.refuse(
                node["contacts"], "contact-for-each-stage",
                "Name a contact for each stage of escalation; missing: \(missing.map(String.init).joined(separator: ", "))."
            )
        }
        guard let code, let kind, let name else { return nil }
        self.init(code: code, name: name, kind: kind, managerRoles: roles.map { $0.lowercased() }, contacts: contacts)
    }
}

extension Agency.Contact {
    fileprivate init?(_ node: YAMLNode, _ file: inout PolicyFile) {
        guard file.checkKeys(of: node, ["stage", "role", "email", "webhook"]) else { return nil }
        let stage = file.number(node, "stage", in: AgencyRegister.stages)
        let role = file.text(node, "role")
        let (email, webhook) = file.channels(node)
        guard let stage, let role else { return nil }
        self.init(stage: stage, role: role, email: email, webhook: webhook)
    }
}
