import KafkaClient
import ServiceRuntime
import Synchronization
import Testing

@testable import Messaging

/// A reading loop that does not get on shows, although it says nothing itself.
struct ReadingWatchTests {
    private let health = HealthState()
    private let lines = Lines()

    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private func watch() -> ReadingWatch {
        let log = Log(service: "test", format: .text, level: .info) { [lines] line in
            lines.all.withLock { $0.append(line) }
        }
        return ReadingWatch(health, log, EngineMetrics(Metrics()))
    }

    private var said: Int { lines.all.withLock { $0.count } }

    @Test("E6: a batch that is worked on for longer than the database may hold it makes the service unready, said once")
    func longTurn() {
        let watch = watch()
        var outage = Outage()
        let start = ContinuousClock.now
        watch.turn(at: [:], now: start)
        watch.look(&outage, isDatabaseWell: true, now: start.advanced(by: .seconds(19)))
        #expect(health.status(of: .reading) == .ok)
        for seconds in [20, 21, 60] {
            watch.look(&outage, isDatabaseWell: true, now: start.advanced(by: .seconds(seconds)))
            guard case .degraded(let reason) = health.status(of: .reading) else {
                Issue.record("It is said after \(seconds) s.")
                continue
            }
            #expect(reason.contains("worked on for \(seconds) s"))
        }
        #expect(said == 1)
        watch.turn(at: [:], now: start.advanced(by: .seconds(61)))
        watch.look(&outage, isDatabaseWell: true, now: start.advanced(by: .seconds(62)))
        #expect(health.status(of: .reading) == .ok)
        #expect(said == 2)
    }

    @Test("What waits has no sample while no broker answers, and none of a topic that is not read here any more")
    func unknownLag() {
        let metrics = Metrics()
        let watch = ReadingWatch(
            health, Log(service: "test", format: .text, level: .error) { _ in }, EngineMetrics(metrics))
        let (facts, other) = (
            TopicPartition(topic: "facts", partition: 0), TopicPartition(topic: "other", partition: 1)
        )
        var shown: Set<String> = []
        func samples(_ isSilent: Bool, _ ends: [TopicPartition: Int64]) -> [String] {
            let state = ReadingState(
                silentSince: isSilent ? .now : nil, isMember: true, memberSince: .now, partitions: 2)
            watch.show(state, ends, next: [facts: 5, other: 7], &shown)
            return metrics.exposition.split(separator: "\n").filter { $0.hasPrefix("keepsight_lag_messages{") }
                .map(String.init)
        }
        let both = [#"keepsight_lag_messages{topic="facts"} 4.0"#, #"keepsight_lag_messages{topic="other"} 0.0"#]
        #expect(samples(false, [facts: 9, other: 7]) == both)
        // The ends that a broker has said last are still known, and say nothing of now.
        #expect(samples(true, [facts: 9, other: 7]) == [])
        #expect(samples(false, [facts: 9, other: 7]) == both)
        #expect(samples(false, [facts: 5]) == [#"keepsight_lag_messages{topic="facts"} 0.0"#])
        watch.show(nil, [:], next: [:], &shown)
        #expect(!metrics.exposition.contains("keepsight_lag_messages"), "nor help for nothing")
    }

    @Test("What waits for the database is said there alone, and a service that reads nothing stands nowhere")
    func elsewhere() {
        let watch = watch()
        var outage = Outage()
        let start = ContinuousClock.now
        watch.turn(at: [:], now: start)
        watch.look(&outage, isDatabaseWell: false, now: start.advanced(by: .seconds(60)))
        #expect(health.status(of: .reading) == .ok)
        watch.reads(from: nil)
        watch.look(&outage, isDatabaseWell: true, now: start.advanced(by: .seconds(60)))
        #expect(health.status(of: .reading) == .ok)
        #expect(said == 0)
    }
}
