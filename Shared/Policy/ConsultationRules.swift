import Contracts
import Safeguarding

/// How agencies are consulted before a threshold is lowered: who must be at a strategy discussion (R3), what a view is worth that
/// another agency recorded (R5), and who closes a challenge where its ladder ends (R15).
public struct ConsultationRules: Sendable, Equatable {
    /// What a view is worth that another agency recorded.
    public enum SecondHandViews: String, CaseIterable, Sendable {
        /// Nothing, until the agency confirms it.
        case confirm
        /// As much as its own, until the agency says something itself.
        case stand
    }

    /// An agency of each of these kinds is at a strategy discussion.
    public let quorum: [AgencyKind]
    /// What a view is worth that another agency recorded.
    public let secondHandViews: SecondHandViews
    /// Who closes a challenge at the last stage; the business unit, if policy names nobody.
    public let arbiter: AgencyCode?

    /// Social care, police and health meet, and nobody speaks for another: what the contract says.
    public static let standard = ConsultationRules(
        quorum: [.childrensSocialCare, .police, .health], secondHandViews: .confirm)

    /// Rules of a partnership's own.
    public init(quorum: [AgencyKind], secondHandViews: SecondHandViews, arbiter: AgencyCode? = nil) {
        (self.quorum, self.secondHandViews, self.arbiter) = (quorum, secondHandViews, arbiter)
    }

    /// Reads `quorum`, `secondHandViews` and `arbiter` of `policy.yaml`; what is not there is as the contract says.
    init?(_ root: YAMLNode, _ file: inout PolicyFile) {
        var arbiter: AgencyCode?
        var quorum = ConsultationRules.standard.quorum
        var views = ConsultationRules.standard.secondHandViews
        let before = file.problems.count
        if root["quorum"] != nil {
            let words = file.texts(root, "quorum")
            quorum = words.compactMap(AgencyKind.init(rawValue:))
            if quorum.count < words.count || quorum.isEmpty {
                let kinds = AgencyKind.allCases.map(\.rawValue).joined(separator: ", ")
                file.refuse(root["quorum"], "agency-kind", "Name one kind of agency at least, of: \(kinds).")
            }
        }
        if let node = root["secondHandViews"] {
            let word = file.text(root, "secondHandViews").flatMap(SecondHandViews.init(rawValue:))
            if word == nil {
                file.refuse(node, "second-hand-views", "Second-hand views confirm or stand.")
            }
            views = word ?? views
        }
        if let node = root["arbiter"] {
            arbiter = file.text(root, "arbiter").flatMap { AgencyCode($0) }
            if arbiter == nil { file.refuse(node, "arbiter", "An arbiter is an agency, by its code.") }
        }
        guard file.problems.count == before else { return nil }
        self.init(quorum: quorum, secondHandViews: views, arbiter: arbiter)
    }
}

extension Policy {
    /// Who closes challenges where their ladder ends (R15), the first who is neither side nor party of one: the arbiter that policy
    /// names, the business unit, the hub.
    public var arbiters: [AgencyCode] {
        ([consultation.arbiter, agencies.businessUnit, agencies.hub] as [AgencyCode?]).compactMap(\.self)
    }

    /// What stands against an arbiter: there is none of that code, or it is one of those who decide.
    static func refuse(
        _ arbiter: AgencyCode?, on line: Int, of agencies: AgencyRegister, _ problems: inout [PolicyProblem]
    ) {
        guard let arbiter else { return }
        let message: String
        switch agencies[arbiter]?.kind {
        case nil: message = "There is no agency '\(arbiter)'; name one of agencies.yaml."
        case .childrensSocialCare, .hub:
            message =
                "An arbiter is above both sides, and '\(arbiter)' decides: name the business unit or a scrutineer."
        default: return
        }
        problems.append(PolicyProblem(file: "policy.yaml", line: line, rule: "arbiter", message: message))
    }

    /// The kinds of the quorum of which nobody is among these agencies.
    public func missingFromQuorum(_ attendees: some Sequence<AgencyCode>) -> [AgencyKind] {
        let present = Set(attendees.compactMap { agencies[$0]?.kind })
        return consultation.quorum.filter { !present.contains($0) }
    }
}
