import Synchronization

/// A number that only grows.
public final class Counter: Sendable {
    private let value = Atomic<Int>(0)

    init() {}

    /// Adds to it.
    public func increment(by amount: Int = 1) {
        guard amount > 0 else { return }
        value.add(amount, ordering: .relaxed)
    }

    /// What it has grown to.
    public var total: Int { value.load(ordering: .relaxed) }
}

/// A number that goes up and down.
public final class Gauge: Sendable {
    private let bits = Atomic<UInt64>(0)

    init() {}

    /// What it is from now on.
    public func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    /// Nobody knows what it is, from now on: it has no sample then, since 0 would look as if all were well.
    public func setUnknown() { set(.nan) }

    /// What it is; not a number where nobody knows.
    public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}

/// How often values fell below each of a few bounds.
public final class Histogram: Sendable {
    let bounds: [Double]
    private let state: Mutex<(counts: [Int], sum: Double)>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(([Int](repeating: 0, count: bounds.count + 1), 0))
    }

    /// Counts one value.
    public func observe(_ value: Double) {
        let place = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[place] += 1
            state.sum += value
        }
    }

    var snapshot: (counts: [Int], sum: Double) { state.withLock { $0 } }
}

/// The metrics of a process, in the text format that Prometheus reads. Names and labels are ours and few; nothing that
/// people wrote becomes one.
public final class Metrics: Sendable {
    /// The most label values of one family; more would be a fault of ours, and is counted with the last.
    public static let maximumLabelValues = 100

    private enum Instrument: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)

        var type: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    private struct Family: Sendable {
        let help: String
        var members: [(labels: String, instrument: Instrument)] = []
    }

    private let families = Mutex<[String: Family]>([:])

    /// No metrics yet.
    public init() {}

    /// The counter `keepsight_<name>_total` with these labels; the same ones give the same counter.
    public func counter(_ name: String, labels: [(name: String, value: String)] = [], help: String) -> Counter {
        instrument("keepsight_\(name)_total", labels, help) {
            .counter(Counter())
        } found: { instrument in
            if case .counter(let counter) = instrument { counter } else { nil }
        } ?? Counter()
    }

    /// The gauge `keepsight_<name>` with these labels; the same ones give the same gauge.
    public func gauge(_ name: String, labels: [(name: String, value: String)] = [], help: String) -> Gauge {
        instrument("keepsight_\(name)", labels, help) {
            .gauge(Gauge())
        } found: { instrument in
            if case .gauge(let gauge) = instrument { gauge } else { nil }
        } ?? Gauge()
    }

    /// The histogram `keepsight_<name>` with these upper bounds.
    public func histogram(_ name: String, bounds: [Double], help: String) -> Histogram {
        instrument("keepsight_\(name)", [], help) {
            .histogram(Histogram(bounds: bounds))
        } found: { instrument in
            if case .histogram(let histogram) = instrument { histogram } else { nil }
        } ?? Histogram(bounds: bounds)
    }

    private func instrument<Found: Sendable>(
        _ name: String, _ labels: [(name: String, value: String)], _ help: String, make: () -> Instrument,
        found: (Instrument) -> Found?
    ) -> Found? {
        let text = labels.map { "\($0.name)=\"\(Metrics.escaped($0.value))\"" }.joined(separator: ",")
        return families.withLock { families in
            var family = families[name] ?? Family(help: help)
            if let known = family.members.first(where: { $0.labels == text }) { return found(known.instrument) }
            guard family.members.count < Metrics.maximumLabelValues else {
                return family.members.last.flatMap { found($0.instrument) }
            }
            let new = make()
            family.members.append((text, new))
            families[name] = family
            return found(new)
        }
    }

    /// As the text format asks for it.
    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    /// Every metric, each family with its help and type once.
    public var exposition: String {
        let all = families.withLock { $0 }
        return all.sorted { $0.key < $1.key }.map { name, family in
            let type = family.members.first?.instrument.type ?? "untyped"
            let lines = family.members.sorted { $0.labels < $1.labels }.map { member in
                text(name, member.labels, member.instrument)
            }
            guard lines.contains(where: { !$0.isEmpty }) else { return "" }
            return "# HELP \(name) \(family.help)\n# TYPE \(name) \(type)\n" + lines.joined()
        }.joined()
    }

    private func text(_ name: String, _ labels: String, _ instrument: Instrument) -> String {
        let braces = labels.isEmpty ? "" : "{\(labels)}"
        switch instrument {
        case .counter(let counter): return "\(name)\(braces) \(counter.total)\n"
        case .gauge(let gauge):
            let value = gauge.value
            return value.isNaN ? "" : "\(name)\(braces) \(value)\n"
        case .histogram(let histogram):
            let (counts, sum) = histogram.snapshot
            var total = 0
            var lines = ""
            for (bound, count) in zip(histogram.bounds, counts) {
                total += count
                lines += "\(name)_bucket{le=\"\(bound)\"} \(total)\n"
            }
            total += counts.last ?? 0
            return lines + "\(name)_bucket{le=\"+Inf\"} \(total)\n\(name)_sum \(sum)\n\(name)_count \(total)\n"
        }
    }
}
