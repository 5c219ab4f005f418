import KafkaClient
import PostgresClient
import Safeguarding

/// The effects of a batch, gathered so that each kind is written by one statement.
struct EffectBatch<Row: Sendable> {
    private(set) var outgoing: [OutgoingRecord] = []
    private(set) var rows: [Row] = []
    private(set) var measurements: [Measurement] = []
    private(set) var parkedMessages: [ParkedMessage] = []
    private(set) var parkedHouseholds: [ParkedHousehold] = []
    /// The last word on each clock: armed with a due time, or cleared.
    private var clocks: [DeadlineKey: Deadline?] = [:]

    /// Of what was said, so many of each kind.
    var publishedByKind: [String: Int] {
        outgoing.reduce(into: [:]) { counts, record in
            if let tally = record.tally { counts[tally, default: 0] += 1 }
        }
    }

    /// When the first of the clocks that are set falls due.
    var firstClock: Instant? { clocks.values.compactMap { $0?.due }.min() }

    var isEmpty: Bool { outgoing.isEmpty && rows.isEmpty && clocks.isEmpty && parkedMessages.isEmpty }

    mutating func add(_ effects: [Effect<Row>]) {
        for effect in effects {
            switch effect {
            case .publish(let record): outgoing.append(record)
            case .arm(let deadline): clocks[deadline.key] = .some(deadline)
            case .disarm(let key): clocks[key] = .some(nil)
            case .record(let row): rows.append(row)
            case .measure(let measurement): measurements.append(measurement)
            }
        }
    }

    mutating func add(_ record: OutgoingRecord) { outgoing.append(record) }

    mutating func keep(_ message: ParkedMessage) { parkedMessages.append(message) }

    mutating func park(_ household: HouseholdID, behind record: KafkaMessage, because failure: MessageFailure) {
        parkedHouseholds.append(ParkedHousehold(household: household, record: record, failure: failure))
    }

    /// Sets a clock again that was taken and could not be fired, as it was; not where something has been said of it since.
    mutating func putBack(_ deadline: Deadline) {
        if clocks.index(forKey: deadline.key) == nil { clocks[deadline.key] = .some(deadline) }
    }

    /// At most one statement for each kind of effect, but for what is said and the service's own rows.
    func writes() -> [Query] {
        var queries: [Query] = []
        var armed: [(key: String, deadline: Deadline)] = []
        var cleared: [String] = []
        for (key, deadline) in clocks {
            if let deadline { armed.append((key.text, deadline)) } else { cleared.append(key.text) }
        }
        // In one order everywhere, so that two transactions never wait for each other crosswise.
        armed.sort { $0.key < $1.key }
        cleared.sort()
        if !armed.isEmpty {
            queries.append(
                Query(
                    SQL.armDeadlines,
                    [
                        .textArray(armed.map(\.key)), .uuidArray(armed.map(\.deadline.household.uuid)),
                        .timestampArray(armed.map(\.deadline.due.microsecondsSinceEpoch)),
                        .bytesArray(armed.map(\.deadline.explanation)),
                    ]))
        }
        if !cleared.isEmpty { queries.append(Query(SQL.disarmDeadlines, [.textArray(cleared)])) }
        if !parkedHouseholds.isEmpty { queries.append(ParkedHousehold.insert(parkedHouseholds)) }
        if !parkedMessages.isEmpty { queries.append(ParkedMessage.insert(parkedMessages)) }
        return queries
    }
}

extension OutgoingRecord {
    /// One outbox row for them all, under a name of its own.
    static func insert(_ records: [OutgoingRecord], named name: PostgresUUID = .random()) -> Query {
        Query(
            SQL.insertOutbox,
            [
                .uuid(name), .textArray(records.map(\.topic)), .optionalTextArray(records.map(\.key)),
                .optionalBytesArray(records.map(\.value)), .optionalBytesArray(records.map(\.headers)),
                .optionalTextArray(records.map(\.reference)),
            ])
    }
}
