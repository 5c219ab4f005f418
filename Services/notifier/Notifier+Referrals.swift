import Contracts
import Messaging
import NotifierSpec
import Policy
import Safeguarding

/// What becomes of a referrer's silence (T3, T4, row B1).
extension Notifier {
    /// The kind of the clock that waits for an answer to the outcome of a referral.
    static let response = DeadlineKind.response.rawValue

    /// The clock for the referrer's answer to the outcome, from when the outcome was published: the notice that was written
    /// then names the same moment.
    func responseClock(of notice: NoticeID, _ household: HouseholdID, published: Instant) -> Effect<NoticeRow> {
        let due = policy.due(policy.clocks.challengeWindow, from: published, setting: .challengeWindow)
        let key = DeadlineKey(kind: Notifier.response, subject: notice.text)
        return .arm(Deadline(key: key, household: household, due: due))
    }

    /// Nobody has answered in time. That is on record as no response and never as agreement, and the agency is prompted
    /// once; an answer is welcome all the same.
    func noteSilence(_ about: NoticeID, _ deadline: DueDeadline, _ book: inout LoadedNotices, now: Instant)
        -> [Effect<NoticeRow>]
    {
        guard let entry = book[about], !entry.isAnswered else { return [] }
        let draft = Notifier.silence(about, entry)
        let id = draft.notice(of: deadline.household)
        let body = entry.reminder(of: about)
        return [.record(.unanswered(about))]
            + issue(draft, body, as: id, deadline.household, Origin(deadline), &book, now: now)
    }

    /// What the referrer is told when nobody has answered in time.
    static func silence(_ about: NoticeID, _ entry: LoadedNotices.Entry) -> PlannedNotice {
        PlannedNotice(
            kind: .taskDue, cause: "response/" + about.text, agency: entry.agency, told: entry.children,
            because: [.referrer], task: .answerOutcome)
    }
}
