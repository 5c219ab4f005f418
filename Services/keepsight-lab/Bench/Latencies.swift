import Contracts
import JSON

/// Durations in milliseconds, as percentiles.
struct Latencies: Sendable {
    private let sorted: [Double]

    init(_ milliseconds: [Double]) { sorted = milliseconds.sorted() }

    var p50: Double { percentile(0.50) }
    var p95: Double { percentile(0.95) }
    var p99: Double { percentile(0.99) }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for (key, value) in [("p50", p50), ("p95", p95), ("p99", p99)] {
            writer.key(key)
            writer.double((value * 100).rounded() / 100)
        }
        writer.endObject()
    }

    private func percentile(_ share: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(sorted.count - 1, Int((Double(sorted.count) * share).rounded(.up)) - 1)]
    }
}
