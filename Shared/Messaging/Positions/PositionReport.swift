import KafkaClient
import PostgresClient
import ServiceRuntime

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

        /// What was found.
        public init(isReadable: Bool, sentence: String) { (self.isReadable, self.sentence) = (isReadable, sentence) }
    }

    /// Every position of a service.
    public static func all(of service: String, _ configuration: PostgresConfiguration) async throws
        -> [PositionReport]
    {
        try await withConnection(to: service, configuration) { connection in
            try await connection.run(SQL.readAllPositions).rows.map { row in
                PositionReport(
                    partition: TopicPartition(topic: try row.text("topic"), partition: try row.int4("partition")),
                    nextOffset: try row.int8("next_offset"), cluster: try row.text("cluster"),
                    recordMilliseconds: try row.optionalInt8("record_milliseconds"))
            }
        }
    }

    /// Something that was read again.
    public struct Reread: Sendable {
        /// Of which partition.
        public let partition: TopicPartition
        /// From which offset on, and up to which it had been in effect before.
        public let offsets: Range<Int64>
        /// Whether an operator had asked for it; else the database had lost its last commits.
        public let isByOperator: Bool
        /// When the service noticed, in microseconds of Unix time.
        public let noticedAtMicroseconds: Int64
    }

    /// What a service has read again, latest first, a hundred at the most.
    public static func rereads(of service: String, _ configuration: PostgresConfiguration) async throws -> [Reread] {
        try await withConnection(to: service, configuration) { connection in
            try await connection.run(SQL.readRereads, [.int8(100)]).rows.map { row in
                let from = try row.int8("from_offset")
                return Reread(
                    partition: TopicPartition(topic: try row.text("topic"), partition: try row.int4("partition")),
                    offsets: from..<max(from, try row.int8("to_offset")),
                    isByOperator: try row.text("cause") == "operator",
                    noticedAtMicroseconds: try row.timestamp("noticed_at"))
            }
        }
    }

    private static func withConnection<Value: Sendable>(
        to service: String, _ configuration: PostgresConfiguration,
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        var configuration = configuration
        configuration.schemaSearchPath = [Migrator.schema(of: service), "app"]
        return try await PostgresConnection.withConnection(configuration, body)
    }

    /// Whether the log is the one that was read. `nil`: the broker has no such partition.
    ///
    /// - Parameter isShown: whether somebody else who reads on from there gets something, or the end.
    public func finding(_ log: LogState?, isShown: Bool = true) -> Finding {
        guard let log else {
            return Finding(
                isReadable: false, sentence: "stopped: the broker has no such partition. Make the topic again.")
        }
        let position = Position(nextOffset: nextOffset, recordMilliseconds: recordMilliseconds)
        switch StartingPoint((position, cluster), log) {
        case .from where !isShown:
            return Finding(
                isReadable: true,
                sentence:
                    "nothing came of offset \(nextOffset) though the log goes on: nobody can read what stands there, or the "
                    + "broker is slow; 'keepsight services' says whether the partition waits.")
        case .from: return Finding(isReadable: true, sentence: "ok")
        case .afterGap(_, let lost):
            return Finding(
                isReadable: true,
                sentence:
                    "\(counted(lost, "message")) \(lost == 1 ? "was" : "were") removed by retention before being read")
        case .foreign(let reason):
            return Finding(
                isReadable: false, sentence: "stopped: \(reason) See 'keepsight positions --help' for the repair.")
        }
    }
}
