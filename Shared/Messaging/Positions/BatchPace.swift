/// How many messages a batch may have so that it is done in a fifth of a second: whoever comes next waits for the batch that is
/// under way, and then for its own. Pure.
struct BatchPace {
    /// What a batch should take at the most.
    static let longest = Duration.milliseconds(200)
    /// So many it may have in any case.
    static let least = 10
    /// So many the first one has: nobody knows yet how long a message takes.
    static let first = 100

    private let most: Int
    /// Messages that the next batch may have.
    private(set) var limit: Int

    init(most: Int) {
        self.most = most
        limit = min(most, BatchPace.first)
    }

    /// A batch of so many messages took so long.
    mutating func note(messages: Int, took duration: Duration) {
        guard messages > 0 else { return }
        let fitting = Int(Double(messages) * (BatchPace.longest / max(duration, .microseconds(1))))
        if duration > BatchPace.longest {
            limit = max(min(BatchPace.least, most), min(limit, fitting))
        } else if messages >= limit {
            // Only a full one says something about more.
            limit = min(most, max(limit, min(2 * limit, fitting)))
        }
    }
}
