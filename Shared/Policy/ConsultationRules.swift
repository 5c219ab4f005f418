import Contracts
import Safeguarding

/// How agencies are consulted before a threshold is lowered: who must be at a strategy discussion (R3), and what a view is
/// worth that another agency recorded (R5).
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

    /// Social care, police and health meet, and nobody speaks for another: what the contract says.
    public static let standard = ConsultationRules(
        quorum: [.childrensSocialCare, .police, .health], secondHandViews: .confirm)

    /// Rules of a partnership's own.
    public init(quorum: [AgencyKind], secondHandViews: SecondHandViews) {
        (self.quorum, self.secondHandViews) = (quorum, secondHandViews)
    }

    /// Reads `quorum` and `secondHandViews` of `policy.yaml`; what is not there is as the contract says.
    init?(_ root: YAMLNode, _ file: inout PolicyFile) {
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
        guard file.problems.count == before else { return nil }
        self.init(quorum: quorum, secondHandViews: views)
    }
}

extension Policy {
    /// The kinds of the quorum of which nobody is among these agencies.
    public func missingFromQuorum(_ attendees: some Sequence<AgencyCode>) -> [AgencyKind] {
        let present = Set(attendees.compactMap { agencies[$0]?.kind })
        return consultation.quorum.filter { !present.contains($0) }
    }
}
