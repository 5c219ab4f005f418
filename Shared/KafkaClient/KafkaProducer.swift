import CRdKafka

/// Produces batches, idempotently and in order: what was sent first for a key stands first in its partition.
///
/// A fatal error of the idempotent producer (librdkafka before 2.3 can lose its sequence after a disconnect) fails what
/// was outstanding, and the client is made anew for the next batch.
public actor KafkaProducer {
    /// The longest record, in bytes of key, value and headers before compression: no more than a consumer unpacks. The broker
    /// has limits of its own, by topic and after compression.
    public static let maximumRecordBytes = 3 * 1024 * 1024
    /// For `messageTimeoutMilliseconds`: a record waits for its broker until it is abandoned. With a timeout, librdkafka
    /// drops a record that is too old and sends those behind it.
    public static let noTimeout = 0

    private let configuration: KafkaConfiguration
    private let properties: [String: String]
    private let thread = DedicatedThread(name: "kafka-produces")
    private var handle: ClientHandle?
    /// The records that were begun, by place: their answers as far as they have come.
    private var answers: [Result<Int64, KafkaError>?] = []
    private var outstanding = 0
    /// Records that leave when those before them have been taken, by place.
    private var waiting: [(place: Int, record: KafkaRecord)] = []
    private let isGapless: Bool
    private let isPlain: @Sendable (String) -> Bool
    private var waves = ProduceWaves()

    /// Runs on a thread of its own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// A producer; it connects when it first produces.
    ///
    /// - Parameters:
    ///   - lingerMilliseconds: how long a record waits for company.
    ///   - messageTimeoutMilliseconds: after which a record that no broker took has failed.
    ///   - isGapless: whether a record that the broker refuses for good takes all behind it along, since they would overtake
    ///     it in its partition (`enable.gapless.guarantee`: the error is fatal).
    ///     Also the first of a key is answered before the next of it is sent (`ProduceWaves`).
    ///   - topicTimeoutMilliseconds: after which a topic that no broker knows does not exist.
    ///   - isPlain: whether a topic by its name is written without compression, for readers that may lack the codec.
    public init(
        _ configuration: KafkaConfiguration, lingerMilliseconds: Int = 0, messageTimeoutMilliseconds: Int = 30_000,
        topicTimeoutMilliseconds: Int = 30_000, isGapless: Bool = false,
        isPlain: @escaping @Sendable (String) -> Bool = { _ in false }
    ) {
        self.configuration = configuration
        self.isPlain = isPlain
        self.isGapless = isGapless
        properties = [
            "enable.idempotence": "true",
            "enable.gapless.guarantee": isGapless ? "true" : "false",
            "message.max.bytes": String(KafkaProducer.maximumRecordBytes + 64 * 1024),
            "linger.ms": String(lingerMilliseconds),
            "message.timeout.ms": String(messageTimeoutMilliseconds),
            "topic.metadata.propagation.max.ms": String(topicTimeoutMilliseconds),
            "compression.codec": "lz4",
            // Records in one request, before compression: whoever unpacks it holds it whole.
            "batch.size": "262144",
            "queue.buffering.max.messages": "100000",
            // Java's way, so that every client puts a key into the same partition.
            "partitioner": "murmur2_random",
        ]
    }

    deinit { thread.stop() }

    /// Sends the records in order and returns when each has its answer: the offset, or why not.
    public func produce(_ records: [KafkaRecord]) -> [Result<Int64, KafkaError>] {
        begin(records)
        while !isAnswered(withinMilliseconds: 1000) {}
        return takeAnswers()
    }

    /// Sends the records in order and waits so long for their answers; `nil` while some are missing.
    public func begin(
        _ records: [KafkaRecord], answeredWithinMilliseconds milliseconds: Int
    ) -> [Result<Int64, KafkaError>]? {
        begin(records)
        return isAnswered(withinMilliseconds: milliseconds) ? takeAnswers() : nil
    }

    /// Sends the records in order, and does not wait for the answers.
    private func begin(_ records: [KafkaRecord]) {
        answers = [Result<Int64, KafkaError>?](repeating: nil, count: records.count)
        outstanding = 0
        waiting = []
        guard !records.isEmpty else { return }
        let handle: ClientHandle
        do throws(KafkaError) { handle = try connected() } catch {
            answers = records.map { _ in .failure(error) }
            return
        }
        let (first, second) = isGapless ? waves.split(records) : (Array(records.indices), [])
        waiting = second.map { ($0, records[$0]) }
        for place in first { enqueue(records[place], place, on: handle) }
    }

    private func enqueue(_ record: KafkaRecord, _ place: Int, on handle: ClientHandle) {
        var failure = send(record, place: place, on: handle)
        // A full queue empties as the brokers answer.
        while failure?.code == RD_KAFKA_RESP_ERR__QUEUE_FULL.rawValue, outstanding > 0 {
            collect(from: handle, waitMilliseconds: 100)
            failure = send(record, place: place, on: handle)
        }
        if let failure { answers[place] = .failure(failure) } else { outstanding += 1 }
    }

    /// Sends what has waited, if all that it has waited for has been taken; otherwise it is not sent.
    private func sendWaiting(on handle: ClientHandle) {
        let hasFailed = answers.contains { if case .failure = $0 { true } else { false } }
        guard !hasFailed, handle.fatalError == nil else { return giveUpWaiting() }
        waves.knows(waiting.map(\.record))
        for (place, record) in waiting { enqueue(record, place, on: handle) }
        waiting = []
    }

    private func giveUpWaiting() {
        for (place, _) in waiting {
            answers[place] = .failure(KafkaError(RD_KAFKA_RESP_ERR__PURGE_QUEUE, context: "produce"))
        }
        waiting = []
    }

    /// Waits so long at the most; whether every record has its answer.
    public func isAnswered(withinMilliseconds milliseconds: Int) -> Bool {
        guard let handle else { return outstanding == 0 }
        let timeout = Timeout(milliseconds: milliseconds)
        while outstanding > 0 || !waiting.isEmpty, !timeout.isOver {
            guard outstanding > 0 else {
                sendWaiting(on: handle)
                continue
            }
            collect(from: handle, waitMilliseconds: timeout.remainingMilliseconds)
            // The purge's reports come through the same queue, so that each record still has an answer.
            if handle.fatalError != nil { purge(handle) }
        }
        return outstanding == 0 && waiting.isEmpty
    }

    /// The answers of what was begun. Records without one are given up first: they may stand on their topics or not, and
    /// nothing of them is sent any more.
    public func takeAnswers() -> [Result<Int64, KafkaError>] {
        giveUpWaiting()
        if let handle, outstanding > 0 {
            purge(handle)
            let timeout = Timeout(milliseconds: 5000)
            while outstanding > 0, !timeout.isOver {
                collect(from: handle, waitMilliseconds: timeout.remainingMilliseconds)
            }
            self.handle = nil
        }
        let fatal = handle?.fatalError
        if fatal != nil { handle = nil }
        defer { (answers, outstanding) = ([], 0) }
        return answers.map { answer in
            switch answer {
            case .success(let offset): .success(offset)
            // What was purged because of a fatal error has failed by that error.
            case .failure(let failure): .failure(failure.isPurge ? fatal ?? failure : failure)
            case nil: .failure(fatal ?? KafkaError(RD_KAFKA_RESP_ERR__PURGE_INFLIGHT, context: "produce"))
            }
        }
    }

    private func purge(_ handle: ClientHandle) {
        rd_kafka_purge(handle.client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
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
        waves = ProduceWaves()
        return new
    }

    private func send(_ record: KafkaRecord, place: Int, on handle: ClientHandle) -> KafkaError? {
        if isPlain(record.topic) { handle.writePlain(record.topic) }
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

    /// Takes one event from the queue, and notes what it answers.
    private func collect(from handle: ClientHandle, waitMilliseconds: Int32) {
        guard let event = rd_kafka_queue_poll(handle.queue, waitMilliseconds) else { return }
        defer { rd_kafka_event_destroy(event) }
        guard rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR else { return }
        while let message = rd_kafka_event_message_next(event) {
            outstanding -= 1
            let place = Int(bitPattern: message.pointee._private) - 1
            guard answers.indices.contains(place) else { continue }
            let error = message.pointee.err
            answers[place] =
                error == RD_KAFKA_RESP_ERR_NO_ERROR
                ? .success(message.pointee.offset) : .failure(KafkaError(error, context: "produce"))
        }
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
