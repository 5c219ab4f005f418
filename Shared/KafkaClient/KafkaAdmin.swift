import CRdKafka
import Glibc

/// A topic to be made.
public struct TopicSpecification: Sendable, Hashable {
    /// The name with the prefix.
    public let name: String
    /// How many partitions.
    public let partitions: Int32
    /// On how many brokers each partition stands; -1 leaves it to the broker.
    public let replicationFactor: Int32
    /// Topic settings, such as `retention.ms`.
    public let configuration: [String: String]

    /// A topic to be made.
    public init(name: String, partitions: Int32, replicationFactor: Int32 = -1, configuration: [String: String] = [:]) {
        self.name = name
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        self.configuration = configuration
    }
}

/// Asks the brokers about themselves and makes topics.
public actor KafkaAdmin {
    private static let timeoutMilliseconds: Int32 = 10_000

    private let thread = DedicatedThread(name: "kafka-admin")
    let handle: ClientHandle

    /// Runs on a thread of its own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Connects when it is first asked something.
    public init(_ configuration: KafkaConfiguration) throws(KafkaError) {
        handle = try ClientHandle(
            producer: try configuration.makeClient(
                RD_KAFKA_PRODUCER, ["allow.auto.create.topics": "false"], events: 0))
    }

    deinit { thread.stop() }

    /// The cluster's identifier: another cluster's offsets mean other messages.
    public func clusterIdentifier() throws(KafkaError) -> String {
        guard let text = rd_kafka_clusterid(handle.client, KafkaAdmin.timeoutMilliseconds) else {
            throw unanswered(RD_KAFKA_RESP_ERR__TIMED_OUT, "cluster identifier")
        }
        defer { rd_kafka_mem_free(handle.client, text) }
        return String(cString: text)
    }

    /// Every topic with its number of partitions.
    public func topics() throws(KafkaError) -> [String: Int] {
        var found: [String: Int] = [:]
        try withMetadata(of: nil) { topic in
            if topic.err == RD_KAFKA_RESP_ERR_NO_ERROR, let name = topic.topic {
                found[String(cString: name)] = Int(topic.partition_cnt)
            }
        }
        return found
    }

    /// On how many brokers each topic's partitions stand: the fewest of them.
    public func replicas() throws(KafkaError) -> [String: Int] {
        var found: [String: Int] = [:]
        try withMetadata(of: nil) { topic in
            guard topic.err == RD_KAFKA_RESP_ERR_NO_ERROR, let name = topic.topic else { return }
            let counts = (0..<Int(topic.partition_cnt)).map { Int(topic.partitions[$0].replica_cnt) }
            found[String(cString: name)] = counts.min() ?? 0
        }
        return found
    }

    /// A topic's partitions.
    public func partitions(of topic: String) throws(KafkaError) -> [TopicPartition] {
        var found: [TopicPartition] = []
        var failure: rd_kafka_resp_err_t = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART
        try withMetadata(of: topic) { described in
            failure = described.err
            found = (0..<Int(described.partition_cnt)).map {
                TopicPartition(topic: topic, partition: described.partitions[$0].id)
            }
        }
        guard failure == RD_KAFKA_RESP_ERR_NO_ERROR, !found.isEmpty else {
            throw KafkaError(failure, context: "topic \(topic)")
        }
        return found.sorted()
    }

    /// The first offset still there, and the offset that the next record will get.
    public func watermarks(of partition: TopicPartition) throws(KafkaError) -> (low: Int64, high: Int64) {
        try handle.watermarks(of: partition)
    }

    /// The first offset at or after a moment, in every partition; the end where there is none.
    public func offsets(of topic: String, atMilliseconds time: Int64) throws(KafkaError) -> [TopicPartition: Int64] {
        let partitions = try partitions(of: topic)
        let times = Dictionary(uniqueKeysWithValues: partitions.map { ($0, max(0, time)) })
        var offsets: [TopicPartition: Int64]
        do throws(KafkaError) {
            offsets = try self.offsets(at: times)
        } catch  where error.isRetriable || error.isUnknownTopic {
            handle.learnTopics()
            offsets = try self.offsets(at: times)
        }
        for (partition, offset) in offsets where offset < 0 { offsets[partition] = try watermarks(of: partition).high }
        return offsets
    }

    /// The offset behind the last record that a reader gets, of each of these partitions, by one request to each leader. Those
    /// whose leader does not say are left out.
    public func ends(of partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        let ends = Int64(RD_KAFKA_OFFSET_END)
        return try offsets(at: Dictionary(uniqueKeysWithValues: partitions.map { ($0, ends) })).filter { $0.value >= 0 }
    }

    private func offsets(at times: [TopicPartition: Int64]) throws(KafkaError) -> [TopicPartition: Int64] {
        let list = PartitionList(times)
        let error = rd_kafka_offsets_for_times(handle.client, list.pointer, KafkaAdmin.timeoutMilliseconds)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error, context: "offsets for a time") }
        return PartitionList.read(list.pointer)
    }

    /// What a group has committed; partitions without a commit are left out.
    public func committedOffsets(of group: String, _ partitions: [TopicPartition], in configuration: KafkaConfiguration)
        throws(KafkaError) -> [TopicPartition: Int64]
    {
        let member = try ClientHandle(
            consumer: try configuration.makeClient(RD_KAFKA_CONSUMER, ["group.id": group], events: 0))
        let list = PartitionList(Dictionary(uniqueKeysWithValues: partitions.map { ($0, -1001) }))
        let error = rd_kafka_committed(member.client, list.pointer, KafkaAdmin.timeoutMilliseconds)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error, context: "committed offsets") }
        // An answer may be there for some of them alone; of the others nothing is known, which is not that nothing was committed.
        if let failure = PartitionList.failure(in: list.pointer) {
            throw KafkaError(failure, context: "committed offsets")
        }
        return PartitionList.read(list.pointer).filter { $0.value >= 0 }
    }

    /// Makes the topics that are not there; returns the names of those made. Safe to call twice.
    public func create(_ topics: [TopicSpecification]) throws(KafkaError) -> [String] {
        guard !topics.isEmpty else { return [] }
        let requests: [OpaquePointer?] = topics.map { topic in
            let request = rd_kafka_NewTopic_new(topic.name, topic.partitions, topic.replicationFactor, nil, 0)
            for (name, value) in topic.configuration { _ = rd_kafka_NewTopic_set_config(request, name, value) }
            return request
        }
        defer { for request in requests { rd_kafka_NewTopic_destroy(request) } }
        let queue = try answerQueue("create topics")
        defer { rd_kafka_queue_destroy(queue) }
        var sent = requests
        rd_kafka_CreateTopics(handle.client, &sent, sent.count, nil, queue)
        let event = try answer(RD_KAFKA_EVENT_CREATETOPICS_RESULT, "create topics", queue)
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        guard let result = rd_kafka_event_CreateTopics_result(event),
            let results = rd_kafka_CreateTopics_result_topics(result, &count)
        else { return [] }
        var made: [String] = []
        for place in 0..<count {
            let code = rd_kafka_topic_result_error(results[place])
            let name = String(cString: rd_kafka_topic_result_name(results[place]))
            if code == RD_KAFKA_RESP_ERR_NO_ERROR { made.append(name) }
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS else {
                let detail = rd_kafka_topic_result_error_string(results[place]).map { String(cString: $0) } ?? ""
                throw KafkaError(code, context: "create topic \(name)", detail: detail)
            }
        }
        try awaitLeaders(of: made)
        return made
    }

    /// A topic is usable when each of its partitions has a leader, which takes a moment after it is made.
    private func awaitLeaders(of names: [String]) throws(KafkaError) {
        // A broker that has much to do takes its time, and what it has accepted it does.
        let timeout = Timeout(milliseconds: 60_000)
        var waiting = Set(names)
        while !waiting.isEmpty {
            try withMetadata(of: nil) { topic in
                guard let name = topic.topic.map({ String(cString: $0) }), waiting.contains(name) else { return }
                let isLed = (0..<Int(topic.partition_cnt)).allSatisfy { topic.partitions[$0].leader >= 0 }
                if topic.err == RD_KAFKA_RESP_ERR_NO_ERROR, topic.partition_cnt > 0, isLed { waiting.remove(name) }
            }
            guard !waiting.isEmpty else { return }
            guard !timeout.isOver else {
                throw KafkaError(
                    RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
                    context: "\(waiting.count) of \(names.count) new topics have no leader after 60 s")
            }
            usleep(50_000)
        }
    }

    /// Removes topics; for tests.
    public func delete(_ names: [String]) throws(KafkaError) {
        let requests: [OpaquePointer?] = names.map { rd_kafka_DeleteTopic_new($0) }
        defer { for request in requests { rd_kafka_DeleteTopic_destroy(request) } }
        let queue = try answerQueue("delete topics")
        defer { rd_kafka_queue_destroy(queue) }
        var sent = requests
        rd_kafka_DeleteTopics(handle.client, &sent, sent.count, nil, queue)
        rd_kafka_event_destroy(try answer(RD_KAFKA_EVENT_DELETETOPICS_RESULT, "delete topics", queue))
    }

    /// A queue for the answer of one admin request.
    func answerQueue(_ context: String) throws(KafkaError) -> OpaquePointer {
        guard let queue = rd_kafka_queue_new(handle.client) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, context: context)
        }
        return queue
    }

    /// Waits for the answer of an admin request.
    func answer(_ type: Int32, _ context: String, _ queue: OpaquePointer) throws(KafkaError) -> OpaquePointer {
        guard let event = rd_kafka_queue_poll(queue, 30_000) else {
            throw unanswered(RD_KAFKA_RESP_ERR__TIMED_OUT, context)
        }
        let code = rd_kafka_event_error(event)
        guard rd_kafka_event_type(event) == type, code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let detail = rd_kafka_event_error_string(event).map { String(cString: $0) } ?? ""
            rd_kafka_event_destroy(event)
            throw unanswered(code, context, detail: detail)
        }
        return event
    }

    /// The error of a request, with what stood in the way of the connection if that is why nobody answered.
    func unanswered(_ code: rd_kafka_resp_err_t, _ context: String, detail: String = "") -> KafkaError {
        let error = KafkaError(code, context: context, detail: detail)
        guard error.isRetriable, let problem = handle.connectionProblem() else { return error }
        return KafkaError(code, context: context, detail: problem)
    }

    private func withMetadata(of topic: String?, _ body: (rd_kafka_metadata_topic) -> Void) throws(KafkaError) {
        let single = topic.flatMap { rd_kafka_topic_new(handle.client, $0, nil) }
        defer { if let single { rd_kafka_topic_destroy(single) } }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let error = rd_kafka_metadata(
            handle.client, topic == nil ? 1 : 0, single, &metadata, KafkaAdmin.timeoutMilliseconds)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else { throw unanswered(error, "metadata") }
        defer { rd_kafka_metadata_destroy(metadata) }
        for place in 0..<Int(metadata.pointee.topic_cnt) { body(metadata.pointee.topics[place]) }
    }
}
