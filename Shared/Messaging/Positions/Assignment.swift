import KafkaClient
import ServiceRuntime

/// Decides where to begin when the group hands us partitions.
struct Assignment: Sendable {
    let positions: PositionStore
    let admin: KafkaAdmin
    let kafka: KafkaConfiguration
    let log: Log
    let health: HealthState
    let expired: ExpiredMessages
    let metrics: EngineMetrics

    /// The offsets to begin at; partitions whose log is not the one that was read are left out, said, and stay stopped. With
    /// them what the rows say is in effect.
    func startingOffsets(of partitions: [TopicPartition]) async throws -> (
        offsets: [TopicPartition: Int64], rows: [TopicPartition: Int64]
    ) {
        let known = try await positions.read(partitions)
        let logs = try await LogState.read(
            Dictionary(uniqueKeysWithValues: partitions.map { ($0, known[$0]?.position.nextOffset) }), admin,
            RecordTimes(kafka))
        var offsets: [TopicPartition: Int64] = [:]
        var stopped: [EngineError] = []
        for (partition, log) in logs.sorted(by: { $0.key < $1.key }) {
            switch StartingPoint(known[partition], log) {
            case .from(let offset): offsets[partition] = offset
            case .afterGap(let offset, let lost):
                offsets[partition] = offset
                let news = expired.note(partition, before: offset, messages: lost)
                guard news > 0 else { continue }
                metrics.expired(partition.topic).increment(by: Int(news))
                self.log.error(
                    "messages-expired", "Retention removed messages before this service had read them.",
                    .id("topic", partition.topic), .count("partition", Int(partition.partition)),
                    .count("messages", Int(lost)))
            case .foreign(let reason):
                let error = EngineError.foreignLog(
                    topic: partition.topic, partition: partition.partition, reason: reason)
                stopped.append(error)
                self.log.error("foreign-log", error.description)
            }
        }
        let new = offsets.filter { known[$0.key] == nil }
        if let cluster = logs.values.first?.cluster { try await positions.create(new, cluster: cluster) }
        report(stopped)
        return (offsets, known.mapValues(\.position.nextOffset))
    }

    /// What is stopped, and what was lost.
    private func report(_ stopped: [EngineError]) {
        let sentences = stopped.map(\.description) + expired.sentences()
        health.report(.positions, sentences.isEmpty ? .ok : .down(sentences.joined(separator: " ")))
    }
}
