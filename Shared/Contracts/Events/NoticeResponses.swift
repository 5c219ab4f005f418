import Safeguarding

/// `notice.acknowledged`: somebody at the agency has seen the notice.
public struct NoticeAcknowledged: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("notice.acknowledged")

    /// Which notice; it names its household, so the answer finds its way.
    public let noticeID: NoticeID
    /// Who has seen it.
    public let by: Person

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let notice = data.requiredNoticeID(&reasons)
        let by = data.requiredPerson("by", &reasons)
        guard let notice, let by, reasons.all.count == before else { return nil }
        noticeID = notice
        self.by = by
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("noticeId", noticeID.text)
        writer.object("by") { by.write(to: &$0) }
    }
}

/// `notice.answered`: the agency agrees, challenges, or needs to know more.
public struct NoticeAnswered: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("notice.answered")

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
    /// The stage to begin at, because a child is at immediate risk; only with an urgent challenge.
    public let escalateTo: Int?

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let notice = data.requiredNoticeID(&reasons)
        let by = data.requiredPerson("by", &reasons)
        let answer: NoticeAnswer? = data.requiredEnum("answer", &reasons)
        let isChallenge = answer == .challenge
        let grounds =
            isChallenge
            ? data.requiredText("grounds", &reasons)
            : data.optionalText("grounds", &reasons)
        let outcome =
            isChallenge
            ? data.requiredText("desiredOutcome", &reasons)
            : data.optionalText("desiredOutcome", &reasons)
        let isUrgent = data.optionalBool("urgent", &reasons) ?? false
        let target = data.present("escalateTo") == nil ? nil : data.requiredInteger("escalateTo", in: 1...9, &reasons)
        if target != nil, !isChallenge || !isUrgent {
            reasons.add(
                .notAllowed, at: data.pointer + "/escalateTo",
                "Only an urgent challenge begins at a higher stage: a child is at immediate risk.")
        }
        guard let notice, let by, let answer, reasons.all.count == before else { return nil }
        noticeID = notice
        self.by = by
        self.answer = answer
        self.grounds = grounds
        desiredOutcome = outcome
        self.isUrgent = isUrgent
        escalateTo = target
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

extension JSONValue {
    func requiredNoticeID(_ reasons: inout RefusalReasons) -> NoticeID? {
        guard let text = requiredString("noticeId", &reasons) else { return nil }
        guard let notice = NoticeID(text) else {
            reasons.add(
                .invalidIdentifier, at: pointer + "/noticeId", "Give the noticeId as the notice has it.")
            return nil
        }
        return notice
    }
}
