import CRdKafka

/// An agency's own client that writes in transactions, as many frameworks do by default. Ours never does.
///
/// It makes each call from the task that uses it.
public final class TransactionalProducer {
    private let client: OpaquePointer

    /// Connects, and becomes the only producer of that transactional id.
    public init(_ servers: String, transactionalID: String) throws {
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
        try check(rd_kafka_init_transactions(client, 60_000))
    }

    deinit { rd_kafka_destroy(client) }

    /// Begins a transaction.
    public func begin() throws { try check(rd_kafka_begin_transaction(client)) }

    /// Writes values in the transaction, and waits until the broker has them.
    public func produce(_ values: [[UInt8]], to topic: String) throws {
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

    /// Commits the transaction.
    public func commit() throws { try check(rd_kafka_commit_transaction(client, 60_000)) }

    /// Aborts the transaction; its records stay in the log.
    public func abort() throws { try check(rd_kafka_abort_transaction(client, 60_000)) }

    private func check(_ error: OpaquePointer?) throws {
        guard let error else { return }
        defer { rd_kafka_error_destroy(error) }
        throw Missing("the transactional producer: \(String(cString: rd_kafka_error_string(error)))")
    }
}
