import KafkaClient
import PostgresClient

/// How far a service has read one partition, for operators.
public struct PositionReport: Sendable {
    /// Which partition.
    public let partition: TopicPartition
    /// The next offset to read.
    public let nextOffset: Int64
    /// The cluster whose offsets these are.
    public let cluster: String
    private let recordMilliseconds: Int64?

    /// What reading on would find.
    public struct Finding: Sendable, Equatable {
        /// Whether the service reads the partition.
        public let isReadable: Bool
        /// A sentence; what to do, if it does not.
        public let sentence: String
    }

    /// Every position of a service.
    public static func all(of service: String, _ configuration: PostgresConfiguration) async throws
        -> [PositionReport]
    {
        var configuration = configuration
        configuration.schemaSearchPath = [Migrator.schema(of: service), "app"]
        let connection = try await PostgresConnection.connect(configuration)
        do {
            let rows = try await connection.run(SQL.readAllPositions).rows.map { row in
                PositionReport(
                    partition: TopicPartition(topic: try row.text(0), partition: try row.int4(1)),
                    nextOffset: try row.int8(2), cluster: try row.text(3), recordMilliseconds: try row.optionalInt8(4))
            }
            await connection.close()
            return rows
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Whether the log is the one that was read. `nil`: the broker has no such partition.
    public func finding(_ log: LogState?) -> Finding {
        guard let log else {
            return Finding(
                isReadable: false, sentence: "stopped: the broker has no such partition. Make the topic again.")
        }
        let position = Position(nextOffset: nextOffset, recordMilliseconds: recordMilliseconds)
        switch StartingPoint((position, cluster), log) {
        case .from: return Finding(isReadable: true, sentence: "ok")
        case .afterGap(_, let lost):
            return Finding(
                isReadable: true,
                sentence: "\(lost) messages were removed by retention before they were read")
        case .foreign(let reason):
            return Finding(
                isReadable: false, sentence: "stopped: \(reason) See 'keepsight positions --help' for the repair.")
        }
    }
}
