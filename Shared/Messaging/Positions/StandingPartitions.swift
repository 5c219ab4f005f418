import KafkaClient

/// Partitions of which nothing comes though their logs go on, and when somebody is to look why. Pure.
struct StandingPartitions {
    /// So long it may be that nothing comes, without a look.
    static let longest = Duration.seconds(3)
    /// Between two looks at one that stands: a transaction that is open may end before something that nobody can read.
    static let interval = Duration.seconds(10)

    private struct Stop {
        let from: Int64
        let since: ContinuousClock.Instant
        var looked: ContinuousClock.Instant?
    }

    private var stops: [TopicPartition: Stop] = [:]

    /// Takes what stands now. Returns the places to look at.
    mutating func look(_ found: [TopicPartition: KafkaConsumer.HeldBack], now: ContinuousClock.Instant = .now)
        -> [UnreadablePlace]
    {
        stops = stops.filter { found[$0.key]?.from == $0.value.from }
        var places: [UnreadablePlace] = []
        for (partition, held) in found.sorted(by: { $0.key < $1.key }) {
            var stop = stops[partition] ?? Stop(from: held.from, since: now)
            let isLooked = stop.looked.map { $0.duration(to: now) < Self.interval } ?? false
            if !isLooked, stop.since.duration(to: now) >= Self.longest {
                stop.looked = now
                places.append(
                    UnreadablePlace(partition: partition, offset: held.from, error: "_BAD_MSG", kind: .stands))
            }
            stops[partition] = stop
        }
        return places
    }
}
