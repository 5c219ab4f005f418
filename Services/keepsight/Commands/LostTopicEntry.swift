import CommandRuntime
import JSON
import PostgresClient
import Safeguarding
import ServiceRuntime

/// A topic that has lost what was delivered there, as the list of deliveries shows it.
struct LostTopicEntry: Sendable, Equatable {
    let topic: String
    let reason: String
    let noticedAt: Instant
    /// The request that says what is to become of it, and whose it was.
    let request: Int64?
    let requestedBy: String?
    let settledAt: Instant?
    /// Nothing where it was left as it is.
    let deliveredAgain: Int64?
    let missing: Int64?

    /// What has happened, and what to do.
    var sentence: String {
        let what =
            "Topic \(topic) was made anew, or has lost its end (noticed \(BritishTime.short(noticedAt))): \(reason) "
            + "What stood there and was not read is gone."
        guard let request else {
            let agency = topic.split(separator: ".").dropLast().last.map(String.init) ?? "AGENCY"
            return
                "\(what) 'keepsight deliveries again \(agency) --by … --reason …' delivers it again, 'deliveries leave' leaves it. "
                + "Senders get receipts that stood there by publishing the same events again."
        }
        let who = "request \(request) of \(requestedBy ?? "?")"
        guard let settledAt else { return "\(what) It is being delivered again, by \(who)." }
        let when = BritishTime.short(settledAt)
        guard let deliveredAgain else { return "\(what) It was left as it is \(when), by \(who)." }
        let rest =
            missing ?? 0 > 0
            ? " \(counted(Int(missing ?? 0), "other")) could not be, since what they followed from is gone as well: tell the agency."
            : ""
        return "\(what) \(counted(Int(deliveredAgain), "notice")) went there again \(when), by \(who).\(rest)"
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("lostTopic", topic)
        writer.field("finding", reason)
        writer.field("noticedAt", noticedAt.rfc3339)
        writer.field("request", request.map { Int($0) })
        writer.field("requestedBy", requestedBy)
        writer.field("settledAt", settledAt?.rfc3339)
        writer.field("deliveredAgain", deliveredAgain.map { Int($0) })
        writer.field("missing", missing.map { Int($0) })
        writer.field("toDo", settledAt == nil || missing ?? 0 > 0 ? sentence : "")
        writer.endObject()
    }
}

extension LostTopicEntry {
    /// A row of `lost-topics.sql`.
    init(_ row: Row) throws(PostgresError) {
        self.init(
            topic: try row.text("topic"), reason: try row.text("reason"),
            noticedAt: Instant(microsecondsSinceEpoch: try row.timestamp("noticed_at")),
            request: try row.optionalInt8("request"),
            requestedBy: try row.optionalText("requested_by"),
            settledAt: try row.optionalTimestamp("settled_at").map(Instant.init(microsecondsSinceEpoch:)),
            deliveredAgain: try row.optionalInt8("said_again"), missing: try row.optionalInt8("missing"))
    }
}
