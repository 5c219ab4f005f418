import Contracts
import DecisionRules
import Safeguarding

/// What a challenge that ends as changed has to bring about (R16): pure.
enum FollowThrough {
    /// Whether something is still to come. A held change is withdrawn at once; what is in effect has to be undone, a referral queued
    /// again, a conference held, a discussion held anew. That nothing happens has ended by the answer itself.
    static func isToFollow(_ escalation: Escalation, _ register: HouseholdRegister) -> Bool {
        switch escalation.subject {
        case .decision(let name, _): !register.toBeUndone(of: name, for: escalation.challenger).isEmpty
        case .outcome, .conference, .discussion: true
        case .delay: false
        }
    }

    /// Whether a fact is what was to come. What undoes a decision the register sees itself, whatever event it is.
    static func isBrought(by fact: Fact, _ escalation: Escalation) -> Bool {
        guard escalation.isOpen, escalation.awaitsFollowThrough else { return false }
        let isAboutThem = fact.children.contains { escalation.children.contains($0.person) }
        switch (escalation.subject, fact.body) {
        case (.outcome, .referral), (.outcome, .discussion): return isAboutThem
        case (.conference, .conference(let conference)):
            guard case .decided(.agreed, _) = conference.action else { return false }
            return true
        case (.discussion(let name), .discussion(let held)):
            return isAboutThem && OwnName(held.discussionID, of: fact.context.agency) != name
        case (.discussion, .decision): return isAboutThem
        default: return false
        }
    }
}
