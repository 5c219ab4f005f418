/// What kind of agency an agency is.
public enum AgencyKind: String, CaseIterable, Sendable {
    /// Children's social care: decides.
    case childrensSocialCare = "childrens-social-care"
    /// The multi-agency safeguarding hub: screens.
    case hub
    /// A police force, or its safeguarding unit.
    case police
    /// Health of every kind.
    case health
    /// Schools and colleges.
    case education
    /// A housing authority, or a registered provider.
    case housing
    /// Early help, below the statutory thresholds.
    case earlyHelp = "early-help"
    /// The partnership's business unit: it is told where a matter has moved up, and decides nothing.
    case businessUnit = "business-unit"
    /// Anything else.
    case other
}
