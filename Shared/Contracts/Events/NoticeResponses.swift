import JSON
import Safeguarding

/// `notice.acknowledged`: somebody at the agency has seen the notice.
public struct NoticeAcknowledged: AgencyEvent {
    /// Which notice; it names its household, so the answer finds its way.
    public let noticeID: NoticeID
    /// Who has seen it.
    public let by: Person

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "notice.acknowledged", "Somebody at the agency has seen the notice.",
        rows: ["A1", "A4"], publishers: .anyAgency, answeredBy: .notifier,
        example: #"""
            {
              "noticeId": "n1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
              "by": {"name": "Tess Example", "role": "health visitor"}
            }
            """#)

    /// Its fields.
    public static let record = Record(
        NoticeAcknowledged.init,
        required("noticeId", \.noticeID, .noticeID(), "Which notice: the noticeId as the notice has it."),
        required("by", \.by, .person(), "Who has seen it."))

    /// Whom it is about.
    public var subjects: EventSubjects { .household(noticeID.household) }
}

/// `notice.answered`: the agency agrees, challenges, or needs to know more.
public struct NoticeAnswered: AgencyEvent {
    /// Which notice.
    public let noticeID: NoticeID
    /// Who answers.
    public let by: Person
    /// What it says.
    public let answer: NoticeAnswer
    /// Which of the notice's children it is about; all, if none is named.
    public let children: [ChildName]
    /// On what grounds it challenges.
    public let grounds: String?
    /// What it wants instead.
    public let desiredOutcome: String?
    /// What it needs to know.
    public let question: String?
    /// Whether a child is at immediate risk: a challenge is urgent then.
    public let isImmediateRisk: Bool
    /// The stage to begin at, because a child is at immediate risk.
    public let escalateTo: Int?

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "notice.answered", "The agency agrees, challenges, or needs to know more.",
        rows: ["A3", "B1"], publishers: .anyAgency, answeredBy: .notifier,
        example: #"""
            {
              "noticeId": "n1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
              "by": {"name": "Tess Example", "role": "health visitor"},
              "answer": "challenge",
              "children": [{"ref": "HV-1"}, {"handle": "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"}],
              "grounds": "Nobody has asked the school.",
              "desiredOutcome": "A reconvened discussion.",
              "question": "Who has seen the child?",
              "immediateRisk": false
            }
            """#)

    /// Its fields.
    public static let record = Record(
        NoticeAnswered.init,
        required("noticeId", \.noticeID, .noticeID(), "Which notice: the noticeId as the notice has it."),
        required("by", \.by, .person(), "Who answers."),
        required("answer", \.answer, .word(), "What it says."),
        optional(
            "children", \.children, .list(.object(ChildName.record), 1...ChildDescription.maximumCount), or: [],
            "Which of the notice's children it is about, as the notice names them; all, if none is named."),
        optional("grounds", \.grounds, .text(), "On what grounds it challenges."),
        optional("desiredOutcome", \.desiredOutcome, .text(), "What it wants instead."),
        optional("question", \.question, .text(), "What it needs to know."),
        optional(
            "immediateRisk", \.isImmediateRisk, .bool(), or: false,
            "Whether a child is at immediate risk: a challenge is urgent then."),
        optional(
            "escalateTo", \.escalateTo, .integer(1...10),
            "The stage to begin at, because a child is at immediate risk."),
        checks: [
            .requires("grounds", if: .word("answer", NoticeAnswer.challenge)),
            .requires("desiredOutcome", if: .word("answer", NoticeAnswer.challenge)),
            .requires("question", if: .word("answer", NoticeAnswer.needInformation)),
            .allows(
                "escalateTo", onlyIf: .word("answer", NoticeAnswer.challenge), .isTrue("immediateRisk"),
                otherwise: "Only a challenge for a child at immediate risk begins at a higher stage."),
        ])

    /// Whom it is about.
    public var subjects: EventSubjects { .household(noticeID.household) }
}
