import KafkaClient
import ServiceRuntime

/// Topics that this service has read and is not told to read any more, as that of an agency which policy names no longer: what was
/// published there before is acknowledged by Kafka, is read by nobody, and leaves the topic by age without a word.
struct UnreadTopics: Sendable {
    private static let interval = Duration.seconds(60)

    /// Those that are read.
    let topics: Set<String>
    let group: String
    let store: PositionStore
    let kafka: KafkaConfiguration
    let log: Log
    let health: HealthState

    /// Looks until the task is cancelled. Outages are said by others; this looks again later.
    func run() async {
        var said: Set<String> = []
        // A client of its own: a topic that is gone is asked for again for a while.
        var admin: KafkaAdmin?
        while !Task.isCancelled {
            do {
                let client = try admin ?? KafkaAdmin(kafka)
                admin = client
                let sentences = try await look(client)
                for sentence in sentences where !said.contains(sentence) { log.warning("topic-unread", sentence) }
                if !sentences.isEmpty || !said.isEmpty {
                    health.report(.unreadTopics, sentences.isEmpty ? .ok : .attention(sentences.joined(separator: " ")))
                }
                said = Set(sentences)
            } catch {}
            try? await Task.sleep(for: Self.interval)
        }
    }

    private func look(_ admin: KafkaAdmin) async throws -> [String] {
        let positions = try await store.all().filter { !topics.contains($0.key.topic) }
        guard !positions.isEmpty else { return [] }
        let there = try await admin.topics()
        let left = positions.filter { Int($0.key.partition) < there[$0.key.topic] ?? 0 }
        // Markers of transactions may be all that stands behind a position; the group was told so.
        let told = (try? await admin.committedOffsets(of: group, Array(left.keys), in: kafka)) ?? [:]
        var logs: [TopicPartition: (low: Int64, high: Int64)] = [:]
        for partition in left.keys { logs[partition] = try await admin.watermarks(of: partition) }
        return Self.sentences(left.merging(told, uniquingKeysWith: max), logs)
    }

    /// What is to be said of partitions that are not read any more, by how far each was read and where its log begins and ends.
    static func sentences(_ positions: [TopicPartition: Int64], _ logs: [TopicPartition: (low: Int64, high: Int64)])
        -> [String]
    {
        var unread: [String: Int64] = [:]
        for (partition, next) in positions {
            guard let log = logs[partition], log.high > max(next, log.low) else { continue }
            unread[partition.topic, default: 0] += log.high - max(next, log.low)
        }
        return unread.sorted { $0.key < $1.key }.map { topic, messages in
            "Topic \(topic) has \(messages) messages that nobody reads: this service is not told to read it any more. Put its agency "
                + "back into the policy until they are read, or tell it that they were not; they leave the topic by age."
        }
    }
}

extension HealthState.Component {
    /// Whether something stands on topics that were read once.
    static let unreadTopics = HealthState.Component(rawValue: "unread-topics")
}
