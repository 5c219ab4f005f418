import DecisionRules

extension Rule {
    /// What is to be looked for when it is off, in a violation's words: that a change takes effect, where that is what the rule
    /// prevents; `nil` if anything will do.
    package var consequence: String? {
        switch self {
        case .r2, .r5, .r6, .r7, .r8: "takes effect"
        case .r17: "goes on"
        case .r1: "(R1)"
        default: nil
        }
    }

    /// Whether it is about questions and about what is in time, which `QuestionExplorer` walks; all others `Explorer` does.
    package var isOfQuestions: Bool { self == .r14 || self == .r18 }
}
