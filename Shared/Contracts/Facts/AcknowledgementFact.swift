import Safeguarding

/// Somebody at an agency has seen a notice.
public struct AcknowledgementFact: EventPayload {
    public static let type = EventType("acknowledgement-fact.recorded")

    /// Which notice.
    public let noticeID: NoticeID
    /// Who has seen it.
    public let by: Person

    /// Somebody at an agency has seen a notice.
    public init(noticeID: NoticeID, by: Person) {
        self.noticeID = noticeID
        self.by = by
    }

    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let noticeID = data.requiredNoticeID(&reasons)
        let by = data.requiredPerson("by", &reasons)
        guard let noticeID, let by, reasons.all.count == before else { return nil }
        self.init(
            noticeID: noticeID, by: by)
    }

    public func write(to writer: inout JSONWriter) {
        writer.field("noticeId", noticeID.text)
        writer.object("by") { by.write(to: &$0) }
    }
}
