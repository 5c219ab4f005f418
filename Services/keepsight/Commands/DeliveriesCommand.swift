import Channels
import CommandRuntime
import Contracts
import JSON
import Messaging
import NotifierSpec
import PostgresClient
import Safeguarding
import ServiceRuntime

/// `keepsight deliveries`: e-mails and webhooks that somebody must see to.
enum DeliveriesCommand {
    static let command = Command(
        "deliveries",
        "List e-mails and webhooks that failed for good or wait, and topics of notices that have lost what was delivered, and "
            + "what to do; deliver it again.",
        options: listOptions,
        examples: [
            "keepsight deliveries",
            "keepsight deliveries retry 17 --by 'Sam Example, operator' --reason 'the mailbox exists now'",
        ],
        subcommands: [
            Command(
                "list", "List those that failed for good or wait, and what to do.", options: listOptions,
                action: list),
            Command(
                "retry", "Try one again, or all that have failed.",
                arguments: [("DELIVERY", "The number that the list gives it, or 'all'.", true)],
                options: [
                    Command.Option("by", "NAME, ROLE", "Who acts: your name in full and your role. Goes on record."),
                    Command.Option("reason", "TEXT", "Why. Goes on record."), SettledRequest.json,
                ],
                values: ["DELIVERY": .listed("deliveries")],
                examples: [
                    "keepsight deliveries retry 17 --by 'Sam Example, operator' --reason 'the mailbox exists now'"
                ], action: retry),
            recovery(
                "again", "Deliver again what an agency's topic of notices has lost, under the same identifiers.",
                "keepsight deliveries again police --by 'Sam Example, operator' --reason 'the topic was made anew'",
                asking: "deliver-again"),
            recovery(
                "leave", "Put on record that what an agency's topic has lost is not delivered again.",
                "keepsight deliveries leave police --by 'Sam Example, operator' --reason 'they had read it'",
                asking: "leave-lost"),
        ], action: list)

    private static func recovery(_ name: String, _ summary: String, _ example: String, asking action: String) -> Command
    {
        Command(
            name, summary, arguments: [("AGENCY", "Whose topic was made anew, or has lost its end.", true)],
            options: [
                Command.Option("by", "NAME, ROLE", "Who acts: your name in full and your role. Goes on record."),
                Command.Option("reason", "TEXT", "Why. Goes on record."), SettledRequest.json,
            ],
            values: ["AGENCY": .listed("agencies")], examples: [example]
        ) { try await recover($0, action) }
    }

    private static let listOptions = [
        Command.Option("all", nil, "List the others as well: delivered, suppressed, not due yet."),
        Command.Option("limit", "N", "List so many at the most (default: 100)."),
        Command.Option("json", nil, "Print JSON, a line for each."),
    ]

    @Sendable private static func list(_ invocation: Invocation) async throws -> ExitStatus {
        let limit = try invocation.number("limit", default: 100, in: 1...100_000)
        return try await list(
            Deployment(environment: invocation.environment), all: invocation.has("all"), limit,
            asJSON: invocation.has("json"))
    }

    private static func list(_ deployment: Deployment, all: Bool, _ limit: Int, asJSON: Bool) async throws -> ExitStatus
    {
        let connection = try await PostgresConnection.connect(
            try deployment.postgres(schema: NotifierSpec.service.schema))
        let result = try await connection.run(statement, [.bool(all), .int8(Int64(limit))])
        let entries = try result.rows.map(DeliveryEntry.init)
        let waiting = try await connection.run(
            SQLStatement(name: "deliveries_waiting", bytes: PackageResources.deliveries_waiting_sql)
        ).rows.map(WaitingDeliveries.init)
        let lost = try await connection.run(
            SQLStatement(name: "lost_topics", bytes: PackageResources.lost_topics_sql), [.bool(all)]
        ).rows.map(LostTopicEntry.init)
        await connection.close()
        if asJSON {
            for topic in lost { Output.json(topic.write) }
            for entry in entries { Output.json(entry.write) }
            return .ok
        }
        for topic in lost { Output.note("\(topic.sentence)") }
        for group in waiting { Output.note("\(group.sentence)") }
        guard !entries.isEmpty else {
            Output.line(
                all
                    ? "Nothing has gone by e-mail or webhook."
                    : waiting.isEmpty
                        ? "No delivery has failed, and none waits." : "No delivery has failed, and none is overdue.")
            return .ok
        }
        var table = Table(["number", "state", "channel", "agency", "to", "notices", "attempts", "why", "what to do"])
        for entry in entries {
            table.add([
                String(entry.number), entry.state, entry.channel, entry.agency, "\(entry.role) <\(entry.address)>",
                String(entry.notices), String(entry.attempts), entry.why, entry.advice,
            ])
        }
        Output.line(table.text)
        return .ok
    }

