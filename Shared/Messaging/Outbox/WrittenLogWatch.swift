import KafkaClient
import PostgresClient
import ServiceRuntime

/// Looks whether the topics that others read are still the ones that this service has written.
///
/// Of what is read, a consumer notices by its position that a topic was made anew. Of what is only written nobody would: the next
/// record goes to the new log as if nothing had happened, and what its readers had not read is gone. librdkafka does not tell
/// which topic it is beside its name, so a log is known again by its end and the last record that was seen there.
struct WrittenLogWatch: Sendable {
    /// Between two looks. One that finds nothing new costs a query of each topic's ends and the reading of one record of each.
    static let interval = Duration.seconds(15)
    private static let recordTimeoutMilliseconds = 5000

    let topics: [String]
    let advice: String
    let store: WrittenLogStore
    let kafka: KafkaConfiguration
    let log: Log
    let health: HealthState
    let metrics: EngineMetrics

    /// Looks until the task is cancelled. Outages are said by others; this looks again later.
    func run() async {
        guard !topics.isEmpty else { return }
        var said: Set<String> = []
        var outage = Outage()
        // Clients of its own: what it waits for holds nobody else up.
        var admin: KafkaAdmin?
        let records = RecordTimes(kafka)
        while !Task.isCancelled {
            do {
                let client = try admin ?? KafkaAdmin(kafka)
                admin = client
                try await look(client, records, &said)
                log.noteEnd(of: &outage, of: "written-topics")
            } catch {
                if !Task.isCancelled { log.note(error, in: &outage, of: "written-topics") }
            }
            try? await Task.sleep(for: WrittenLogWatch.interval)
        }
    }

    /// One look; each loss is said once in the log, and in health until somebody has dealt with it.
    func look(_ admin: KafkaAdmin, _ records: RecordTimes, _ said: inout Set<String>) async throws {
        let known = try await store.read(topics)
        let there = try await admin.topics()
        let partitions = topics.flatMap { topic in
            (0..<Int32(there[topic] ?? 0)).map { TopicPartition(topic: topic, partition: $0) }
        }
        let logs = try await LogState.read(
            Dictionary(uniqueKeysWithValues: partitions.map { ($0, known[$0]?.position.nextOffset) }), admin,
            records)
        var losses: [TopicPartition: String] = [:]
        for (partition, log) in logs { losses[partition] = known[partition]?.loss(log) }
        let written = try await ends(
            of: logs.filter { losses[$0.key] != nil || known[$0.key]?.position.nextOffset != $0.value.high }, records)
        try await store.note(written.filter { losses[$0.key] == nil })
        for (partition, reason) in losses.sorted(by: { $0.key < $1.key }) {
            guard let old = known[partition], let new = written[partition] else { continue }
            try await store.note(lost: partition, was: old, is: new, because: reason)
        }
        let gone = known.keys.filter { there[$0.topic] == nil && known[$0]?.position.nextOffset ?? 0 > 0 }.map(\.topic)
        report(try await store.lost(), missing: Set(gone).sorted(), &said)
    }

    /// How far the logs are written now. One whose last record the broker has not shown in time is looked at again later.
    private func ends(of logs: [TopicPartition: LogState], _ records: RecordTimes) async throws(KafkaError)
        -> [TopicPartition: WrittenLog]
    {
        let times = try await records.times(
            at: logs.filter { $0.value.high > $0.value.low }.mapValues { $0.high - 1 },
            timeoutMilliseconds: WrittenLogWatch.recordTimeoutMilliseconds)
        var written: [TopicPartition: WrittenLog] = [:]
        for (partition, log) in logs where times[partition] != nil || log.high == log.low {
            let position = Position(nextOffset: log.high, recordMilliseconds: times[partition])
            written[partition] = WrittenLog(position: position, cluster: log.cluster)
        }
        return written
    }

    private func report(_ lost: [LostLog], missing: [String], _ said: inout Set<String>) {
        metrics.lostTopics.set(Double(Set(lost.map(\.topic)).union(missing).count))
        let sentences =
            missing.map { topic in
                "Topic \(topic) is not there any more, and what stood there and was not read is gone: 'keepsight topics apply' makes "
                    + "it, and then this says what becomes of that."
            } + lost.map { $0.sentence(advice) }
        for sentence in sentences where said.insert(sentence).inserted { log.error("written-topic-lost", sentence) }
        said.formIntersection(sentences)
        health.report(.writtenTopics, sentences.isEmpty ? .ok : .attention(sentences.joined(separator: " ")))
    }
}

extension HealthState.Component {
    /// Whether the topics that others read are the ones that were written.
    static let writtenTopics = HealthState.Component(rawValue: "written-topics")
}
