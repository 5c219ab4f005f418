import JSON
import Safeguarding

/// Who may publish a type: every agency, or agencies of some kinds and some by name. A declaration gives the default, which is
/// of kinds alone; a partnership's policy may say otherwise (T4).
public struct Publishers: Sendable, Equatable {
    /// Whether every agency may.
    public let isAnyAgency: Bool
    /// Agencies of these kinds may.
    public let kinds: Set<AgencyKind>
    /// These agencies may, of whatever kind they are.
    public let agencies: Set<AgencyCode>

    private init(isAnyAgency: Bool, kinds: Set<AgencyKind>, agencies: Set<AgencyCode>) {
        (self.isAnyAgency, self.kinds, self.agencies) = (isAnyAgency, kinds, agencies)
    }

    /// Agencies of these kinds, and these agencies.
    public init(kinds: Set<AgencyKind>, agencies: Set<AgencyCode> = []) {
        self.init(isAnyAgency: false, kinds: kinds, agencies: agencies)
    }

    /// Every agency.
    public static let anyAgency = Publishers(isAnyAgency: true, kinds: [], agencies: [])
    /// Children's social care.
    public static let socialCare = Publishers(kinds: [.childrensSocialCare])
    /// Whoever records strategy discussions (R3): children's social care and the hub.
    public static let recordersOfDiscussions = Publishers(kinds: [.childrensSocialCare, .hub])
    /// The hub.
    public static let hub = Publishers(kinds: [.hub])
    /// The police.
    public static let police = Publishers(kinds: [.police])

    /// Whether an agency of that kind may publish it.
    public func include(_ agency: AgencyCode, of kind: AgencyKind) -> Bool {
        isAnyAgency || kinds.contains(kind) || agencies.contains(agency)
    }

    /// In words: `every agency`, `children's social care, police-north`.
    public var words: String {
        guard !isAnyAgency else { return "every agency" }
        return (orderedKinds.map(\.words) + agencies.sorted().map(\.text)).joined(separator: ", ")
    }

    /// As a policy has it: `{"anyAgency": true}`, or `kinds` and `agencies`.
    public var described: JSONTree {
        guard !isAnyAgency else { return ["anyAgency": true] }
        let lists = [("kinds", orderedKinds.map(\.rawValue)), ("agencies", agencies.sorted().map(\.text))]
        return .object(lists.filter { !$0.1.isEmpty }.map { JSONTree.Member($0.0, .strings($0.1)) })
    }

    private var orderedKinds: [AgencyKind] { AgencyKind.allCases.filter { kinds.contains($0) } }
}

extension AgencyKind {
    /// The agencies of the kind, as people call them.
    var words: String {
        switch self {
        case .childrensSocialCare: "children's social care"
        case .hub: "the hub"
        case .police: "the police"
        case .health: "health"
        case .education: "schools and colleges"
        case .housing: "housing"
        case .earlyHelp: "early help"
        case .businessUnit: "the business unit"
        case .other: "other agencies"
        }
    }

    /// An agency of the kind, as examples name it.
    var example: String {
        switch self {
        case .childrensSocialCare: "csc"
        case .hub: "mash"
        case .health: "health-visiting"
        case .education: "school-hill"
        case .police, .housing, .earlyHelp, .businessUnit: rawValue
        case .other: "charity"
        }
    }
}

extension Publishers {
    /// An agency that may publish, as examples name it.
    var example: String { orderedKinds.first?.example ?? agencies.min()?.text ?? AgencyKind.police.example }
}
