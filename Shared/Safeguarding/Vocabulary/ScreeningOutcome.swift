/// How screening of a referral can end (domain.md section 3.4).
public enum ScreeningOutcome: String, CaseIterable, Hashable, Sendable {
    /// Nothing further.
    case noFurtherAction = "no-further-action"
    /// Information and advice.
    case informationAndAdvice = "information-and-advice"
    /// Early help.
    case earlyHelp = "early-help"
    /// An assessment of the child's needs.
    case assessment
    /// A strategy discussion.
    case strategyDiscussion = "strategy-discussion"
}
