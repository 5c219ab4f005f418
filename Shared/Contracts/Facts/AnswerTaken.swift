import Safeguarding

/// On `escalations.events`: the decision register has taken up what an agency answered to a notice: a challenge has begun, or
/// a question has gone to whoever decided. Only then is the notice answered, since an answer that the register refuses must
/// have no effect at all (contract section 5). Published in the transaction of the ruling.
public struct AnswerTaken: ServiceEvent {
    /// Which notice.
    public let noticeID: NoticeID
    /// Who answered.
    public let by: Person
    /// What it said.
    public let answer: NoticeAnswer
    /// When intake had the answer: what is late counts from here, however long it waited for what it is about.
    public let answeredAt: Instant

    /// An answer has been taken up.
    public init(noticeID: NoticeID, by: Person, answer: NoticeAnswer, answeredAt: Instant) {
        self.noticeID = noticeID
        self.by = by
        self.answer = answer
        self.answeredAt = answeredAt
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "answer.taken", "The decision register has taken up an answer to a notice.",
        from: "escalation-tracker",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"noticeId": "n1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
                 "by": {"name": "Tess Example", "role": "health visitor"}, "answer": "challenge",
                 "answeredAt": "2026-11-20T10:00:00Z"}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        AnswerTaken.init,
        required("noticeId", \.noticeID, .noticeID(), "Which notice."),
        required("by", \.by, .person(), "Who answered."),
        required("answer", \.answer, .word(), "What it said: a challenge or a question."),
        required("answeredAt", \.answeredAt, .instant(), "When intake had the answer."))
}
