import CRdKafka

/// What librdkafka reports, with its own name for it. Carries no record, key or header.
public struct KafkaError: Error, Sendable, Equatable {
    /// librdkafka's number: negative ones are the client's own, positive ones the broker's.
    public let code: Int32
    /// What was being done.
    public let context: String
    /// The client cannot go on and must be made anew.
    public let isFatal: Bool
    /// Trying again may succeed.
    public let isRetriable: Bool
    /// More than the code says, from librdkafka or the broker: topic and setting names, addresses.
    public let detail: String

    init(_ code: rd_kafka_resp_err_t, context: String, isFatal: Bool = false, detail: String = "") {
        self.code = code.rawValue
        self.context = context
        self.isFatal = isFatal || code == RD_KAFKA_RESP_ERR__FATAL
        self.detail = detail
        isRetriable = KafkaError.retriable.contains(code.rawValue)
    }

    /// `_TIMED_OUT`, `LEADER_NOT_AVAILABLE`, …
    public var name: String { String(cString: rd_kafka_err2name(rd_kafka_resp_err_t(code))) }

    /// Whether the topic or partition does not exist.
    public var isUnknownTopic: Bool {
        code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART.rawValue || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC.rawValue
            || code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION.rawValue
    }

    /// Whether the broker does not know this kind of request; the in-memory broker knows few.
    public var isNotSupported: Bool {
        code == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE.rawValue
            || code == RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION.rawValue
    }

    /// Whether the brokers know who we are and do not let us do this.
    public var isAuthorizationFailure: Bool {
        code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED.rawValue
            || code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED.rawValue
            || code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED.rawValue
            || code == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED.rawValue
    }

    /// Whether the brokers have no authorizer, so that there are no access rules to ask for.
    public var isWithoutAuthorizer: Bool { code == RD_KAFKA_RESP_ERR_SECURITY_DISABLED.rawValue }

    /// Whether a setting of ours is wrong, so that no connection was tried: a certificate that cannot be read, for one.
    public var isConfigurationProblem: Bool { code == RD_KAFKA_RESP_ERR__INVALID_ARG.rawValue }

    /// Whether it is the topic that is at fault, whatever the record.
    public var isAboutTopic: Bool {
        isUnknownTopic || code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED.rawValue
            || code == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION.rawValue
    }

    /// Whether it is about what stands in a log, and comes again however often that is fetched: a batch of records that cannot
    /// be unpacked, or that has more in it than may be.
    public var isAboutRecord: Bool { KafkaError.faultsOfRecords.contains(code) }

    private static let faultsOfRecords: Set<Int32> = Set(
        [
            RD_KAFKA_RESP_ERR__BAD_COMPRESSION, RD_KAFKA_RESP_ERR__BAD_MSG, RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED,
            RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
        ].map(\.rawValue))

    /// Whether another client goes by the same name in the group, and this one is out.
    public var isFenced: Bool { code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID.rawValue }

    /// Whether the broker refuses a record for what it is or where it goes: trying again alone does not help.
    public var isRefusal: Bool { KafkaError.refusals.contains(code) }

    private static let refusals: Set<Int32> = Set(
        [
            RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE,
            RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE, RD_KAFKA_RESP_ERR_INVALID_MSG, RD_KAFKA_RESP_ERR_INVALID_RECORD,
            RD_KAFKA_RESP_ERR_POLICY_VIOLATION, RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION,
            RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
            RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
            RD_KAFKA_RESP_ERR__GAPLESS_GUARANTEE,
        ].map(\.rawValue))

    /// Whether the record was given up by its client.
    var isPurge: Bool {
        code == RD_KAFKA_RESP_ERR__PURGE_QUEUE.rawValue || code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT.rawValue
    }

    private static let retriable: Set<Int32> = Set(
        [
            RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__TIMED_OUT,
            RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__WAIT_COORD,
            RD_KAFKA_RESP_ERR__PURGE_QUEUE, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT, RD_KAFKA_RESP_ERR__QUEUE_FULL,
            RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
            RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
            RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
            RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,
            RD_KAFKA_RESP_ERR_NOT_CONTROLLER, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
        ].map(\.rawValue))
}

extension KafkaError: CustomStringConvertible {
    /// What failed, why, and what to look at.
    public var description: String {
        let explanation = String(cString: rd_kafka_err2str(rd_kafka_resp_err_t(code)))
        // What a broker adds to a refusal are its own internals.
        let saysNoMore = detail.isEmpty || detail == explanation || isAuthorizationFailure
        let extra = saysNoMore ? "" : " (\(detail))"
        return "Kafka \(context): \(explanation)\(extra) [\(name)]"
    }
}
