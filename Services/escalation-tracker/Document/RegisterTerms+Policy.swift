import DecisionRules
import Policy
import Safeguarding

extension RegisterTerms {
    /// The terms of a policy.
    package init(_ policy: Policy) {
        func agencies(of kinds: AgencyKind...) -> Set<AgencyCode> {
            Set(policy.agencies.codes.filter { code in policy.agencies[code].map { kinds.contains($0.kind) } ?? false })
        }
        self.init(
            recorders: agencies(of: .childrensSocialCare, .hub),
            quorum: policy.consultation.quorum.map { agencies(of: $0) })
        members = Set(policy.agencies.codes)
        // As where a consultee may not be told of a child (K2): the business unit, and else the hub.
        standIns = [policy.agencies.businessUnit, policy.agencies.hub]
        switch policy.consultation.secondHandViews {
        case .confirm: secondHandViews = .confirm
        case .stand: secondHandViews = .stand
        }
    }
}
