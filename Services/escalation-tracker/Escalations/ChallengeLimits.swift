import Contracts
import DecisionRules
import Safeguarding

/// How many challenges one agency can have open in one household: they stay until somebody ends them, and every event of the
/// household is handled with them. Far beyond what a case brings about. Counted by whose event opens them, not by who
/// challenges: what one agency records of another's views uses up nothing of the other's.
enum ChallengeLimits {
    static let open = HouseholdLimits.challenges

    /// What stands against so many more of an agency's; `nil` if nothing does.
    static func exceeded(by agency: AgencyCode, opening more: Int = 1, in state: TrackerState, at path: String)
        -> RefusalReason?
    {
        guard state.challenges(openedBy: agency) + more > open else { return nil }
        return RefusalReason(
            path: path, code: .tooManyChallenges,
            message:
                "Your agency has opened \(open) challenges of this household that are open, or has sent what may open "
                + "one by itself, which is as many as there can be. This event has no effect. Have one of them closed, "
                + "with escalation.closed, and send it again.")
    }
}

extension TrackerState {
    /// Those that are open, and what may become one without another event of the agency: a challenge or an objection that
    /// waits for what it is about, and a request for a conference that nobody has decided on.
    fileprivate func challenges(openedBy agency: AgencyCode) -> Int {
        let open = escalations.all.count { $0.isOpen && $0.openedBy == agency }
        let waiting = outcomes.waiting.count { $0.agency == agency && $0.answer == .challenge }
        let early = register.waiting.count { $0.recordedBy == agency && $0.position == .object }
        let requests = conferences.requests.count {
            $0.requester == agency && $0.decision == nil && !escalations.isChallenged(.conference(id: $0.id))
        }
        return open + waiting + early + requests
    }
}

extension RefusalCode {
    /// The agency has as many challenges open in this household as one may.
    static let tooManyChallenges = RefusalCode(rawValue: "too-many-challenges")
    /// As many of the agency's challenges wait for what they are about as may.
    static let tooManyWaiting = RefusalCode(rawValue: "too-many-waiting")
}
