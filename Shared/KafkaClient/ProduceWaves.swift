/// Which records of a produce call may be on their way at the same time, so that none overtakes one of its own key that the
/// broker refuses. Pure.
///
/// A broker that has had nothing from a producer in a partition takes any of its requests, also one that was on its way behind
/// a refused one: it cannot tell that something is missing before it. librdkafka has sent that by the time it hears of the
/// refusal, whatever `max.in.flight.requests.per.connection` and `enable.gapless.guarantee` say. So the first record of a
/// key is answered before the next of the same call is sent, unless the producer has had an answer for the key before: then
/// the broker knows it in the partition, and refuses what comes out of sequence.
struct ProduceWaves {
    private struct OrderingKey: Hashable {
        let topic: String
        let key: [UInt8]
    }

    /// Keys that the broker knows this producer by, at the most. Beyond it all are forgotten, which costs a wave.
    private static let maximumKnown = 10_000
    /// A broker forgets a producer that has been silent in a partition for a day (`producer.id.expiration.ms`).
    private static let longestKnown = Duration.seconds(3600)

    private var known: Set<OrderingKey> = []
    private var knownSince = ContinuousClock.now

    /// The places of the records that may leave at once, and of those that wait until these have been taken.
    mutating func split(_ records: [KafkaRecord]) -> (first: [Int], second: [Int]) {
        if known.count > ProduceWaves.maximumKnown || knownSince.duration(to: .now) > ProduceWaves.longestKnown {
            known = []
            knownSince = .now
        }
        var (first, second): ([Int], [Int]) = ([], [])
        first.reserveCapacity(records.count)
        var seen: Set<OrderingKey> = []
        seen.reserveCapacity(records.count)
        for (place, record) in records.enumerated() {
            // A record without a key overtakes nobody.
            guard let key = record.key else {
                first.append(place)
                continue
            }
            let ordering = OrderingKey(topic: record.topic, key: key)
            if seen.insert(ordering).inserted || known.contains(ordering) {
                first.append(place)
            } else {
                second.append(place)
            }
        }
        return (first, second)
    }

    /// The broker has taken records before these, of their keys.
    mutating func knows(_ records: some Sequence<KafkaRecord>) {
        for record in records {
            if let key = record.key { known.insert(OrderingKey(topic: record.topic, key: key)) }
        }
    }
}
