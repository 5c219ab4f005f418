import Contracts
import KafkaClient
import ServiceRuntime

/// Looks whether anything stands on topics that this service does not read, as that of an agency which policy names no longer: what
/// was published there is acknowledged by Kafka, is read by nobody, and leaves the topic by age without a word. And whether
/// everything that it is to read is there.
struct UnreadTopics: Sendable {
    /// Between two looks. One costs a query of the positions and one of the topics.
    static let interval = Duration.seconds(15)

    let spec: ServiceSpec
    /// How the partnership's topics are called.
    let names: Topics
    /// Those that are read.
    let inputs: [String]
    let store: PositionStore
    let kafka: KafkaConfiguration
    let log: Log
    let health: HealthState
    let metrics: EngineMetrics

    /// Looks until the task is cancelled. Outages are said by others; this looks again later.
    func run() async {
        var said: Set<String> = []
        var outage = Outage()
        // A client of its own: a topic that is gone is asked for again for a while.
        var admin: KafkaAdmin?
        while !Task.isCancelled {
            do {
                let client = try admin ?? KafkaAdmin(kafka)
                admin = client
                try await look(client, &said)
                log.noteEnd(of: &outage, of: "unread-topics")
            } catch {
                if !Task.isCancelled { log.note(error, in: &outage, of: "unread-topics") }
            }
            try? await Task.sleep(for: UnreadTopics.interval)
        }
    }

    /// One look.
    ///
    /// - Parameter said: the topics of which the log has it already.
    func look(_ admin: KafkaAdmin, _ said: inout Set<String>) async throws {
        let there = try await admin.topics()
        let partitions = try await UnreadPartition.find(
            of: spec, names, inputs: inputs, positions: try await store.all(), there: there, admin, kafka)
        report(partitions, missing: inputs.filter { there[$0] == nil }.sorted(), &said)
    }

    private func report(_ partitions: [UnreadPartition], missing: [String], _ said: inout Set<String>) {
        var sentences: [String: String] = [:]
        for topic in missing {
            sentences[topic] =
                "Topic \(topic) is to be read and is not there, or may not be seen: 'keepsight topics apply' makes it."
        }
        for partition in partitions {
            let topic = partition.partition.topic
            metrics.lag(of: topic).set(Double(partition.waiting))
            guard partition.isUnread else { continue }
            sentences[topic] = "\(partition.sentence) \(partition.advice(spec.name))"
        }
        for (topic, sentence) in sentences.sorted(by: { $0.key < $1.key }) where said.insert(topic).inserted {
            log.error("topic-unread", sentence, .id("topic", topic))
        }
        said.formIntersection(sentences.keys)
        let reason = sentences.sorted { $0.key < $1.key }.map(\.value).joined(separator: " ")
        health.report(.unreadTopics, reason.isEmpty ? .ok : .attention(reason))
    }
}

/// A partition of a topic that belongs to what a service reads, and that its policy does not name: pure.
public struct UnreadPartition: Sendable, Equatable {
    /// Which.
    public let partition: TopicPartition
    /// How many messages stand there that were not read.
    public let waiting: Int64
    /// How many retention has removed that were not read.
    public let removed: Int64

    /// - Parameters:
    ///   - log: the first offset that is there, and the one behind the last.
    ///   - position: how far it was read; `nil` if it never was. One behind the log's end is that of another log.
    ///   - told: how far the group was told that it was, which passes markers of transactions.
    public init(_ partition: TopicPartition, _ log: Range<Int64>, position: Int64?, told: Int64? = nil) {
        self.partition = partition
        guard let position, position <= log.upperBound else {
            (waiting, removed) = (Int64(log.count), 0)
            return
        }
        let next = [position, told ?? 0].filter { $0 <= log.upperBound }.max() ?? position
        waiting = log.upperBound - max(next, log.lowerBound)
        removed = max(0, log.lowerBound - next)
    }

    /// Whether anything was published there that has had no effect and was not left out by anybody.
    public var isUnread: Bool { waiting + removed > 0 }

    /// What is the matter.
    public var sentence: String {
        let gone = removed == 0 ? "" : ", and retention has removed \(removed) before"
        let waits =
            isUnread
            ? "\(counted(waiting, "message")) \(waiting == 1 ? "waits" : "wait") there\(gone)." : "Nothing waits there."
        return "Topic \(partition.topic) is not read, since policy does not name its agency: \(waits)"
    }

    /// What to do where something is unread.
    public func advice(_ service: String) -> String {
        "Put the agency back into the policy and start \(service) again; or leave them out for good: 'keepsight positions repair "
            + "\(service) \(partition.topic) \(partition.partition) --from end'."
    }

    /// What stands on topics that a service would read, or has read, and that are not among its inputs.
    ///
    /// - Parameters:
    ///   - positions: how far the service has read.
    ///   - there: topics that the brokers have, with their numbers of partitions.
    public static func find(
        of spec: ServiceSpec, _ names: Topics, inputs: [String], positions: [TopicPartition: Int64],
        there: [String: Int], _ admin: KafkaAdmin, _ kafka: KafkaConfiguration
    ) async throws -> [UnreadPartition] {
        let topics = topics(
            of: spec, names, inputs: inputs, known: Set(positions.keys.map(\.topic)), there: Set(there.keys))
        let all = partitions(of: topics, there)
        guard !all.isEmpty else { return [] }
        // Markers of transactions may be all that stands behind a position; the group was told so.
        let told = (try? await admin.committedOffsets(of: spec.group(names), all, in: kafka)) ?? [:]
        var found: [UnreadPartition] = []
        for partition in all {
            let (low, high) = try await admin.watermarks(of: partition)
            found.append(
                UnreadPartition(partition, low..<high, position: positions[partition], told: told[partition]))
        }
        return found
    }

    /// The topics that a service would read, or has read, and that are not among its inputs.
    ///
    /// - Parameters:
    ///   - known: topics of which it has positions.
    ///   - there: topics that the brokers have.
    public static func topics(
        of spec: ServiceSpec, _ names: Topics, inputs: [String], known: Set<String>, there: Set<String>
    ) -> [String] {
        let ofAgencies = spec.reads.contains(.events) ? there.filter { names.agency(ofEventsTopic: $0) != nil } : []
        return known.intersection(there).union(ofAgencies).subtracting(inputs).sorted()
    }

    /// Every partition of topics, by the number that each has.
    public static func partitions(of topics: [String], _ counts: [String: Int]) -> [TopicPartition] {
        topics.flatMap { topic in
            (0..<Int32(counts[topic] ?? 0)).map { TopicPartition(topic: topic, partition: $0) }
        }
    }
}

extension HealthState.Component {
    /// Whether anything stands on topics that are not read.
    static let unreadTopics = HealthState.Component(rawValue: "unread-topics")
}
