import DecisionRules
import Policy
import Safeguarding

extension RegisterTerms {
    /// The terms of a policy.
    init(_ policy: Policy) {
        func agencies(of kinds: AgencyKind...) -> Set<AgencyCode> {
            Set(policy.agencies.codes.filter { code in policy.agencies[code].map { kinds.contains($0.kind) } ?? false })
        }
        self.init(
            recorders: agencies(of: .childrensSocialCare, .hub),
            quorum: policy.consultation.quorum.map { agencies(of: $0) })
        switch policy.consultation.secondHandViews {
        case .confirm: secondHandViews = .confirm
        case .stand: secondHandViews = .stand
        }
    }
}
