import Contracts
import JSON
import PostgresClient
import Safeguarding

/// One notice of a decision, and what became of it.
struct MatrixNotice: Sendable, Equatable {
    /// How far a channel has come with it.
    struct Channel: Sendable, Equatable {
        let name: String
        /// `waiting`, `delivered`, `failed`, `suppressed`; one for each contact.
        let state: String
    }

    let notice: String
    let version: Int
    let agency: String
    let because: [String]
    let kind: String
    let state: String?
    let toldAt: Instant
    let deliveredAt: Instant?
    let channels: [Channel]
    let acknowledgedAt: Instant?
    let acknowledgedBy: String?
    let answeredAt: Instant?
    let answer: String?
    let answeredBy: String?
    let answeredLate: Bool
    let respondBy: Instant?
    /// When the time for an answer had passed without one: never agreement.
    let noResponseAt: Instant?
    /// Steps of the ladder of acknowledgement that were taken.
    let stepsTaken: Int
    /// When the next one is due, if its clock is set.
    let nextStepAt: Instant?
    /// The stage at which a challenge of this agency stands, while it is open.
    var challengeStage: Int?
    /// When the side whose turn it is must have answered.
    var challengeDueAt: Instant?

    /// Whether it is a reminder of another notice.
    var isReminder: Bool { kind == NoticeKind.acknowledgementOverdue.rawValue }

    /// As the agency that it is for knows it.
    var reference: String? {
        guard let id = NoticeID(notice), let code = AgencyCode(agency) else { return nil }
        return NoticeReference(of: id, for: code).text
    }
}

extension MatrixNotice {
    /// A row of `matrix.sql`.
    init(_ row: Row) throws(PostgresError) {
        func time(_ column: Int) throws(PostgresError) -> Instant? {
            try row.optionalTimestamp(column).map(Instant.init(microsecondsSinceEpoch:))
        }
        let names = try row.isNull(17) ? [] : try row.textArray(17)
        let states = try row.isNull(18) ? [] : try row.textArray(18)
        self.init(
            notice: try row.text(0), version: Int(try row.int4(1)), agency: try row.text(2),
            because: try row.textArray(3), kind: try row.text(4), state: try row.optionalText(5),
            toldAt: Instant(microsecondsSinceEpoch: try row.timestamp(6)), deliveredAt: try time(7),
            channels: zip(names, states).map { Channel(name: $0, state: $1) }, acknowledgedAt: try time(8),
            acknowledgedBy: try row.optionalText(9), answeredAt: try time(10), answer: try row.optionalText(11),
            answeredBy: try row.optionalText(12), answeredLate: try row.optionalBool(13) ?? false,
            respondBy: try time(14), noResponseAt: try time(19), stepsTaken: Int(try row.int4(15)),
            nextStepAt: try time(16), challengeStage: try row.optionalInt4(20).map { Int($0) },
            challengeDueAt: try time(21))
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("notice", notice)
        writer.field("reference", reference)
        writer.field("kind", kind)
        writer.field("state", state)
        writer.field("toldAt", toldAt.rfc3339)
        writer.field("deliveredAt", deliveredAt?.rfc3339)
        writer.array("channels", channels) { writer, channel in
            writer.beginObject()
            writer.field("channel", channel.name)
            writer.field("state", channel.state)
            writer.endObject()
        }
        writer.field("acknowledgedAt", acknowledgedAt?.rfc3339)
        writer.field("acknowledgedBy", acknowledgedBy)
        writer.field("answeredAt", answeredAt?.rfc3339)
        writer.field("answer", answer)
        writer.field("answeredBy", answeredBy)
        writer.field("answeredLate", answer == nil ? nil : answeredLate)
        writer.field("respondBy", respondBy?.rfc3339)
        writer.field("noResponseAt", noResponseAt?.rfc3339)
        writer.field("remindersSent", stepsTaken)
        writer.field("nextReminderAt", nextStepAt?.rfc3339)
        writer.endObject()
    }
}
