import CRdKafka

/// Produces batches, idempotently and in order: what was sent first for a key stands first in its partition.
///
/// A fatal error of the idempotent producer (librdkafka before 2.3 can lose its sequence after a disconnect) fails what
/// was outstanding, and the client is made anew for the next batch.
public actor KafkaProducer {
    private let configuration: KafkaConfiguration
    private let properties: [String: String]
    private let thread = DedicatedThread()
    private var handle: ClientHandle?

    /// Runs on a thread of its own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// A producer; it connects when it first produces.
    ///
    /// - Parameters:
    ///   - lingerMilliseconds: how long a record waits for company.
    ///   - messageTimeoutMilliseconds: after which a record that no broker took has failed.
    public init(
        _ configuration: KafkaConfiguration, lingerMilliseconds: Int = 0, messageTimeoutMilliseconds: Int = 30_000
    ) {
        self.configuration = configuration
        properties = [
            "enable.idempotence": "true",
            "linger.ms": String(lingerMilliseconds),
            "message.timeout.ms": String(messageTimeoutMilliseconds),
            "compression.codec": "lz4",
            "queue.buffering.max.messages": "100000",
            // Java's way, so that every client puts a key into the same partition.
            "partitioner": "murmur2_random",
        ]
    }

    deinit { thread.stop() }

    /// Sends the records in order and returns when each has its answer: the offset, or why not.
    public func produce(_ records: [KafkaRecord]) -> [Result<Int64, KafkaError>] {
        guard !records.isEmpty else { return [] }
        let handle: ClientHandle
        do throws(KafkaError) { handle = try connected() } catch { return records.map { _ in .failure(error) } }
        var slots = [Result<Int64, KafkaError>?](repeating: nil, count: records.count)
        var outstanding = 0
        for (place, record) in records.enumerated() {
            var failure = send(record, place: place, on: handle)
            // A full queue empties as the brokers answer.
            while failure?.code == RD_KAFKA_RESP_ERR__QUEUE_FULL.rawValue, outstanding > 0 {
                outstanding -= collect(into: &slots, from: handle, waitMilliseconds: 100)
                failure = send(record, place: place, on: handle)
            }
            if let failure { slots[place] = .failure(failure) } else { outstanding += 1 }
        }
        while outstanding > 0 {
            outstanding -= collect(into: &slots, from: handle, waitMilliseconds: 1000)
            // The purge's reports come through the same queue, so the loop still ends with an answer for each record.
            if handle.fatalError != nil {
                rd_kafka_purge(handle.client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
            }
        }
        if handle.fatalError != nil { self.handle = nil }
        return slots.map { $0 ?? .failure(KafkaError(RD_KAFKA_RESP_ERR__FAIL, context: "produce")) }
    }

    /// Gives the connections back. Nothing is outstanding between two calls of `produce`.
    public func close() {
        handle = nil
    }

    private func connected() throws(KafkaError) -> ClientHandle {
        if let handle { return handle }
        let client = try configuration.makeClient(RD_KAFKA_PRODUCER, properties, events: RD_KAFKA_EVENT_DR)
        let new = try ClientHandle(producer: client)
        new.learnTopics()
        handle = new
        return new
    }

    private func send(_ record: KafkaRecord, place: Int, on handle: ClientHandle) -> KafkaError? {
        // VTYPE_HEADERS and never VTYPE_HEADER: librdkafka before 2.12 frees the latter twice when the partition does
        // not exist. On success the list is librdkafka's.
        let headers = rd_kafka_headers_new(record.headers.count)
        for header in record.headers {
            header.value.withUnsafeBytes {
                _ = rd_kafka_header_add(headers, header.name, -1, $0.baseAddress, $0.count)
            }
        }
        let error = record.topic.withCString { topic in
            withBytes(record.key) { key, keyCount in
                withBytes(record.value) { value, valueCount in
                    var fields = [rd_kafka_vu_t](repeating: rd_kafka_vu_t(), count: 8)
                    fields[0].vtype = RD_KAFKA_VTYPE_TOPIC
                    fields[0].u.cstr = topic
                    fields[1].vtype = RD_KAFKA_VTYPE_PARTITION
                    fields[1].u.i32 = record.partition ?? RD_KAFKA_PARTITION_UA
                    fields[2].vtype = RD_KAFKA_VTYPE_KEY
                    fields[2].u.mem = .init(ptr: key, size: keyCount)
                    fields[3].vtype = RD_KAFKA_VTYPE_VALUE
                    fields[3].u.mem = .init(ptr: value, size: valueCount)
                    fields[4].vtype = RD_KAFKA_VTYPE_MSGFLAGS
                    fields[4].u.i = RD_KAFKA_MSG_F_COPY
                    fields[5].vtype = RD_KAFKA_VTYPE_OPAQUE
                    fields[5].u.ptr = UnsafeMutableRawPointer(bitPattern: place + 1)
                    fields[6].vtype = RD_KAFKA_VTYPE_HEADERS
                    fields[6].u.headers = headers
                    fields[7].vtype = RD_KAFKA_VTYPE_TIMESTAMP
                    fields[7].u.i64 = record.timestampMilliseconds ?? 0
                    return rd_kafka_produceva(handle.client, fields, fields.count)
                }
            }
        }
        guard let error else { return nil }
        defer { rd_kafka_error_destroy(error) }
        rd_kafka_headers_destroy(headers)
        return KafkaError(
            rd_kafka_error_code(error), context: "produce to \(record.topic)",
            isFatal: rd_kafka_error_is_fatal(error) != 0, detail: String(cString: rd_kafka_error_string(error)))
    }

    /// Takes one event from the queue; how many records it answered.
    private func collect(
        into slots: inout [Result<Int64, KafkaError>?], from handle: ClientHandle, waitMilliseconds: Int32
    ) -> Int {
        guard let event = rd_kafka_queue_poll(handle.queue, waitMilliseconds) else { return 0 }
        defer { rd_kafka_event_destroy(event) }
        guard rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR else { return 0 }
        var answered = 0
        while let message = rd_kafka_event_message_next(event) {
            answered += 1
            let place = Int(bitPattern: message.pointee._private) - 1
            guard slots.indices.contains(place) else { continue }
            let error = message.pointee.err
            slots[place] =
                error == RD_KAFKA_RESP_ERR_NO_ERROR
                ? .success(message.pointee.offset) : .failure(KafkaError(error, context: "produce"))
        }
        return answered
    }
}

/// A pointer to the bytes that librdkafka can tell from none: an empty array has an address too.
private func withBytes<Value>(_ bytes: [UInt8]?, _ body: (UnsafeMutableRawPointer?, Int) -> Value) -> Value {
    guard let bytes else { return body(nil, 0) }
    guard !bytes.isEmpty else {
        var nothing: UInt8 = 0
        return withUnsafeMutableBytes(of: &nothing) { body($0.baseAddress, 0) }
    }
    return bytes.withUnsafeBytes { body(UnsafeMutableRawPointer(mutating: $0.baseAddress), $0.count) }
}
