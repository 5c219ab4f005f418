import Safeguarding

/// Who closes a challenge.
package enum ChallengeCloser: String, CaseIterable, Hashable, Sendable {
    /// The side that challenged, which alone can be satisfied.
    case challenger
    /// The side that decided: it answers and changes, and closes nothing.
    case decider
    /// Somebody above both, where the ladder ends.
    case arbiter
}

/// How far a challenge has come, as far as closing it goes.
package struct ChallengeStanding: Hashable, Sendable {
    package let isLastStage: Bool
    /// Whether the side that decided has said that it changes what it decided, or has published the next version.
    package let isConceded: Bool

    /// A challenge that stands so.
    package init(isLastStage: Bool, isConceded: Bool) {
        (self.isLastStage, self.isConceded) = (isLastStage, isConceded)
    }
}

/// Why somebody cannot close a challenge so.
package enum ClosingRefusal: Hashable, Sendable {
    /// The side that decided closes nothing.
    case byDecider
    /// The arbiter comes where the ladder ends.
    case beforeLastStage
    /// Only the side that challenged takes its challenge back.
    case withdrawnByArbiter
    /// That the decision stands the arbiter says; the side that challenged takes its challenge back.
    case upheldByChallenger
    /// The side that decided has not said that it changes anything.
    case notConceded
}

extension RegisterTerms {
    /// What stands against closing a challenge so (R15); `nil` if nothing does.
    ///
    /// - Parameters:
    ///   - outcome: how it is to end
    ///   - closer: who closes it
    ///   - standing: how far it has come
    package func refusal(
        of outcome: EscalationOutcome, by closer: ChallengeCloser, _ standing: ChallengeStanding
    ) -> ClosingRefusal? {
        guard rules.keeps(.r15) else { return nil }
        switch (closer, outcome) {
        case (.decider, _): return .byDecider
        case (.arbiter, _) where !standing.isLastStage: return .beforeLastStage
        case (.arbiter, .withdrawn): return .withdrawnByArbiter
        case (.arbiter, .upheld), (.arbiter, .changed), (.arbiter, .compromise): return nil
        case (.challenger, .upheld): return .upheldByChallenger
        case (.challenger, .changed): return standing.isConceded ? nil : .notConceded
        case (.challenger, .withdrawn), (.challenger, .compromise): return nil
        }
    }
}
