import Contracts
import Messaging
import NotifierSpec
import Policy
import Safeguarding

/// What a referrer is told of its referral, and what becomes of its silence (T3, T4, row B1).
extension Notifier {
    /// The kind of the clock that waits for an answer to the outcome of a referral.
    static let response = DeadlineKind.response.rawValue

    /// The outcome, with the clock for the referrer's answer to it. The clock and the notice name the same moment.
    func tell(
        _ outcome: ReferralOutcome, _ plan: [EventReading.Planned], _ household: HouseholdID, _ origin: Origin,
        _ book: inout NoticeBook, now: Instant
    ) -> [Effect<NoticeRow>] {
        let due = policy.due(policy.clocks.challengeWindow, from: now, setting: .challengeWindow)
        return plan.flatMap { planned in
            let effects = issue(planned.telling, as: planned.notice, household, origin, &book, now: now) {
                $0.fill(from: outcome, person: planned.telling.person)
                $0.respondBy = due.due
            }
            guard !effects.isEmpty else { return effects }
            let key = DeadlineKey(kind: Notifier.response, subject: planned.notice.text)
            return effects + [.arm(Deadline(key: key, household: household, due: due))]
        }
    }

    /// Nobody has answered in time. That is on record as no response and never as agreement, and the agency is prompted
    /// once; an answer is welcome all the same.
    func noteSilence(_ about: NoticeID, _ deadline: DueDeadline, _ book: inout NoticeBook, now: Instant)
        -> [Effect<NoticeRow>]
    {
        guard let entry = book[about], !entry.isAnswered else { return [] }
        let telling = Telling(
            kind: .taskDue, cause: "response/" + about.text, agency: entry.agency, person: entry.person,
            childRef: entry.childRef, because: [.referrer], task: .answerOutcome)
        let id = telling.notice(of: deadline.household)
        let effects = issue(telling, as: id, deadline.household, Origin(deadline), &book, now: now) { notice in
            notice.about = about
            notice.referralID = entry.referralID
            notice.respondBy = entry.respondBy
        }
        return [.record(.unanswered(about))] + effects
    }
}

extension Tellings {
    /// The referrer hears it; who else is party, the decision register knows.
    static func of(_ lowered: RatingLowered) -> [Telling] {
        lowered.children.map { child in
            Telling(
                kind: .thresholdChanged, cause: "item/\(lowered.itemID.text)/\(lowered.cause)",
                agency: lowered.referrer, person: child.person, childRef: child.references[lowered.referrer],
                because: [.referrer])
        }
    }
}