    private static let statement = SQLStatement(name: "deliveries", bytes: PackageResources.deliveries_sql)

    /// Those that have failed, and the word for all of them.
    static func names(_ deployment: Deployment) async throws -> [String] {
        let connection = try await PostgresConnection.connect(
            try deployment.postgres(schema: NotifierSpec.service.schema))
        let result = try await connection.run(statement, [.bool(false), .int8(100)])
        await connection.close()
        return try ["all"] + result.rows.map(DeliveryEntry.init).filter { $0.state == "failed" }.map { "\($0.number)" }
    }

    @Sendable private static func retry(_ invocation: Invocation) async throws -> ExitStatus {
        let deployment = Deployment(environment: invocation.environment)
        let word = invocation.positional[0]
        guard word == "all" || Int64(word) != nil else {
            throw UsageError("Say which delivery, as 'keepsight deliveries' numbers it, or 'all'.")
        }
        let (by, reason) = (try invocation.person(), try invocation.reason())
        let asked = NotifierRequest.retry([Int64(word)].compactMap { $0 })
        let outcome = try await OperatorRequests.carryOut(
            OperatorRequest(.service, household: nil, requestedBy: by, reason: reason, content: asked.document),
            by: NotifierSpec.service.name, deployment)
        SettledRequest.show(
            outcome, about: word, of: NotifierSpec.service.name, sentence: outcome.text, asJSON: invocation.has("json"))
        return outcome.kind.isDone ? .ok : .failed
    }

    private static func recover(_ invocation: Invocation, _ action: String) async throws -> ExitStatus {
        let deployment = Deployment(environment: invocation.environment)
        let agency = try deployment.agency(invocation.positional[0])
        let (by, reason) = (try invocation.person(), try invocation.reason())
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("do", action)
        writer.field("agency", agency.text)
        writer.endObject()
        let outcome = try await OperatorRequests.carryOut(
            OperatorRequest(.service, household: nil, requestedBy: by, reason: reason, content: writer.bytes),
            by: NotifierSpec.service.name, deployment)
        SettledRequest.show(
            outcome, about: agency.text, of: NotifierSpec.service.name, sentence: outcome.text,
            asJSON: invocation.has("json"))
        return outcome.kind.isDone ? .ok : .failed
    }
}

/// Those that wait by one channel for one reason.
struct WaitingDeliveries: Sendable, Equatable {
    let channel: String
    let reason: String?
    let count: Int64
    /// Since when the oldest waits; of what is gathered, when the first goes.
    let oldest: Instant
    /// Whether nothing but their time has to come.
    let isGathered: Bool
    /// How many notices they are about.
    let notices: Int64

    /// How many wait since when and why, and what to do.
    var sentence: String {
        guard !isGathered else {
            let what = counted(notices, "notice is", "notices are")
            return
                "\(what) gathered for e-mails, the next of which goes at \(BritishTime.short(oldest)). Nothing to do."
        }
        let noun = channel == "email" ? "e-mail" : "webhook message"
        let what = counted(count, noun + " waits", noun + "s wait")
        let known = reason.flatMap(DeliveryOutcome.Reason.init(rawValue:))
        let why = known.map { "\($0.rawValue): \($0.advice(isMail: channel == "email"))" } ?? "not tried yet."
        return "\(what), the oldest since \(BritishTime.short(oldest)); \(why)"
    }
}

extension WaitingDeliveries {
    /// A row of `deliveries-waiting.sql`.
    init(_ row: Row) throws(PostgresError) {
        self.init(
            channel: try row.text("channel"), reason: try row.optionalText("reason"), count: try row.int8("messages"),
            oldest: Instant(microsecondsSinceEpoch: try row.timestamp("oldest")),
            isGathered: try row.bool("is_gathered"),
            notices: try row.int8("notices"))
    }
}

