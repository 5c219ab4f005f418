import KafkaClient

/// Records that the broker refuses for what they are or where they go, and those that must not overtake them: pure.
///
/// They stay in the outbox while others go on, and are tried again after a while: by then an operator may have made the
/// topic, or raised its limit.
struct BlockedRecords {
    /// How long they are left alone, if nobody says otherwise.
    static let interval = Duration.seconds(60)

    private struct OrderingKey: Hashable {
        let topic: String
        let key: String

        /// A record without a key overtakes nobody.
        init?(_ record: OutboxRecord) {
            guard let key = record.outgoing.key else { return nil }
            topic = record.outgoing.topic
            self.key = key
        }
    }

    /// Rows of which everything that is left waits: they are not to be read.
    private(set) var rows: [Int64] = []
    /// Topics to which nothing can be said; rows that are only for them are not to be read either.
    private(set) var topics: Set<String> = []
    private var orderings: Set<OrderingKey> = []
    private var names: Set<OutboxRecord.Name> = []
    private var since: ContinuousClock.Instant?
    private let interval: Duration

    init(interval: Duration = BlockedRecords.interval) { self.interval = interval }

    /// Whether nothing is set aside.
    var isEmpty: Bool { since == nil }

    /// Whether it is time to try them again.
    var isDue: Bool { since.map { $0.duration(to: .now) >= interval } ?? false }

    /// The broker refuses this record, and would refuse it again.
    mutating func refuse(_ record: OutboxRecord, because failure: KafkaError) {
        since = since ?? .now
        names.insert(record.name)
        if failure.isAboutTopic {
            topics.insert(record.outgoing.topic)
        } else if let ordering = OrderingKey(record) {
            orderings.insert(ordering)
        }
    }

    /// The records that may go. The others wait: they would overtake one of their own key.
    mutating func admit(_ rows: [OutboxRow], except delivered: DeliveredRecords) -> [OutboxRecord] {
        guard !isEmpty else { return rows.flatMap(delivered.pending(of:)) }
        return rows.flatMap { row in
            let admitted = delivered.pending(of: row).filter(mayGo)
            if admitted.isEmpty { self.rows.append(row.id) }
            return admitted
        }
    }

    private func mayGo(_ record: OutboxRecord) -> Bool {
        !names.contains(record.name) && !topics.contains(record.outgoing.topic)
            && !(OrderingKey(record).map(orderings.contains) ?? false)
    }
}
