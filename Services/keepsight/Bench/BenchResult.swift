import Contracts

/// What is to be measured.
struct BenchPlan: Sendable {
    let events: Int
    let households: Int
    let rate: Int
    let seconds: Int
}

/// What was measured.
struct BenchResult: Sendable {
    let plan: BenchPlan
    var eventsPerSecond = 0.0
    /// Publish to the last agency's notice, at the fixed rate.
    var p50 = 0.0
    var p95 = 0.0
    var p99 = 0.0
    /// Of all services together, for one decision on its whole way.
    var statementsPerEvent = 0.0
    var roundTripsPerEvent = 0.0
    var walBytesPerEvent = 0.0
    var peakResidentMegabytes: [(service: String, megabytes: Int)] = []
    /// What it ran on.
    var machine = ""

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        number("eventsPerSecond", eventsPerSecond.rounded(), &writer)
        writer.object("publishToNoticeMilliseconds") { writer in
            number("p50", p50, &writer)
            number("p95", p95, &writer)
            number("p99", p99, &writer)
        }
        number("statementsPerEvent", statementsPerEvent, &writer)
        number("roundTripsPerEvent", roundTripsPerEvent, &writer)
        number("walBytesPerEvent", walBytesPerEvent.rounded(), &writer)
        writer.object("peakResidentMegabytes") { writer in
            for entry in peakResidentMegabytes {
                writer.key(entry.service)
                writer.int(entry.megabytes)
            }
        }
        writer.object("ranOn") { writer in
            writer.field("machine", machine)
            writer.field("events", plan.events)
            writer.field("households", plan.households)
            writer.field("ratePerSecond", plan.rate)
            writer.field("seconds", plan.seconds)
        }
        writer.endObject()
    }

    var text: String {
        var table = Table(["what", "measured"])
        table.add(["decisions a second, full path", short(eventsPerSecond.rounded())])
        table.add(["publish to last notice at \(plan.rate)/s, p50", short(p50) + " ms"])
        table.add(["  p95", short(p95) + " ms"])
        table.add(["  p99", short(p99) + " ms"])
        table.add(["statements an event, all services", short(statementsPerEvent)])
        table.add(["round trips an event, all services", short(roundTripsPerEvent)])
        table.add(["WAL bytes an event", short(walBytesPerEvent.rounded())])
        for entry in peakResidentMegabytes { table.add(["peak memory of \(entry.service)", "\(entry.megabytes) MB"]) }
        table.add(["ran on", machine])
        return table.text
    }

    private func number(_ key: StaticString, _ value: Double, _ writer: inout JSONWriter) {
        writer.key(key)
        writer.double((value * 10_000).rounded() / 10_000)
    }

    private func short(_ value: Double) -> String {
        value == value.rounded() ? String(Int(value)) : String((value * 10_000).rounded() / 10_000)
    }
}
