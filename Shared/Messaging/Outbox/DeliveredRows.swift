/// Outbox rows that the broker has, until they are deleted together.
struct DeliveredRows {
    private(set) var ids: [Int64] = []
    /// What the service calls them, for its record of the delivery.
    private(set) var references: [String] = []
    private var since = ContinuousClock.now

    var isEmpty: Bool { ids.isEmpty }

    /// Whether they are many, or have waited long enough.
    var isDue: Bool {
        !ids.isEmpty
            && (ids.count >= Relay.maximumPendingRows || since.duration(to: .now) >= Relay.longestPending)
    }

    /// How long until then, at least a millisecond.
    var millisecondsUntilDue: Int {
        max(1, Int((Relay.longestPending - since.duration(to: .now)) / .milliseconds(1)))
    }

    mutating func add(_ rows: [OutboxRow]) {
        if ids.isEmpty { since = .now }
        ids += rows.map(\.id)
        references += rows.compactMap(\.reference)
    }
}
