import KafkaClient
import PostgresClient
import Safeguarding

/// The tables `written_log` and `lost_log`.
struct WrittenLogStore: Sendable {
    let pool: PostgresPool

    func read(_ topics: [String]) async throws -> [TopicPartition: WrittenLog] {
        let result = try await pool.withConnection { try await $0.run(SQL.readWrittenLogs, [.textArray(topics)]) }
        var logs: [TopicPartition: WrittenLog] = [:]
        for row in result.rows {
            let partition = TopicPartition(topic: try row.text("topic"), partition: try row.int4("partition"))
            let position = Position(
                nextOffset: try row.int8("next_offset"), recordMilliseconds: try row.optionalInt8("record_milliseconds")
            )
            logs[partition] = WrittenLog(position: position, cluster: try row.text("cluster"))
        }
        return logs
    }

    /// They are written up to there now.
    func note(_ logs: [TopicPartition: WrittenLog]) async throws {
        guard !logs.isEmpty else { return }
        let sorted = logs.sorted { $0.key < $1.key }
        _ = try await pool.withConnection { connection in
            try await connection.run(
                SQL.noteWrittenLogs,
                [
                    .textArray(sorted.map(\.key.topic)), .int4Array(sorted.map(\.key.partition)),
                    .int8Array(sorted.map(\.value.position.nextOffset)), .textArray(sorted.map(\.value.cluster)),
                    .optionalInt8Array(sorted.map(\.value.position.recordMilliseconds)),
                ])
        }
    }

    /// A log is another one than it was, unless another replica has noticed first.
    func note(lost partition: TopicPartition, was old: WrittenLog, is new: WrittenLog, because reason: String)
        async throws
    {
        _ = try await pool.withConnection { connection in
            try await connection.run(
                SQL.noteLostLog,
                [
                    .text(partition.topic), .int4(partition.partition), .text(reason), .int8(new.position.nextOffset),
                    .text(new.cluster), new.position.recordMilliseconds.map { .int8($0) } ?? .null,
                    .int8(old.position.nextOffset), .text(old.cluster),
                    old.position.recordMilliseconds.map { .int8($0) } ?? .null,
                ])
        }
    }

    func lost() async throws -> [LostLog] { try await pool.withConnection { try await LostLog.open(on: $0) } }
}

extension LostLog {
    /// Those that nobody has dealt with, or that are being dealt with.
    public static func open(on connection: PostgresConnection) async throws -> [LostLog] {
        try await connection.run(SQL.readLostLogs, []).rows.map { row in
            LostLog(
                id: try row.int8("id"), topic: try row.text("topic"), reason: try row.text("reason"),
                noticedAtMicroseconds: try row.timestamp("noticed_at"), request: try row.optionalInt8("request"))
        }
    }

    /// An operator has decided about a topic; a row if there is anything to decide.
    ///
    /// - Parameter isLeft: whether nothing is to be said again.
    public static func ask(_ topic: String, request: Int64, isLeft: Bool) -> Query {
        Query(SQL.askForLostLog, [.text(topic), .int8(request), .bool(isLeft)])
    }

    /// So many records were said again, and so many could not be.
    public func settle(saidAgain: Int, missing: Int, on connection: PostgresConnection) async throws {
        _ = try await connection.run(
            SQL.settleLostLog,
            [
                .int8(id), request.map { .int8($0) } ?? .null, .int8(Int64(saidAgain)), .int8(Int64(missing)),
            ])
    }

    /// Says again what is so of each household, from its document: under its lock, so that nothing newer is overtaken.
    ///
    /// - Parameter records: what is to stand on the topic of a household.
    /// - Returns: how many records that were. Documents that cannot be read are left out; their households are parked.
    public static func sayStates<State: HouseholdState>(
        on connection: PostgresConnection, renewing lease: Lease,
        _ records: (HouseholdID, State) -> [OutgoingRecord]
    ) async throws -> Int {
        var (last, count): (PostgresValue, Int) = (.null, 0)
        while true {
            try await lease.renewIfDue(on: connection)
            var begin = Pipeline()
            begin.simple("BEGIN")
            begin.add(SQL.lockStates, [last, .int8(500)])
            let rows = try await connection.run(begin)[1].rows
            var said: [OutgoingRecord] = []
            for row in rows {
                let household = HouseholdID(try row.uuid("household"))
                last = .uuid(household.uuid)
                guard let state: State = HouseholdDocument.state(reading: try row.bytes("state")) else { continue }
                said += records(household, state)
            }
            var end = Pipeline()
            if !said.isEmpty {
                let query = OutgoingRecord.insert(said)
                end.add(query.statement, query.parameters)
            }
            end.simple("COMMIT")
            _ = try await connection.run(end)
            count += said.count
            guard !rows.isEmpty else { return count }
        }
    }

    /// Says records again, by the outbox, in one transaction.
    public static func say(_ records: [OutgoingRecord], on connection: PostgresConnection) async throws {
        guard !records.isEmpty else { return }
        let query = OutgoingRecord.insert(records)
        _ = try await connection.run(query.statement, query.parameters)
    }
}
