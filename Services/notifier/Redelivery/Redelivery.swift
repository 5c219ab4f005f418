import Contracts
import KafkaClient
import Messaging
import NotifierSpec
import Policy
import PostgresClient
import Safeguarding
import ServiceRuntime

/// Delivers again what an agency's topic has lost, when an operator asks for it: a loop of the notifier's process, on a connection
/// of its own.
///
/// The table of notices knows which they are and not what they say, so what they follow from is read again: the events on the inner
/// topics, and the notices that reminders are about. Each comes out as it was, under the same identifier. What somebody at the
/// agency has acknowledged is left out, and so is what the new topic has already. One process does it at a time (`Lease`); one that
/// is killed begins again, and reads on the topic what it had done.
struct Redelivery: Sendable {
    /// Days for which a topic of notices keeps them, so that no reader could have waited for longer.
    static let days: Int32 = 30
    /// How long the reading of a topic may take, in milliseconds.
    private static let readingMilliseconds = 3_600_000

    let notifier: Notifier
    let context: ServiceProcess<Notifier>.Context

    /// Runs until the task is cancelled.
    func run() async {
        let waiting: (StaticString, String) = (
            "redelivery-waits", "What is to be delivered again waits, and is tried until it can be."
        )
        await LostLogRecovery(context.postgres, context.log, waiting: waiting) { lost, lease, connection in
            guard lost.request != nil else { return }
            try await deliver(lost, under: lease, on: connection)
        }.run()
    }

    private func deliver(_ lost: LostLog, under lease: Lease, on connection: PostgresConnection) async throws {
        guard
            let agency = notifier.policy.agencies.codes.first(where: {
                notifier.topics.notices(of: $0).name == lost.topic
            })
        else { return }
        let expected = try await connection.run(
            NotifierSQL.countLostNotices,
            [.text(agency.text), .timestamp(microsecondsSinceUnixEpoch: lost.noticedAtMicroseconds), .int4(Self.days)]
        ).onlyRow().int8("lost")
        var delivered = try await noticesOn(lost.topic, under: lease, on: connection)
        let before = delivered.count
        try await deliverEvents(of: agency, lost, &delivered, under: lease, on: connection)
        try await deliverReminders(of: agency, lost, &delivered, under: lease, on: connection)
        let again = delivered.count - before
        // What the new topic had already was not lost, or was delivered by whoever began with this.
        let missing = try await missing(Int(expected), delivered, of: agency, lost, on: connection)
        try await lost.settle(saidAgain: again, missing: missing, on: connection)
        context.log.info(
            "delivered-again", "Notices that a topic had lost are on their way again.", .id("topic", lost.topic),
            .count("notices", again), .count("missing", missing))
    }

    /// Of those that were lost, how many nothing could be read of any more.
    private func missing(
        _ expected: Int, _ delivered: Set<String>, of agency: AgencyCode, _ lost: LostLog,
        on connection: PostgresConnection
    ) async throws -> Int {
        var found = 0
        var left = Array(delivered)[...]
        while !left.isEmpty {
            found += try await issued(Array(left.prefix(1000)), to: agency, lost, on: connection).count
            left = left.dropFirst(1000)
        }
        return max(0, expected - found)
    }

    /// The identifiers of the notices that a topic has now.
    private func noticesOn(_ topic: String, under lease: Lease, on connection: PostgresConnection) async throws
        -> Set<String>
    {
        var found: Set<String> = []
        try await read([topic], under: lease, on: connection) { messages in
            for message in messages {
                guard case .success(let event) = InboundMessage(message).reading,
                    event.envelope.type == NoticeIssued.type.text
                else { continue }
                found.insert(event.envelope.id)
            }
        }
        return found
    }

    private func deliverEvents(
        of agency: AgencyCode, _ lost: LostLog, _ delivered: inout Set<String>, under lease: Lease,
        on connection: PostgresConnection
    ) async throws {
        // Facts bring about no notice by themselves.
        let kinds = NotifierSpec.service.reads.filter { $0 != .facts }
        let topics = kinds.flatMap { notifier.topics.of($0, agencies: []) }.map(\.name)
        try await read(topics, under: lease, on: connection) { messages in
            let found = messages.flatMap { notifier.notices(for: agency, from: InboundMessage($0)) }
                .filter { !delivered.contains($0.notice.noticeID.text) }
            try await say(found, to: agency, lost, &delivered, on: connection)
        }
    }

    private func deliverReminders(
        of agency: AgencyCode, _ lost: LostLog, _ delivered: inout Set<String>, under lease: Lease,
        on connection: PostgresConnection
    ) async throws {
        var last = ""
        while true {
            try await lease.renewIfDue(on: connection)
            let rows = try await connection.run(
                NotifierSQL.findLostReminders,
                [
                    .text(agency.text), .timestamp(microsecondsSinceUnixEpoch: lost.noticedAtMicroseconds),
                    .int4(Self.days), .text(last),
                ]
            ).rows
            guard !rows.isEmpty else { return }
            let book = try LoadedNotices(
                reading: try await connection.run(
                    NotifierSQL.findNotices, [.textArray(try rows.map { try $0.text("about") })]))
            var found: [Notifier.Again] = []
            for row in rows {
                last = try row.text("notice")
                guard !delivered.contains(last), let id = NoticeID(last), let about = NoticeID(try row.text("about")),
                    let entry = book[about],
                    let again = notifier.reminder(id, about: about, entry, HouseholdID(try row.uuid("household")))
                else { continue }
                found.append(again)
            }
            try await say(found, to: agency, lost, &delivered, on: connection)
        }
    }

    private func say(
        _ found: [Notifier.Again], to agency: AgencyCode, _ lost: LostLog, _ delivered: inout Set<String>,
        on connection: PostgresConnection
    ) async throws {
        guard !found.isEmpty else { return }
        let times = try await issued(found.map(\.notice.noticeID.text), to: agency, lost, on: connection)
        var records: [OutgoingRecord] = []
        for again in found {
            let id = again.notice.noticeID.text
            guard let time = times[id], delivered.insert(id).inserted else { continue }
            records.append(notifier.record(of: again, to: agency, issuedAt: time))
        }
        try await LostLog.say(records, on: connection)
    }

    /// When those of these notices were issued that the agency had been told and has not acknowledged.
    private func issued(
        _ notices: [String], to agency: AgencyCode, _ lost: LostLog, on connection: PostgresConnection
    ) async throws -> [String: Instant] {
        let rows = try await connection.run(
            NotifierSQL.findLostNotices,
            [
                .textArray(notices), .text(agency.text),
                .timestamp(microsecondsSinceUnixEpoch: lost.noticedAtMicroseconds),
            ]
        ).rows
        var times: [String: Instant] = [:]
        for row in rows {
            times[try row.text("notice")] = Instant(microsecondsSinceEpoch: try row.timestamp("issued_at"))
        }
        return times
    }

    /// Everything that topics hold now, some at a time.
    private func read(
        _ topics: [String], under lease: Lease, on connection: PostgresConnection,
        _ body: ([KafkaMessage]) async throws -> Void
    ) async throws {
        for topic in topics {
            let reader = try await KafkaReader(context.kafka, topics: [topic], from: .earliest)
            do {
                let ends = try await reader.ends(timeoutMilliseconds: Self.readingMilliseconds)
                while let messages = try await reader.next(to: ends) {
                    try await lease.renewIfDue(on: connection)
                    try await body(messages)
                }
            } catch {
                await reader.close()
                throw error
            }
            await reader.close()
        }
    }
}
