import JSON
import Safeguarding

/// Somebody at an agency has seen a notice.
public struct AcknowledgementFact: ServiceEvent {
    /// Which notice.
    public let noticeID: NoticeID
    /// Who has seen it.
    public let by: Person

    /// Somebody at an agency has seen a notice.
    public init(noticeID: NoticeID, by: Person) {
        self.noticeID = noticeID
        self.by = by
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "acknowledgement-fact.recorded", "Somebody at an agency has seen a notice.",
        from: "referral-intake",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"noticeId": "n1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
                 "by": {"name": "Tess Example", "role": "health visitor"}}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        AcknowledgementFact.init,
        required("noticeId", \.noticeID, .noticeID(), "Which notice."),
        required("by", \.by, .person(), "Who has seen it."))
}
