import KafkaClient
import PostgresClient

/// The position rows outside of a batch: read when a partition is assigned, created when it never was.
struct PositionStore: Sendable {
    let pool: PostgresPool

    func read(_ partitions: [TopicPartition]) async throws -> [TopicPartition: (position: Position, cluster: String)] {
        let result = try await pool.withConnection { connection in
            try await connection.run(
                SQL.readPositions,
                [.textArray(partitions.map(\.topic)), .int4Array(partitions.map(\.partition))])
        }
        var positions: [TopicPartition: (position: Position, cluster: String)] = [:]
        for row in result.rows {
            let partition = TopicPartition(topic: try row.text("topic"), partition: try row.int4("partition"))
            let position = Position(
                nextOffset: try row.int8("next_offset"), recordMilliseconds: try row.optionalInt8("record_milliseconds")
            )
            positions[partition] = (position, try row.text("cluster"))
        }
        return positions
    }

    /// How far every partition was read that ever was.
    func all() async throws -> [TopicPartition: Int64] {
        let result = try await pool.withConnection { try await $0.run(SQL.readAllPositions) }
        var positions: [TopicPartition: Int64] = [:]
        for row in result.rows {
            positions[TopicPartition(topic: try row.text("topic"), partition: try row.int4("partition"))] =
                try row.int8("next_offset")
        }
        return positions
    }

    /// Puts on record what is read again.
    func note(_ lost: [LostPosition]) async throws {
        _ = try await pool.withConnection { connection in
            try await connection.run(
                SQL.noteRereads,
                [
                    .textArray(lost.map(\.partition.topic)), .int4Array(lost.map(\.partition.partition)),
                    .int8Array(lost.map { $0.found ?? 0 }), .int8Array(lost.map(\.had)),
                ])
        }
    }

    func create(_ positions: [TopicPartition: Int64], cluster: String) async throws {
        guard !positions.isEmpty else { return }
        let sorted = positions.sorted { $0.key < $1.key }
        _ = try await pool.withConnection { connection in
            try await connection.run(
                SQL.createPositions,
                [
                    .textArray(sorted.map(\.key.topic)), .int4Array(sorted.map(\.key.partition)),
                    .int8Array(sorted.map(\.value)), .textArray(sorted.map { _ in cluster }),
                ])
        }
    }
}
