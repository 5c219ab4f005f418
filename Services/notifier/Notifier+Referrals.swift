import Contracts
import Messaging
import Policy
import Safeguarding

/// What a referrer is told of its referral, and what becomes of its silence (T3, T4, rows A6 and B1).
extension Notifier {
    /// The kind of the clock that waits for an answer to the outcome of a referral.
    static let response = "response"

    /// The outcome, with the clock for the referrer's answer to it. The clock and the notice name the same moment.
    func tell(
        _ outcome: ReferralOutcome, _ household: HouseholdID, _ origin: Origin, _ book: inout NoticeBook, now: Instant
    ) -> [Effect<NoticeRow>] {
        let due = policy.due(policy.clocks.challengeWindow, from: now, setting: .challengeWindow)
        return Tellings.of(outcome).flatMap { telling in
            let effects = issue(telling, household, origin, &book, now: now) {
                $0.fill(from: outcome, person: telling.person)
                $0.respondBy = due.due
            }
            guard !effects.isEmpty else { return effects }
            let key = DeadlineKey(kind: Notifier.response, subject: notice(of: telling, household).text)
            return effects + [.arm(Deadline(key: key, household: household, due: due))]
        }
    }

    /// A rating that was lowered goes to the referrer like any other threshold (row A6).
    func tell(
        _ lowered: RatingLowered, _ household: HouseholdID, _ origin: Origin, _ book: inout NoticeBook, now: Instant
    ) -> [Effect<NoticeRow>] {
        Tellings.of(lowered).flatMap { telling in
            issue(telling, household, origin, &book, now: now) { notice in
                notice.referralID = lowered.referralID
                notice.rating = NoticeIssued.RatingStep(from: lowered.from, to: lowered.to)
                notice.state = .changed
                notice.decidedBy = lowered.decidedBy
                notice.decidedByRole = lowered.decidedByRole
                notice.decidedAt = lowered.decidedAt
                notice.reason = lowered.reason
                notice.respondBy = lowered.respondBy
            }
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
        let effects = issue(telling, deadline.household, Origin(deadline), &book, now: now) { notice in
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
