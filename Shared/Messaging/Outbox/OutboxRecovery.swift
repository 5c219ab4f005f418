import KafkaClient

/// Finds out which outbox rows a killed relay had produced before it could delete them.
///
/// The rows in question are few (one relay batch at the most), and their records stand near the ends of their topics. So
/// a new leader reads those ends and looks for the rows' names. With this, a crash at any point leaves exactly one
/// record of each row; only a relay that was paused, lost the lead, and woke up in the middle of a produce call can still
/// say a row twice, under the same event id.
struct OutboxRecovery: Sendable {
    /// How far back from the first pending row's own time the topics are read: more than clocks of one cluster differ.
    static let slackMilliseconds: Int64 = 60_000
    /// Records read from one topic at the most. Beyond it the row is said again, which the inboxes absorb.
    static let maximumRecords = 200_000

    let service: String
    let kafka: KafkaConfiguration
    let admin: KafkaAdmin

    /// The rows among these that stand on their topics already.
    func alreadyProduced(_ rows: [OutboxRow]) async throws -> [OutboxRow] {
        var found: Set<String> = []
        let oldest = rows.map(\.createdAtMilliseconds).min() ?? 0
        for topic in Set(rows.map(\.topic)).sorted() {
            for message in try await tail(of: topic, since: oldest - OutboxRecovery.slackMilliseconds) {
                guard let header = message.headers.first(where: { $0.name == OutboxRow.header }) else { continue }
                found.insert(String(decoding: header.value, as: UTF8.self))
            }
        }
        return rows.filter { found.contains($0.name(service: service)) }
    }

    private func tail(of topic: String, since timeMilliseconds: Int64) async throws -> [KafkaMessage] {
        let offsets = try await admin.offsets(of: topic, atMilliseconds: timeMilliseconds)
        let reader = try await KafkaReader(kafka, topics: [topic], from: .offsets(offsets))
        do {
            let messages = try await reader.readToEnd(limit: OutboxRecovery.maximumRecords)
            await reader.close()
            return messages
        } catch {
            await reader.close()
            throw error
        }
    }
}
