import JSON
import Safeguarding

/// An agency answered a notice.
public struct AnswerFact: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("answer-fact.recorded")

    /// Which notice.
    public let noticeID: NoticeID
    /// Who answers.
    public let by: Person
    /// What it says.
    public let answer: NoticeAnswer
    /// On what grounds it challenges.
    public let grounds: String?
    /// What it wants instead.
    public let desiredOutcome: String?
    /// Whether it cannot wait.
    public let isUrgent: Bool
    /// The stage at which it wants to begin.
    public let escalateTo: Int?

    /// An agency answered a notice.
    public init(
        noticeID: NoticeID, by: Person, answer: NoticeAnswer, grounds: String?, desiredOutcome: String?, isUrgent: Bool,
        escalateTo: Int? = nil
    ) {
        self.noticeID = noticeID
        self.by = by
        self.answer = answer
        self.grounds = grounds
        self.desiredOutcome = desiredOutcome
        self.isUrgent = isUrgent
        self.escalateTo = escalateTo
    }

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let noticeID = data.requiredNoticeID(&reasons)
        let by = data.requiredPerson("by", &reasons)
        let answer: NoticeAnswer? = data.requiredEnum("answer", &reasons)
        let grounds = data.optionalText("grounds", &reasons)
        let desiredOutcome = data.optionalText("desiredOutcome", &reasons)
        let isUrgent = data.requiredBool("urgent", &reasons)
        let target = data.present("escalateTo") == nil ? nil : data.requiredInteger("escalateTo", in: 1...9, &reasons)
        guard let noticeID, let by, let answer, let isUrgent, reasons.all.count == before else { return nil }
        self.init(
            noticeID: noticeID, by: by, answer: answer, grounds: grounds, desiredOutcome: desiredOutcome,
            isUrgent: isUrgent, escalateTo: target)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("noticeId", noticeID.text)
        writer.object("by") { by.write(to: &$0) }
        writer.field("answer", answer.rawValue)
        writer.field("grounds", grounds)
        writer.field("desiredOutcome", desiredOutcome)
        writer.field("urgent", isUrgent)
        writer.field("escalateTo", escalateTo)
    }
}
