/// Records that the broker has, until the outbox is rid of them all at once: pure.
struct DeliveredRecords {
    /// What the broker has of a row, others of which wait.
    struct Part {
        var places: Set<Int> = []
        var references: [String] = []
    }

    /// Rows of which the broker has everything.
    private(set) var rows: [Int64] = []
    /// Rows of which it has something, by id.
    private(set) var parts: [Int64: Part] = [:]
    private(set) var count = 0
    private var since = ContinuousClock.now
    private let longestPending: Duration

    init(longestPending: Duration = Relay.longestPending) { self.longestPending = longestPending }

    var isEmpty: Bool { count == 0 }

    /// For whoever notes deliveries.
    var delivery: Delivery { Delivery(rows: rows, references: parts.values.flatMap(\.references)) }

    /// Whether they are many, or have waited long enough.
    var isDue: Bool {
        !isEmpty && (count >= Relay.maximumPendingRecords || since.duration(to: .now) >= longestPending)
    }

    /// How long until then, at least a millisecond.
    var millisecondsUntilDue: Int {
        max(1, Int((longestPending - since.duration(to: .now)) / .milliseconds(1)))
    }

    /// The records of a row that the broker does not have.
    func pending(of row: OutboxRow) -> [OutboxRecord] {
        guard let part = parts[row.id] else { return row.records }
        return row.records.filter { !part.places.contains($0.name.place) }
    }

    /// Whether the broker has this record of a row that was added.
    func contains(_ record: OutboxRecord) -> Bool {
        parts[record.name.row]?.places.contains(record.name.place) ?? rows.contains(record.name.row)
    }

    /// The broker has these records of these rows.
    mutating func add(_ records: [OutboxRecord], of rows: [OutboxRow]) {
        if isEmpty { since = .now }
        count += records.count
        for record in records {
            parts[record.name.row, default: Part()].places.insert(record.name.place)
            if let reference = record.outgoing.reference { parts[record.name.row]?.references.append(reference) }
        }
        for row in rows where parts[row.id]?.places.count == row.records.count {
            self.rows.append(row.id)
            parts[row.id] = nil
        }
    }
}

/// What a service is told of its outbox, in the transaction that takes the records off it.
public struct Delivery: Sendable {
    /// Outbox rows of which the broker has everything.
    public let rows: [Int64]
    /// What the service calls the records that the broker has of other rows.
    public let references: [String]
}
