/// What the receiver of a notice of the kind `task-due` is to do.
public enum NoticeTask: String, CaseIterable, Hashable, Sendable {
    /// Decide on a referral that is overdue (T1, row B2).
    case decideReferral = "decide-referral"
    /// Ask what has become of the referral (T2, row B2).
    case chaseOutcome = "chase-outcome"
    /// Say something to the outcome of the referral (row B1).
    case answerOutcome = "answer-outcome"
    /// Answer a challenge, at the stage that it stands at (row B5).
    case respondToEscalation = "respond-to-escalation"
    /// Say whether the answer to the challenge satisfies (row B5).
    case settleEscalation = "settle-escalation"
    /// Put on record what a challenge ended with: the new version, the referral or the conference (contract R16).
    case followThrough = "follow-through"
    /// Close a challenge where the ladder ends, as somebody above both sides (contract R15).
    case arbitrate
    /// Decide on a request for a conference (row B8).
    case decideOnConference = "decide-on-conference"
    /// Take note of what was decided on the request for a conference (row B8).
    case noteConferenceDecision = "note-conference-decision"
    /// Take a matter in which nothing has happened to supervision (row B6).
    case supervise
    /// Consider challenging: nothing has happened for the second time (row B6).
    case considerEscalation = "consider-escalation"
    /// Say again who answers at each stage of escalation (row B3).
    case attestContacts = "attest-contacts"
}
