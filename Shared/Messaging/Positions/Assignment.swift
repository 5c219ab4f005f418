import KafkaClient
import ServiceRuntime

/// Decides where to begin when the group hands us partitions.
struct Assignment: Sendable {
    let positions: PositionStore
    let admin: KafkaAdmin
    let log: Log
    let health: HealthState

    /// The offsets to begin at; partitions whose log is not the one that was read are left out, said, and stay stopped.
    func startingOffsets(of partitions: [TopicPartition]) async throws -> [TopicPartition: Int64] {
        let cluster = try await admin.clusterIdentifier()
        let known = try await positions.read(partitions)
        var offsets: [TopicPartition: Int64] = [:]
        var stopped: [EngineError] = []
        for partition in partitions {
            let (low, high) = try await admin.watermarks(of: partition)
            switch StartingPoint(position: known[partition], cluster: cluster, low: low, high: high) {
            case .from(let offset): offsets[partition] = offset
            case .afterGap(let offset, let lost):
                offsets[partition] = offset
                log.error(
                    "messages-expired", "Retention removed messages before this service had read them.",
                    .id("topic", partition.topic), .count("partition", Int(partition.partition)),
                    .count("messages", Int(lost)))
            case .foreign(let reason):
                let error = EngineError.foreignLog(
                    topic: partition.topic, partition: partition.partition, reason: reason)
                stopped.append(error)
                log.error("foreign-log", error.description)
            }
        }
        let new = offsets.filter { known[$0.key] == nil }
        try await positions.create(new, cluster: cluster)
        health.report(
            .positions, stopped.isEmpty ? .ok : .down(stopped.map(\.description).joined(separator: " ")))
        return offsets
    }
}
