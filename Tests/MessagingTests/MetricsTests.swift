import Foundation
import ServiceRuntime
import TestSupport
import Testing

@testable import Messaging

/// The metrics page, as Prometheus itself checks it.
struct MetricsTests {
    private func page() -> String {
        let metrics = Metrics()
        let engine = EngineMetrics(metrics)
        engine.handled.increment(by: 3)
        engine.batchMessages.observe(3)
        engine.batchSeconds.observe(0.004)
        engine.batchSeconds.observe(7)
        engine.show(EngineGauges(outboxAge: 1.5))
        engine.deadLetters("undecodable").increment()
        engine.published("notice change-confirmed").increment(by: 2)
        engine.lag(of: "safeguarding.facts").set(12)
        return metrics.exposition
    }

    @Test(
        "promtool check metrics finds nothing to say",
        .enabled(if: TestEnvironment.hasPromtool, "needs promtool: run deploy/test without arguments"))
    func promtoolAgrees() async throws {
        let path = try #require(TestEnvironment.promtool, "deploy/test without arguments takes it")
        let file = NSTemporaryDirectory() + "keepsight-metrics-" + UUID().uuidString
        try page().write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let checker = try ServiceChild(
            executable: "/bin/sh", arguments: ["-c", "exec \"$0\" check metrics <\"$1\"", path, file], environment: [:])
        #expect(await checker.ended(withinSeconds: 60))
        let said = checker.log
        #expect(checker.ending.code == 0, "\(said)")
        #expect(said.isEmpty, "\(said)")
    }

    @Test("A histogram's buckets add up, each family is described once")
    func histogram() {
        let lines = page().split(separator: "\n").map(String.init)
        #expect(lines.contains(#"keepsight_batch_seconds_bucket{le="0.005"} 1"#))
        #expect(lines.contains(#"keepsight_batch_seconds_bucket{le="5.0"} 1"#))
        #expect(lines.contains(#"keepsight_batch_seconds_bucket{le="+Inf"} 2"#))
        #expect(lines.contains("keepsight_batch_seconds_count 2"))
        #expect(lines.count { $0.hasPrefix("# TYPE keepsight_messages_total ") } == 1)
    }

    @Test("Labels are bounded: what would be too many is counted with the last")
    func bounded() {
        let metrics = Metrics()
        let engine = EngineMetrics(metrics)
        for number in 0..<1000 { engine.published("kind \(number)").increment() }
        let lines = metrics.exposition.split(separator: "\n").filter {
            $0.hasPrefix("keepsight_events_published_total{")
        }
        #expect(lines.count == Metrics.maximumLabelValues)
    }
}
