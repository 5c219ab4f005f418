import Foundation
import ServiceRuntime
import TestSupport
import Testing

@testable import Messaging

/// The metrics page, as Prometheus itself checks it.
struct MetricsTests {
    private static let promtool = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private func page() -> String {
        let metrics = Metrics()
        let engine = EngineMetrics(metrics)
        engine.handled.increment(by: 3)
        engine.batchMessages.observe(3)
        engine.batchSeconds.observe(0.004)
        engine.batchSeconds.observe(7)
        engine.outboxAge.set(1.5)
        engine.deadLetters("undecodable").increment()
        engine.said("notice change-confirmed").increment(by: 2)
        engine.lag(of: "safeguarding.facts").set(12)
        return metrics.exposition
    }

    @Test("promtool check metrics finds nothing to say", .enabled(if: Surroundings.hasPromtool, "needs promtool"))
    func promtoolAgrees() throws {
        let path = try #require(MetricsTests.promtool, "install it: apt-get install prometheus")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["check", "metrics"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        input.fileHandleForWriting.write(Data(page().utf8))
        try input.fileHandleForWriting.close()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(said)")
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
        for number in 0..<1000 { engine.said("kind \(number)").increment() }
        let lines = metrics.exposition.split(separator: "\n").filter { $0.hasPrefix("keepsight_said_total{") }
        #expect(lines.count == Metrics.maximumLabelValues)
    }
}
