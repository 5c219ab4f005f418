import KafkaClient

/// Finds out which records of outbox rows stand on their topics although nobody could delete them.
///
/// Those in question are few (a relay batch and what waits for its deletion), and they stand near the ends of their topics.
/// So a new leader reads those ends and looks for the records' names, and so does a relay whose call failed, for the records of
/// that call.
/// With this, a kill at any point leaves each record there once, but for a request that the broker takes only after the
/// end was read: one that was on its way when its relay was killed, or that a paused relay sends when it wakes up after it
/// has lost the lead. Such a record stands on its topic twice, under the same event id, in order; every inbox drops the second.
struct OutboxRecovery: Sendable {
    /// How far back from the first pending row's own time, or from the failed call, the topics are read: more than clocks of one
    /// cluster differ.
    static let slackMilliseconds: Int64 = 60_000
    /// Records read from one topic at the most. Beyond it records are said again, which the inboxes absorb.
    static let maximumRecords = 200_000

    let kafka: KafkaConfiguration
    let admin: KafkaAdmin

    /// Those of the records that stand on their topics already.
    ///
    /// - Parameters:
    ///   - sought: records with the time of day, in Unix milliseconds, before which they were on no topic. A topic is read from
    ///     the earliest time of those that belong on it.
    ///   - name: what a record is called on its topic.
    func alreadyProduced(
        _ sought: [(records: [OutboxRecord], sinceMilliseconds: Int64)], _ name: (OutboxRecord) -> String
    ) async throws -> [OutboxRecord] {
        var beginnings: [String: Int64] = [:]
        for (records, since) in sought {
            for record in records {
                beginnings[record.outgoing.topic] = min(since, beginnings[record.outgoing.topic] ?? since)
            }
        }
        let names = Set(sought.flatMap(\.records).map(name))
        var found: Set<String> = []
        for (topic, since) in beginnings.sorted(by: { $0.key < $1.key }) {
            found.formUnion(try await self.names(names, on: topic, since: since - OutboxRecovery.slackMilliseconds))
        }
        return sought.flatMap(\.records).filter { found.contains(name($0)) }
    }

    /// Which of these names stand at the end of a topic, which may be longer than memory.
    private func names(
        _ sought: Set<String>, on topic: String, since timeMilliseconds: Int64
    ) async throws -> Set<String> {
        guard let offsets = try await beginning(of: topic, atMilliseconds: timeMilliseconds) else { return [] }
        let reader = try await KafkaReader(kafka, topics: [topic], from: .offsets(offsets))
        do {
            let found = try await OutboxRecovery.names(sought, reader)
            await reader.close()
            return found
        } catch {
            await reader.close()
            throw error
        }
    }

    /// Where a topic stood at a time; nothing stands on one that is not there.
    private func beginning(of topic: String, atMilliseconds time: Int64) async throws(KafkaError) -> [TopicPartition:
        Int64]?
    {
        do {
            return try await admin.offsets(of: topic, atMilliseconds: time)
        } catch  where error.isUnknownTopic {
            return nil
        }
    }

    private static func names(_ sought: Set<String>, _ reader: KafkaReader) async throws(KafkaError) -> Set<String> {
        let ends = try await reader.ends()
        var found: Set<String> = []
        var count = 0
        while count < maximumRecords, let messages = try await reader.next(to: ends) {
            count += messages.count
            for message in messages {
                for header in message.headers where header.name == OutboxRecord.header {
                    let name = String(decoding: header.value, as: UTF8.self)
                    if sought.contains(name) { found.insert(name) }
                }
            }
        }
        return found
    }
}
