import Safeguarding

/// The topics of one partnership, under its prefix (contract.md section 2).
public struct Topics: Sendable, Equatable {
    /// One topic and how it is to be made.
    public struct Topic: Sendable, Equatable, Hashable {
        /// How long records stay.
        public enum Retention: Sendable, Hashable {
            /// For days.
            case days(Int)
            /// The latest of each key.
            case compacted
        }

        /// The name with its prefix.
        public let name: String
        /// Partitions: for topics by household as many as services may have replicas; one where order is all.
        public let partitions: Int
        /// How long records stay.
        public let retention: Retention
        /// What it is for; by that, the services that write and read it.
        public let kind: TopicKind
        /// Who writes it by itself: an agency its events, a service its dead letters.
        public let writer: Principal?
        /// Who reads it, of those who are no service.
        public let readers: [Principal]
        /// The longest batch of records, in bytes as it is stored.
        public var maximumBytes = Topics.maximumBytes
        /// Whether others than our services read it, with clients that may lack a codec.
        public var isReadOutside = false
        /// Whether its records are kept by the time at which the broker took them, whatever time their writers give them.
        public var keepsByBrokerTime = false

        /// The longest that a record can be read, in whole days: brokers remove a segment when its youngest record is older
        /// than the retention, so its oldest is older by as long as a segment is filled; and the clocks of who stamps and
        /// of who removes may differ, by less than a day. `nil` where the latest of each key stays.
        public var longestDays: Int? {
            guard case .days(let days) = retention else { return nil }
            return days + Topics.segmentDays + 1
        }
    }

    /// The longest batch of records of most topics, in bytes as it is stored: Kafka's own default.
    public static let maximumBytes = 1_048_588

    /// The longest record of a topic of dead letters: what came, unpacked, and why it could not be handled.
    public static let maximumDeadLetterBytes = 8 * 1024 * 1024

    /// Days after which a topic that keeps its records for days begins a segment (`segment.ms`). Kafka's own week would keep a
    /// record as much longer than its retention.
    public static let segmentDays = 1

    /// Partitions of topics keyed by household. Six let each service run in up to six replicas, and can be divided by
    /// two and three.
    public static let householdPartitions = 6

    /// What stands before every name.
    public let prefix: String
    /// How long dead letters are kept, by policy (`retention.yaml`). It matters to whoever makes the topics.
    public let deadLetterDays: Int

    /// The topics under a prefix; an empty one for the only partnership on its brokers.
    public init(prefix: String = "", deadLetterDays: Int = 90) {
        self.prefix = prefix
        self.deadLetterDays = deadLetterDays
    }

    /// How the name of every topic of an agency's begins, after the prefix.
    public static let agencyRoot = "agency."

    /// What an agency says.
    public func events(of agency: AgencyCode) -> Topic {
        Topic(
            name: "\(prefix)agency.\(agency).events", partitions: 1, retention: .days(7), kind: .events,
            writer: .agency(agency), readers: [], keepsByBrokerTime: true)
    }

    /// What an agency is told.
    public func notices(of agency: AgencyCode) -> Topic {
        Topic(
            name: "\(prefix)agency.\(agency).notices", partitions: 1, retention: .days(30), kind: .notices,
            writer: nil, readers: [.agency(agency)], isReadOutside: true)
    }

    /// The consumer group of an agency; those that begin with it and a dot are the agency's as well.
    public func group(of agency: AgencyCode) -> String { "\(prefix)agency.\(agency)" }

    /// What is known, behind intake.
    public var facts: Topic { inner("safeguarding.facts", .facts) }

    /// A topic that services write for services, keyed by household; the operator may look.
    private func inner(_ name: String, _ kind: TopicKind) -> Topic {
        Topic(
            name: prefix + name, partitions: Topics.householdPartitions, retention: .days(30), kind: kind, writer: nil,
            readers: [.operator])
    }

    /// What the services say to events that only they can judge. Intake keeps it and answers.
    public var rulings: Topic { inner("events.judged", .rulings) }

    /// What waits for its screening. The hub reads it, whose code policy knows: see `all(agencies:hub:)`.
    public var screeningQueue: Topic { screeningQueue(readBy: nil) }

    private func screeningQueue(readBy hub: AgencyCode?) -> Topic {
        Topic(
            name: prefix + "screening.queue", partitions: 1, retention: .compacted, kind: .screeningQueue, writer: nil,
            readers: hub.map { [.agency($0)] } ?? [], isReadOutside: true)
    }

    /// How screening ended.
    public var screeningOutcomes: Topic { inner("screening.outcomes", .screeningOutcomes) }

    /// What changed about children, and whom to tell.
    public var decisionsChanged: Topic { inner("decisions.changed", .decisionsChanged) }

    /// How challenges go on.
    public var escalations: Topic { inner("escalations.events", .escalations) }

    /// What a service could not handle.
    public func deadLetters(of service: String) -> Topic {
        Topic(
            name: "\(prefix)dead-letters.\(service)", partitions: 1, retention: .days(deadLetterDays),
            kind: .deadLetters, writer: .service(service), readers: [.operator],
            maximumBytes: Topics.maximumDeadLetterBytes)
    }

    /// Every topic of a partnership of these agencies and services. Without a hub nobody reads the screening queue.
    public func all(agencies: [AgencyCode], hub: AgencyCode? = nil, services: [String]) -> [Topic] {
        agencies.flatMap { [events(of: $0), notices(of: $0)] }
            + TopicKind.allCases.flatMap { kind -> [Topic] in
                switch kind {
                case .events, .notices: []
                case .screeningQueue: [screeningQueue(readBy: hub)]
                case .deadLetters: services.map(deadLetters(of:))
                default: of(kind, agencies: agencies)
                }
            }
    }

    /// The topics that are for this: one for each agency, or a single one. Dead letters are found by their service.
    public func of(_ kind: TopicKind, agencies: [AgencyCode]) -> [Topic] {
        switch kind {
        case .events: agencies.map(events(of:))
        case .notices: agencies.map(notices(of:))
        case .facts: [facts]
        case .rulings: [rulings]
        case .screeningQueue: [screeningQueue]
        case .screeningOutcomes: [screeningOutcomes]
        case .decisionsChanged: [decisionsChanged]
        case .escalations: [escalations]
        case .deadLetters: []
        }
    }

    /// Whether others than our services read the topic of this name.
    public func isReadOutside(_ name: String) -> Bool {
        name == screeningQueue.name || (name.hasPrefix(prefix + "agency.") && name.hasSuffix(".notices"))
    }

    /// The agency whose events topic this is.
    public func agency(ofEventsTopic name: String) -> AgencyCode? {
        let start = prefix + "agency."
        guard name.hasPrefix(start), name.hasSuffix(".events") else { return nil }
        return AgencyCode(name.dropFirst(start.count).dropLast(".events".count))
    }
}
