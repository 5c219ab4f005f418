import JSON
import Safeguarding

/// Somebody at an agency has seen a notice.
public struct AcknowledgementFact: EventPayload {
    /// The type that this is the data of.
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

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let noticeID = data.requiredNoticeID(&reasons)
        let by = data.requiredPerson("by", &reasons)
        guard let noticeID, let by, reasons.all.count == before else { return nil }
        self.init(
            noticeID: noticeID, by: by)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("noticeId", noticeID.text)
        writer.object("by") { by.write(to: &$0) }
    }
}