/// One e-mail or webhook message, as the list shows it.
struct DeliveryEntry: Sendable, Equatable {
    /// Of the message, which is that of its first delivery.
    let number: Int64
    let state: String
    let channel: String
    let agency: String
    let stage: Int
    let role: String
    let address: String
    let attempts: Int
    let reason: String?
    let status: Int?
    let nextAttemptAt: Instant?
    let settledAt: Instant?
    /// Of the notice, where it is about one.
    let reference: String?
    /// How many notices it is about.
    let notices: Int
    /// `at-once`, `gathered` or `digest`.
    let pace: String
    /// The request that took the recipient off the list, and whose it was.
    let suppressedByRequest: Int64?
    let suppressedBy: String?
    /// Whether its time has come and it has not gone.
    let isOverdue: Bool

    /// How it came to its state, in a few words.
    var why: String {
        if let request = suppressedByRequest { return "request \(request) of \(suppressedBy ?? "?")" }
        if let reason { return reason + (status.map { " (\($0))" } ?? "") }
        return nextAttemptAt == nil ? "" : "not tried yet"
    }

    /// What somebody should do; nothing where nothing is to be done.
    var advice: String {
        switch (state, reason) {
        case ("waiting", let reason?) where isOverdue:
            DeliveryOutcome.Reason(rawValue: reason)?.advice(isMail: channel == "email") ?? "see 'keepsight services'"
        case ("waiting", nil) where isOverdue: "see 'keepsight services': nothing carries it"
        case ("waiting", nil) where attempts == 0:
            nextAttemptAt.map { "nothing; goes \(BritishTime.compact($0))" } ?? ""
        case ("waiting", _): nextAttemptAt.map { "nothing; next attempt \(BritishTime.compact($0))" } ?? ""
        case ("failed", "gone"): "ask the agency for its new address; change agencies.yaml"
        case ("failed", "refused"): "ask the agency; correct agencies.yaml if the address is wrong; then retry"
        case ("failed", "gave-up"): "ask the agency whether its server is there; then retry"
        case ("failed", "not-prepared"): "the policy no longer has this webhook; tell the agency by other means"
        case ("failed", _): "see the reason; then retry"
        default: ""
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("number", Int(number))
        writer.field("state", state)
        writer.field("channel", channel)
        writer.field("agency", agency)
        writer.field("stage", stage)
        writer.field("role", role)
        writer.field("address", address)
        writer.field("reference", reference)
        writer.field("notices", notices)
        writer.field("pace", pace)
        writer.field("attempts", attempts)
        writer.field("reason", reason)
        writer.field("status", status)
        writer.field("nextAttemptAt", nextAttemptAt?.rfc3339)
        writer.field("settledAt", settledAt?.rfc3339)
        writer.field("suppressedByRequest", suppressedByRequest.map { Int($0) })
        writer.field("suppressedBy", suppressedBy)
        writer.field("toDo", advice)
        writer.endObject()
    }
}

extension DeliveryEntry {
    /// A row of `deliveries.sql`.
    init(_ row: Row) throws(PostgresError) {
        func time(_ column: ColumnName) throws(PostgresError) -> Instant? {
            try row.optionalTimestamp(column).map(Instant.init(microsecondsSinceEpoch:))
        }
        let agency = try row.text("agency")
        let count = Int(try row.int8("notices"))
        let notice = count == 1 ? NoticeID(try row.text("notice")) : nil
        let code = AgencyCode(agency)
        let reference = notice.flatMap { notice in code.map { NoticeReference(of: notice, for: $0).text } }
        self.init(
            number: try row.int8("message"), state: try row.text("state"), channel: try row.text("channel"),
            agency: agency,
            stage: Int(try row.int4("stage")), role: try row.text("role"), address: try row.text("address"),
            attempts: Int(try row.int4("attempts")), reason: try row.optionalText("reason"),
            status: try row.optionalInt4("status").map { Int($0) }, nextAttemptAt: try time("next_attempt_at"),
            settledAt: try time("settled_at"),
            reference: reference, notices: count, pace: try row.text("pace"),
            suppressedByRequest: try row.optionalInt8("suppressed_by_request"),
            suppressedBy: try row.optionalText("suppressed_by"), isOverdue: try row.optionalBool("is_overdue") ?? false)
    }
}
