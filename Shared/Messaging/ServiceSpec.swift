import Contracts
import Safeguarding
import ServiceRuntime

/// What others must know of a service, as one value: topics, access rules, processes, lag, migrations and the lists of deploy/
/// come from it. Each service declares its own, apart from what it does, so that whoever needs all of them needs no service.
public struct ServiceSpec: Sendable {
    /// Kebab-case: the executable, the consumer group, the certificate and, with underscores, the schema are named after it.
    public let name: String
    /// One sentence: what it is for.
    public let purpose: String
    /// Where its health and metrics are, on one machine and without another setting.
    public let defaultPort: UInt16
    /// The topics that its consumer group reads.
    public let reads: [TopicKind]
    /// The topics that its outbox is relayed to, beside its dead letters.
    public let writes: [TopicKind]
    /// Topics among them that others read and that it can say again: it looks whether they are still those that it has written.
    public let watches: WatchedTopics
    /// How many migrations its own folder below deploy/migrations has: it runs with no fewer and no more.
    public let migrations: Int
    /// What deadlines it sets.
    public let deadlines: [DeadlineKind]
    /// Parts that its health has beside those that every service has.
    public let components: [HealthState.Component]

    /// A service by its name.
    public init(
        _ name: String, purpose: String, defaultPort: UInt16, reads: [TopicKind], writes: [TopicKind],
        watches: WatchedTopics = WatchedTopics([], advice: ""), migrations: Int, deadlines: [DeadlineKind] = [],
        components: [HealthState.Component] = []
    ) {
        self.name = name
        self.purpose = purpose
        self.defaultPort = defaultPort
        self.reads = reads
        self.writes = writes
        self.watches = watches
        self.migrations = migrations
        self.deadlines = deadlines
        self.components = components
    }

    /// Its schema in the database.
    public var schema: String { Migrator.schema(of: name) }

    /// Its consumer group, under a partnership's prefix.
    public func group(_ topics: Topics) -> String { topics.prefix + name }

    /// The topics that its group reads, in a partnership of these agencies.
    public func inputs(_ topics: Topics, agencies: [AgencyCode]) -> [Topics.Topic] {
        reads.flatMap { topics.of($0, agencies: agencies) }
    }

    /// The topics that it looks after, in a partnership of these agencies.
    public func watched(_ topics: Topics, agencies: [AgencyCode]) -> [Topics.Topic] {
        watches.kinds.flatMap { topics.of($0, agencies: agencies) }
    }

    /// Whether its outbox goes to such a topic.
    public func writes(_ topic: Topics.Topic) -> Bool {
        topic.kind == .deadLetters ? topic.writer == .service(name) : writes.contains(topic.kind)
    }

    /// Whether its group reads such a topic.
    public func reads(_ topic: Topics.Topic) -> Bool { reads.contains(topic.kind) }

    /// What is wrong with a schema that has so many migrations; `nil` if nothing is.
    func problem(engine found: Int, own foundOwn: Int) -> EngineError? {
        if found > SchemaVersion.engine || foundOwn > migrations { return .schemaIsNewer(schema: schema) }
        if found < SchemaVersion.engine || foundOwn < migrations { return .notMigrated(schema: schema) }
        return nil
    }
}

/// Topics that a service looks after, since what it has written there would be gone with them.
public struct WatchedTopics: Sendable {
    /// Which.
    public let kinds: [TopicKind]
    /// What is to be done, or is done, about one that was made anew: a sentence.
    public let advice: String

    /// Topics of these kinds.
    public init(_ kinds: [TopicKind], advice: String) { (self.kinds, self.advice) = (kinds, advice) }
}
