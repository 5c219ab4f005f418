import KafkaClient
import ServiceRuntime

extension Engine {
    /// Sees whether positions have gone back, also of partitions of which no message comes, or were moved on by an operator.
    func compare(_ progress: inout ReadingProgress, _ consumer: KafkaConsumer) async throws {
        let partitions = Array(progress.inEffect.keys)
        let store = PositionStore(pool: pool)
        let rows = try await persistently("positions") { try await store.read(partitions) }
        let lost = LostPosition.among(
            rows.mapValues(\.position.nextOffset), of: partitions, inEffect: progress.inEffect)
        guard lost.isEmpty else { throw EngineError.positionsWentBack(lost) }
        for (partition, offset) in progress.movedOn(to: rows.mapValues(\.position.nextOffset)) {
            log.warning(
                "position-moved", "A position was moved on; reading goes on there.", .id("topic", partition.topic),
                .count("partition", Int(partition.partition)), .count("offset", Int(offset)))
            // Whatever was waited for before it is waited for no longer.
            unreadable.forget(partition)
            try await consumer.skip(partition, to: offset)
        }
        progress.compared()
    }

    /// Puts on record what is read again, since the database does not know of it any more. Its effects come out again under the
    /// same event ids; what had been said of it is known again by whoever reads that.
    func note(_ lost: [LostPosition]) async throws {
        for position in lost {
            log.error(
                "position-went-back", position.description, .id("topic", position.partition.topic),
                .count("partition", Int(position.partition.partition)), .count("from", Int(position.found ?? 0)),
                .count("to", Int(position.had)))
            metrics.readAgain.increment(by: Int(position.had - (position.found ?? 0)))
        }
        let store = PositionStore(pool: pool)
        try await persistently("rereads") { try await store.note(lost) }
    }

    /// Says what is read again since the database had gone back before this process began: it was restored while nothing ran.
    func noteReadAgain(_ lost: [LostPosition]) async throws {
        guard !lost.isEmpty else { return }
        try await note(lost)
        health.report(.positions, .attention(lost.map(\.description).joined(separator: " ")))
    }

    /// Begins anew if a partition that was stopped can be read now, since an operator has decided where from.
    func retryStopped(_ consumer: KafkaConsumer, _ progress: inout ReadingProgress) async throws {
        let startable = try await startingOffsets(of: progress.stopped).offsets
        guard startable.isEmpty else { return try await begin(progress.assigned, on: consumer, &progress) }
        progress.lookedAgain()
    }

    /// for a guard-off test: Kafka hears of offsets that are not in effect, and believes them. It waits longer than the
    /// rest of a batch takes on a busy machine, so that a kill at any moment is likely to find it between the two.
    func tellTooEarly(of batch: KafkaBatch, _ consumer: KafkaConsumer) async throws {
        try await consumer.commit(batch.reached.mapValues { $0.offset + 1 }, generation: batch.generation)
        try await Task.sleep(for: .seconds(1))
    }

    func startingOffsets(of partitions: [TopicPartition]) async throws -> (
        offsets: [TopicPartition: Int64], rows: [TopicPartition: Int64]?
    ) {
        guard settings.guards.offsetAfterCommit else {
            let group = settings.group
            let committed = try await admin.committedOffsets(of: group, partitions, in: settings.kafka)
            return (Dictionary(uniqueKeysWithValues: partitions.map { ($0, committed[$0] ?? 0) }), nil)
        }
        let assignment = Assignment(
            positions: PositionStore(pool: pool), admin: admin, kafka: settings.kafka, log: log, health: health,
            expired: expired, metrics: metrics)
        return try await persistently("assignment") { try await assignment.startingOffsets(of: partitions) }
    }
}
