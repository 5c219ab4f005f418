import Safeguarding

/// What each kind of notice tells, and what its receiver can do. A test goes through the kinds and misses none here.
struct NoticeGuide: Sendable {
    /// The kind's word.
    let kind: String
    /// What it tells.
    let meaning: String
    /// What the receiver can do.
    let actions: String

    private init(_ kind: NoticeKind, _ meaning: String, _ actions: String) {
        self.kind = kind.rawValue
        self.meaning = meaning
        self.actions = actions
    }

    private static let acknowledge = "Acknowledge it (`notice.acknowledged`)."
    private static let challenge =
        "Acknowledge it; agree, challenge or ask (`notice.answered`), within the window or later, marked late."

    /// Every kind, in the order of their course.
    static let all: [NoticeGuide] = [
        NoticeGuide(
            .thresholdChanged,
            "A child's level was changed, is to be, or a discussion left it as it is; `state` says which.", challenge),
        NoticeGuide(
            .consultationRequested, "Your view is asked for before a change takes effect.",
            "Publish `consultation.recorded` with your own view; challenge or ask (`notice.answered`)."),
        NoticeGuide(
            .consultationRecorded,
            "Another agency has recorded a view of yours. It lets nothing go until you confirm it.",
            "Agree if it is your view, challenge if it is not (`notice.answered`); or publish your own."),
        NoticeGuide(.thresholdRaised, "A child's level was raised.", challenge),
        NoticeGuide(
            .discussionRecorded,
            "You are on record as present at a strategy discussion that was about a change, `views` with which view.",
            "Challenge it (`notice.answered`) if you were not there, or did not agree: what it let go is held again."),
        NoticeGuide(.changeConfirmed, "A held change has taken effect.", challenge),
        NoticeGuide(.changeWithdrawn, "A change was taken back, replaced or overtaken.", acknowledge),
        NoticeGuide(.outcomeOfReferral, "What became of a referral of yours, and why.", challenge),
        NoticeGuide(
            .acknowledgementOverdue,
            "A notice of yours, or of an agency that you answer for, has not been seen in time.",
            "Acknowledge the notice that `about` names."),
        NoticeGuide(
            .challengeRaised,
            "An agency challenges a decision: its grounds and what it wants; `late` if after the window.",
            "The side that decided answers with `escalation.responded`: `willChange` says that it changes what it decided."
        ),
        NoticeGuide(
            .escalationAdvanced,
            "An escalation has moved: to a higher stage, to the arbiter, or, with `outcome`, to what was agreed and has to be "
                + "on record by `respondBy`.",
            "`escalation.responded`; the side that challenged closes it with `escalation.closed`, the arbiter at the last stage."
        ),
        NoticeGuide(.escalationClosed, "An escalation has ended, and how.", acknowledge),
        NoticeGuide(
            .discussionRequired, "A strategy discussion is due.",
            "Hold it; social care or the hub publishes `strategy-discussion.held`."),
        NoticeGuide(
            .informationRequested, "A party asks `question` before it says what it thinks. Its own time stands still.",
            "Publish `information.provided` with the `requestId` by `respondBy`; unanswered, it goes up a stage."),
        NoticeGuide(
            .informationProvided, "Your question was answered: `answer`. `respondBy` is your window as it is now.",
            "Acknowledge it; say what you think to the notice that `about` names."),
        NoticeGuide(
            .currentStatus, "You have begun to work with these children: `to` is the level at which each stands.",
            acknowledge),
        NoticeGuide(.patternDetected, "Events together make a pattern.", acknowledge),
        NoticeGuide(.taskDue, "Work has fallen due; `task` says which.", "Do it, and publish the event that says so."),
        NoticeGuide(.domesticAbuseSchool, "A school is told before the child arrives.", acknowledge),
    ]
}
