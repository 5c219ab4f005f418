import KafkaClient

/// Rows that the broker refuses for what they are or where they go, and those that must not overtake them: pure.
///
/// They stay in the outbox while others go on, and are tried again after a while: by then an operator may have made the
/// topic, or raised its limit.
struct RowsSetAside {
    /// How long they are left alone.
    private static let interval = Duration.seconds(60)

    private struct Lane: Hashable {
        let topic: String
        let key: String
    }

    /// The rows that are not to be read.
    private(set) var ids: [Int64] = []
    /// Topics to which nothing can be said; their rows are not to be read either.
    private(set) var topics: Set<String> = []
    private var lanes: Set<Lane> = []
    private var since: ContinuousClock.Instant?

    /// Whether nothing is set aside.
    var isEmpty: Bool { since == nil }

    /// Whether it is time to try them again.
    var isDue: Bool { since.map { $0.duration(to: .now) >= RowsSetAside.interval } ?? false }

    /// The broker refuses this row, and would refuse it again.
    mutating func refuse(_ row: OutboxRow, because failure: KafkaError) {
        since = since ?? .now
        ids.append(row.id)
        if failure.isAboutTopic {
            topics.insert(row.topic)
        } else if let key = row.key {
            lanes.insert(Lane(topic: row.topic, key: key))
        }
    }

    /// The rows that may go. The others wait: they would overtake one of their own key.
    mutating func admit(_ rows: [OutboxRow]) -> [OutboxRow] {
        guard !isEmpty else { return rows }
        return rows.filter { row in
            guard let key = row.key, lanes.contains(Lane(topic: row.topic, key: key)) else { return true }
            ids.append(row.id)
            return false
        }
    }
}
