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
        func time(_ column: ColumnName) throws(PostgresError) -> Instant? {
            try row.optionalTimestamp(column).map(Instant.init(microsecondsSinceEpoch:))
        }
        let names = try row.isNull("channels") ? [] : try row.textArray("channels")
        let states = try row.isNull("states") ? [] : try row.textArray("states")
        self.init(
            notice: try row.text("notice"), version: Int(try row.int4("version")), agency: try row.text("agency"),
            because: try row.textArray("opened_because"), kind: try row.text("kind"),
            state: try row.optionalText("state"),
            toldAt: Instant(microsecondsSinceEpoch: try row.timestamp("issued_at")),
            deliveredAt: try time("delivered_at"),
            channels: zip(names, states).map { Channel(name: $0, state: $1) },
            acknowledgedAt: try time("acknowledged_at"),
            acknowledgedBy: try row.optionalText("acknowledged_by"), answeredAt: try time("answered_at"),
            answer: try row.optionalText("answer"),
            answeredBy: try row.optionalText("answered_by"),
            answeredLate: try row.optionalBool("answered_late") ?? false,
            respondBy: try time("respond_by"), noResponseAt: try time("no_response_at"),
            stepsTaken: Int(try row.int4("steps_taken")),
            nextStepAt: try time("next_step_at"),
            challengeStage: try row.optionalInt4("challenge_stage").map { Int($0) },
            challengeDueAt: try time("challenge_due_at"))
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
