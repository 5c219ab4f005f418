import Glibc

/// A transaction of batches byte by byte, as a client may write them that is none of ours.
public enum RawTransaction {
    /// Writes batches to partition 0 of a topic in one transaction, and ends that. Returns their first offsets.
    ///
    /// - Parameters:
    ///   - batches: the records of each, and how many they are.
    ///   - server: `127.0.0.1:9092`, without TLS.
    public static func produce(
        _ batches: [(payload: [UInt8], records: Int)], to topic: String, at server: String, transactionalID: String,
        commits: Bool
    ) async throws -> [Int64] {
        // On a broker that has had no transaction yet, the first that asks for a coordinator makes the topic of theirs.
        _ = try await TransactionalProducer(server, transactionalID: transactionalID + "-first")
        return try await OwnThread.run {
            let connection = try RawConnection(server)
            let identifier = RawBatch.text(transactionalID)
            // InitProducerId: the error follows on the throttle; then the producer's number and its epoch.
            let made = try asked { try connection.request(22, version: 1, identifier + RawBatch.bytes(Int32(30_000))) }
            let producer = RawConnection.number(made, at: 6, Int64.self)
            let epoch = RawConnection.number(made, at: 14, Int16.self)
            let place = identifier + RawBatch.bytes(producer) + RawBatch.bytes(epoch)
            // AddPartitionsToTxn: the throttle, topics, the name, partitions, the partition, and its error.
            _ = try asked(errorAt: 4 + 4 + 2 + topic.utf8.count + 4 + 4) {
                try connection.request(
                    24, version: 1,
                    place + RawBatch.bytes(Int32(1)) + RawBatch.text(topic) + RawBatch.bytes(Int32(1))
                        + RawBatch.bytes(Int32(0)))
            }
            var before = 0
            var offsets: [Int64] = []
            for (payload, records) in batches {
                let batch = RawBatch.batch(payload, records: records, in: (producer, epoch, before))
                offsets.append(try connection.produce(batch, to: topic, inTransaction: transactionalID))
                before += records
            }
            _ = try asked { try connection.request(26, version: 1, place + [commits ? 1 : 0]) }
            return offsets
        }
    }

    /// Asks for as long as the coordinator is just being found, or ends the transaction before.
    private static func asked(errorAt place: Int = 4, _ request: () throws -> [UInt8]) throws -> [UInt8] {
        var error: Int16 = 0
        for _ in 0..<Int(100 * TestEnvironment.patience) {
            let answer = try request()
            error = RawConnection.number(answer, at: place, Int16.self)
            if error == 0 { return answer }
            usleep(100_000)
        }
        throw Missing("a transaction's coordinator: it says \(error)")
    }
}
