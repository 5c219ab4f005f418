import Synchronization

/// A number that only grows, under a name and at most one label with few values.
public final class Counter: Sendable {
    let name: String
    let labels: String
    let help: String
    private let value = Atomic<Int>(0)

    init(name: String, labels: String, help: String) {
        self.name = name
        self.labels = labels
        self.help = help
    }

    /// Adds to it.
    public func increment(by amount: Int = 1) {
        guard amount > 0 else { return }
        value.add(amount, ordering: .relaxed)
    }

    /// What it has grown to.
    public var total: Int { value.load(ordering: .relaxed) }
}

/// The counters of a process, in the text format that Prometheus reads.
public final class Metrics: Sendable {
    private let counters = Mutex<[Counter]>([])

    /// No counters yet.
    public init() {}

    /// A new counter: `keepsight_<name>_total`.
    public func counter(_ name: String, labels: [(name: String, value: String)] = [], help: String) -> Counter {
        let text = labels.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ",")
        let counter = Counter(
            name: "keepsight_\(name)_total", labels: text.isEmpty ? "" : "{\(text)}", help: help)
        counters.withLock { $0.append(counter) }
        return counter
    }

    /// Every counter, each name with its help once.
    public var exposition: String {
        var described: Set<String> = []
        return counters.withLock { $0 }.sorted { $0.name < $1.name }.map { counter in
            let isFirst = described.insert(counter.name).inserted
            let head = isFirst ? "# HELP \(counter.name) \(counter.help)\n# TYPE \(counter.name) counter\n" : ""
            return head + "\(counter.name)\(counter.labels) \(counter.total)\n"
        }.joined()
    }
}
