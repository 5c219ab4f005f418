import Safeguarding

/// What policy says about the register's rules, as values: under which terms a fact is taken.
package struct RegisterTerms: Hashable, Sendable {
    /// What a view is worth that another agency recorded (R5).
    package enum SecondHandViews: String, CaseIterable, Hashable, Sendable {
        /// Nothing, until the agency confirms it.
        case confirm
        /// As much as its own, until it says something itself.
        case stand
    }

    /// See `SecondHandViews`.
    package var secondHandViews = SecondHandViews.confirm
    /// Who may record strategy discussions (R3): children's social care and the hub.
    package var recorders: Set<AgencyCode>
    /// Who must be at one: an agency of each of these groups (R3).
    package var quorum: [Set<AgencyCode>]
    /// Who takes part in the partnership; everybody, if it does not say.
    package var members: Set<AgencyCode>?
    /// Who is asked in the place of a consultee that takes part no longer, the first who does not decide.
    package var standIns: [AgencyCode] = []
    /// All of them, outside tests.
    package var rules = RuleSet.all

    /// Terms with every rule on.
    package init(recorders: Set<AgencyCode>, quorum: [Set<AgencyCode>]) {
        self.recorders = recorders
        self.quorum = quorum
    }

    /// What stands against a discussion before anything else is looked at (R3); `nil` if nothing does.
    package func refusal(of discussion: DiscussionHeld) -> RegisterRefusal? {
        guard rules.keeps(.r3) else { return nil }
        guard recorders.contains(discussion.recordedBy) else { return .mayNotRecordDiscussions }
        guard !discussion.hasQuorumException else { return nil }
        let attendees = Set(discussion.attendees.keys)
        let missing = quorum.filter { $0.isDisjoint(with: attendees) }
        return missing.isEmpty ? nil : .quorumMissing(missing.map { $0.sorted() })
    }
}
