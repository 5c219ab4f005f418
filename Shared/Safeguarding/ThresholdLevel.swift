/// The levels of help and protection that a decision moves a child between, highest first (contract.md section 4).
///
/// `child-looked-after` and `care-order` are statuses beside this ladder, never reached or left by a rule.
public enum ThresholdLevel: String, CaseIterable, Hashable, Sendable {
    /// An enquiry under section 47 of the Children Act 1989.
    case section47 = "section-47"
    /// What an initial conference decided after an enquiry.
    case childProtectionPlan = "child-protection-plan"
    /// A child in need under section 17 of the Children Act 1989.
    case section17 = "section-17"
    /// Support below the statutory thresholds, with consent.
    case earlyHelp = "early-help"
    /// Universal services only.
    case universal
    /// Closed to all.
    case closed

    /// 0 is the highest.
    public var rank: Int {
        switch self {
        case .section47: 0
        case .childProtectionPlan: 1
        case .section17: 2
        case .earlyHelp: 3
        case .universal: 4
        case .closed: 5
        }
    }

    /// Whether going from this level to `other` is a *lowered threshold* (domain.md rows A1 and A6).
    public func isLowered(to other: ThresholdLevel) -> Bool { other.rank > rank }
}
