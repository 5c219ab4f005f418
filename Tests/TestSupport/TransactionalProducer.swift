import CRdKafka

/// An agency's own client that writes in transactions, as many frameworks do by default. Ours never does.
///
/// librdkafka's calls wait for brokers, so each is made on a thread of its own.
public final class TransactionalProducer: Sendable {
    // Any number of threads may use librdkafka's handle, and it never changes.
    private nonisolated(unsafe) let client: OpaquePointer

    /// Connects, and becomes the only producer of that transactional id.
    public init(_ servers: String, transactionalID: String) async throws {
        let settings = rd_kafka_conf_new()
        for (name, value) in [
            ("bootstrap.servers", servers), ("transactional.id", transactionalID), ("linger.ms", "0"),
        ] {
            guard rd_kafka_conf_set(settings, name, value, nil, 0) == RD_KAFKA_CONF_OK else {
                throw Missing("librdkafka has no setting \(name)=\(value)")
            }
        }
        guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, settings, nil, 0) else {
            throw Missing("librdkafka makes no transactional producer")
        }
        self.client = client
        try await check { rd_kafka_init_transactions($0, 60_000) }
    }

    deinit {
        nonisolated(unsafe) let client = client
        OwnThread.start { rd_kafka_destroy(client) }
    }

    /// Begins a transaction.
    public func begin() async throws { try await check { rd_kafka_begin_transaction($0) } }

    /// Writes values in the transaction, and waits until the broker has them.
    public func produce(_ values: [[UInt8]], to topic: String) async throws {
        try await OwnThread.run { [self] in
            guard let handle = rd_kafka_topic_new(client, topic, nil) else { throw Missing("no topic \(topic)") }
            defer { rd_kafka_topic_destroy(handle) }
            for value in values {
                let status = value.withUnsafeBytes { bytes in
                    rd_kafka_produce(
                        handle, -1, Int32(RD_KAFKA_MSG_F_COPY), UnsafeMutableRawPointer(mutating: bytes.baseAddress),
                        bytes.count, nil, 0, nil)
                }
                guard status == 0 else { throw Missing("a record was not taken: \(rd_kafka_last_error())") }
            }
            guard rd_kafka_flush(client, 60_000) == RD_KAFKA_RESP_ERR_NO_ERROR else { throw Missing("nobody took it") }
        }
    }

    /// Commits the transaction.
    public func commit() async throws { try await check { rd_kafka_commit_transaction($0, 60_000) } }

    /// Aborts the transaction; its records stay in the log.
    public func abort() async throws { try await check { rd_kafka_abort_transaction($0, 60_000) } }

    private func check(_ call: @escaping @Sendable (OpaquePointer) -> OpaquePointer?) async throws {
        try await OwnThread.run { [self] in
            guard let error = call(client) else { return }
            defer { rd_kafka_error_destroy(error) }
            throw Missing("the transactional producer: \(String(cString: rd_kafka_error_string(error)))")
        }
    }
}
