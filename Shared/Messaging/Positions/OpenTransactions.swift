import KafkaClient

/// Topics that stand still since a producer has begun a transaction and not ended it. Pure.
///
/// Readers get what is committed, and nothing behind the first record of an open transaction, whoever wrote it. That is the doing
/// of whoever publishes on that topic, and stops nobody else; but by its offsets there is nothing left to read, so nothing else
/// would show it.
struct OpenTransactions {
    /// How long a transaction may be open before it is spoken of.
    static let longest = Duration.seconds(10)

    private struct Stop {
        let from: Int64
        let since: ContinuousClock.Instant
        var isSaid = false
    }

    /// What is to be said in the log.
    enum News: Equatable {
        case stands(TopicPartition, from: Int64)
        case goesOn(TopicPartition, seconds: Int)
    }

    private var stops: [TopicPartition: Stop] = [:]
    /// Offsets that nobody gets, by topic, of what has stood for long enough.
    private(set) var held: [String: Int64] = [:]
    /// A sentence for each partition that has stood for long enough.
    private(set) var sentences: [String] = []

    /// One look. What is news since the last one.
    mutating func look(_ found: [TopicPartition: KafkaConsumer.HeldBack], now: ContinuousClock.Instant = .now) -> [News]
    {
        var news: [News] = []
        for (partition, stop) in stops.sorted(by: { $0.key < $1.key }) where found[partition]?.from != stop.from {
            stops[partition] = nil
            if stop.isSaid { news.append(.goesOn(partition, seconds: Int(stop.since.duration(to: now) / .seconds(1)))) }
        }
        held = [:]
        sentences = []
        for (partition, held) in found.sorted(by: { $0.key < $1.key }) {
            var stop = stops[partition] ?? Stop(from: held.from, since: now)
            let time = stop.since.duration(to: now)
            if time >= Self.longest {
                if !stop.isSaid { news.append(.stands(partition, from: held.from)) }
                stop.isSaid = true
                self.held[partition.topic, default: 0] += held.end - held.from
                sentences.append(sentence(partition, held, seconds: Int(time / .seconds(1))))
            }
            stops[partition] = stop
        }
        return news
    }

    private func sentence(_ partition: TopicPartition, _ held: KafkaConsumer.HeldBack, seconds: Int) -> String {
        "Partition \(partition.partition) of \(partition.topic) has stood at offset \(held.from) for \(seconds) s, behind a "
            + "transaction that its producer has not ended; \(held.end - held.from) offsets wait there. Whoever publishes on it must "
            + "commit or abort; the broker does by transaction.timeout.ms. Everything else goes on."
    }
}
