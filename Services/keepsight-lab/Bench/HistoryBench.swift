import CommandRuntime
import Contracts

/// One household with many events behind it, against one with few.
struct HistoryFigures: Sendable {
    let pastEvents: Int
    let fewPastEvents: Int
    /// From publish to the last notice, one decision after the other.
    let many: Latencies
    let few: Latencies
    /// Of the three services and the database, for each of those decisions.
    let manyProcessorMicroseconds: Double
    let fewProcessorMicroseconds: Double
}

extension Bench {
    private static let fewPastEvents = 10
    /// Decisions that are timed about each of the two, in turns of this many.
    private static let timed = 300
    private static let turn = 50

    func measureHistory(_ events: Int) async throws -> HistoryFigures {
        let (old, young) = (number(of: .old), number(of: .young))
        Output.note("publishing \(events) decisions about one household")
        try await introduce(old..<young + 1)
        try await publishAndHear(Bench.fewPastEvents, household: young)
        try await publishAndHear(events, household: old)
        Output.note("publishing \(Bench.timed) decisions one after the other about it, and about one with few")
        // In turns, so that whatever else the machine does falls on both alike.
        var (many, few): (Timed, Timed) = (Timed(), Timed())
        for _ in 0..<Bench.timed / Bench.turn {
            try await time(old, &many)
            try await time(young, &few)
        }
        return HistoryFigures(
            pastEvents: events, fewPastEvents: Bench.fewPastEvents, many: Latencies(many.milliseconds),
            few: Latencies(few.milliseconds),
            manyProcessorMicroseconds: many.processorSeconds * 1_000_000 / Double(Bench.timed),
            fewProcessorMicroseconds: few.processorSeconds * 1_000_000 / Double(Bench.timed))
    }

    private struct Timed {
        var milliseconds: [Double] = []
        var processorSeconds = 0.0
    }

    private func time(_ household: Int, _ timed: inout Timed) async throws {
        let before = processorTime()
        timed.milliseconds += try await sequentialMilliseconds(Bench.turn, household: household)
        let used = processorTime().since(before).seconds
        timed.processorSeconds += used.filter { $0.key != "keepsight-lab bench" && $0.key != "kafka-server" }.values
            .reduce(0, +)
    }
}
