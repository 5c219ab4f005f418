import CRdKafka

/// One rule of the brokers' authorizer: who may, or may not, do what with which resource.
public struct KafkaAccessRule: Sendable, Hashable {
    /// What a rule is about.
    public enum Resource: String, Sendable, CaseIterable {
        /// A topic, by its name with the prefix.
        case topic
        /// A consumer group.
        case group
        /// The cluster itself.
        case cluster
    }

    /// Whether the name is a whole name (`*` is every name) or the beginning of names.
    public enum Pattern: String, Sendable, CaseIterable {
        /// The whole name.
        case literal
        /// Every name that begins so.
        case prefixed
    }

    /// What may be done. Reading, writing, deleting and altering contain describing.
    public enum Operation: String, Sendable, CaseIterable {
        /// Everything.
        case all
        /// Reading.
        case read
        /// Producing, which contains describing.
        case write
        /// Making.
        case create
        /// Deleting the resource; for a topic, its records up to an offset as well.
        case delete
        /// Changing.
        case alter
        /// Seeing that it is there, and its offsets.
        case describe
        /// What brokers ask of each other.
        case clusterAction = "cluster-action"
        /// Seeing its settings.
        case describeConfigs = "describe-configs"
        /// Changing its settings.
        case alterConfigs = "alter-configs"
        /// Writing with a producer's number, where no topic may be written.
        case idempotentWrite = "idempotent-write"
    }

    /// `User:CN=…`; `User:*` is everybody.
    public let principal: String
    /// What may be done.
    public let operation: Operation
    /// With what.
    public let resource: Resource
    /// Its name, or how it begins.
    public let name: String
    /// How the name is meant.
    public let pattern: Pattern
    /// From where; `*` is everywhere.
    public let host: String
    /// Whether it forbids. What is forbidden stays so whatever another rule allows.
    public let isDenial: Bool

    /// One rule.
    public init(
        _ principal: String, may operation: Operation, _ resource: Resource, _ name: String,
        pattern: Pattern = .literal, host: String = "*", isDenial: Bool = false
    ) {
        self.principal = principal
        self.operation = operation
        self.resource = resource
        self.name = name
        self.pattern = pattern
        self.host = host
        self.isDenial = isDenial
    }
}

extension KafkaAccessRule: CustomStringConvertible, Comparable {
    /// `User:CN=agency-police may read topic agency.police.notices`.
    public var description: String {
        let verb = isDenial ? "may not" : "may"
        let names = pattern == .prefixed ? "\(name)…" : name
        let place = host == "*" ? "" : " from \(host)"
        return "\(principal) \(verb) \(operation.rawValue) \(resource.rawValue) \(names)\(place)"
    }

    /// By what they say.
    public static func < (left: KafkaAccessRule, right: KafkaAccessRule) -> Bool {
        left.description < right.description
    }
}

extension KafkaAccessRule.Resource {
    var number: rd_kafka_ResourceType_t {
        switch self {
        case .topic: RD_KAFKA_RESOURCE_TOPIC
        case .group: RD_KAFKA_RESOURCE_GROUP
        case .cluster: RD_KAFKA_RESOURCE_BROKER
        }
    }
}

extension KafkaAccessRule.Pattern {
    var number: rd_kafka_ResourcePatternType_t {
        switch self {
        case .literal: RD_KAFKA_RESOURCE_PATTERN_LITERAL
        case .prefixed: RD_KAFKA_RESOURCE_PATTERN_PREFIXED
        }
    }
}

extension KafkaAccessRule.Operation {
    var number: rd_kafka_AclOperation_t {
        switch self {
        case .all: RD_KAFKA_ACL_OPERATION_ALL
        case .read: RD_KAFKA_ACL_OPERATION_READ
        case .write: RD_KAFKA_ACL_OPERATION_WRITE
        case .create: RD_KAFKA_ACL_OPERATION_CREATE
        case .delete: RD_KAFKA_ACL_OPERATION_DELETE
        case .alter: RD_KAFKA_ACL_OPERATION_ALTER
        case .describe: RD_KAFKA_ACL_OPERATION_DESCRIBE
        case .clusterAction: RD_KAFKA_ACL_OPERATION_CLUSTER_ACTION
        case .describeConfigs: RD_KAFKA_ACL_OPERATION_DESCRIBE_CONFIGS
        case .alterConfigs: RD_KAFKA_ACL_OPERATION_ALTER_CONFIGS
        case .idempotentWrite: RD_KAFKA_ACL_OPERATION_IDEMPOTENT_WRITE
        }
    }
}
