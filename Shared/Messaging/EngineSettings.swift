import Contracts
import KafkaClient
import PostgresClient

/// What an engine needs to know of its service and its surroundings.
public struct EngineSettings: Sendable {
    /// The service: its consumer group, schema and dead letters are named after it.
    public var spec: ServiceSpec
    /// Which replica this is, if it has a name: a quiet restart under the same one does not move partitions, and two processes
    /// under one name put each other out.
    public var replica: String?
    /// The brokers.
    public var kafka: KafkaConfiguration
    /// The database.
    public var postgres: PostgresConfiguration
    /// Stands before every topic and group name.
    public var topicPrefix: String
    /// The topics to read, with their prefix.
    public var topics: [String]
    /// Topics that the service writes and can say again, with their prefix: it looks whether they are still the same.
    public var writtenTopics: [String]
    /// Messages in one transaction at the most.
    public var batchMessages: Int
    /// How many days an event is recognised when it comes again.
    public var inboxDays: Int
    /// How long records are kept.
    public var retention: RetentionRules
    /// How long anything may wait for the database's answer before health says so.
    public var longestDatabaseWait = DatabaseHealth.longestWait
    /// All up, outside of tests that look whether they notice.
    public var guards: EngineGuards

    /// Settings for one service.
    public init(
        service spec: ServiceSpec, replica: String?, kafka: KafkaConfiguration, postgres: PostgresConfiguration,
        topicPrefix: String, topics: [String], writtenTopics: [String] = [], batchMessages: Int, inboxDays: Int = 35,
        retention: RetentionRules = .nothing, guards: EngineGuards = .all
    ) {
        self.spec = spec
        self.replica = replica
        self.kafka = kafka
        self.postgres = postgres
        self.topicPrefix = topicPrefix
        self.topics = topics
        self.writtenTopics = writtenTopics
        self.batchMessages = batchMessages
        self.inboxDays = inboxDays
        self.retention = retention
        self.guards = guards
    }

    /// The service's name.
    public var service: String { spec.name }

    /// Its consumer group.
    public var group: String { spec.group(Topics(prefix: topicPrefix)) }

    /// What the group knows this replica by, if it has a name. It changes with the topics: a broker gives whoever comes again under a
    /// name the partitions that the name had, so that an agency which was put into the policy would not be read, and one that was
    /// taken out would be. Under another name it waits for the session of the one before to end, ten seconds at the most.
    var groupInstance: String? {
        guard let replica else { return nil }
        // FNV-1a: the same in every process, which Swift's own hashes are not.
        let mark = topics.sorted().joined(separator: " ").utf8.reduce(UInt32(2_166_136_261)) {
            ($0 ^ UInt32($1)) &* 16_777_619
        }
        return "\(service)-\(replica)-" + String(mark, radix: 16)
    }

    /// Where this service's dead letters go.
    public var deadLetterTopic: String { Topics(prefix: topicPrefix).deadLetters(of: service).name }
}
