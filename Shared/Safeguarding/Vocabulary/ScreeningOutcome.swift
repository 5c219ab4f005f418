/// How screening of a referral can end (domain.md section 3.4).
public enum ScreeningOutcome: String, CaseIterable, Hashable, Sendable {
    /// Nothing further.
    case noFurtherAction = "no-further-action"
    /// The referrer or the family is advised, and no service begins.
    case informationAndAdvice = "information-and-advice"
    /// An early help service takes it up, with consent.
    case earlyHelp = "early-help"
    /// An assessment of the child's needs.
    case assessment
    /// The agencies decide together whether a Section 47 enquiry is undertaken.
    case strategyDiscussion = "strategy-discussion"
}
