import JSON
import Safeguarding

/// An agency answered a notice.
public struct AnswerFact: ServiceEvent {
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
    /// Whether it cannot wait.
    public let isUrgent: Bool
    /// The stage at which it wants to begin.
    public let escalateTo: Int?

    /// An agency answered a notice.
    public init(
        noticeID: NoticeID, by: Person, answer: NoticeAnswer, children: [ChildName] = [], grounds: String?,
        desiredOutcome: String?, question: String? = nil, isUrgent: Bool, escalateTo: Int? = nil
    ) {
        self.noticeID = noticeID
        self.by = by
        self.answer = answer
        self.children = children
        self.grounds = grounds
        self.desiredOutcome = desiredOutcome
        self.question = question
        self.isUrgent = isUrgent
        self.escalateTo = escalateTo
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "answer-fact.recorded", "An agency answered a notice.",
        from: "referral-intake",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"noticeId": "n1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
                 "by": {"name": "Tess Example", "role": "health visitor"}, "answer": "challenge",
                 "named": [{"ref": "HV-1"}],
                 "grounds": "Nobody has asked the school.", "desiredOutcome": "A reconvened discussion.",
                 "question": "Who has seen the child?",
                 "urgent": true, "escalateTo": 3}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        AnswerFact.init,
        required("noticeId", \.noticeID, .noticeID(), "Which notice."),
        required("by", \.by, .person(), "Who answers."),
        required("answer", \.answer, .word(), "Whether the agency agrees, challenges, or needs to know more."),
        optional(
            "named", \.children, .list(.object(ChildName.record), 0...ChildDescription.maximumCount), or: [],
            "Which of the notice's children it is about, as the agency names them; all, if none is named."),
        optional("grounds", \.grounds, .text(), "On what grounds it challenges."),
        optional("desiredOutcome", \.desiredOutcome, .text(), "What a challenge wants instead."),
        optional("question", \.question, .text(), "What the agency needs to know."),
        required("urgent", \.isUrgent, .bool(), "Whether a challenge cannot wait."),
        optional("escalateTo", \.escalateTo, .integer(1...10), "The stage at which an urgent challenge begins."))
}
