import Contracts
import Foundation
import Safeguarding
import TestSupport
import Testing

/// What the README tells integrators to write, run as it stands there.
@Suite(
    .enabled(
        if: TestEnvironment.isComplete && TestEnvironment.hasConfluentKafka,
        "needs PostgreSQL, Kafka and confluent-kafka"))
struct SampleTests {
    /// The README's Python, with the topics of this partnership and a group of its own.
    private func sample(_ partnership: Partnership, group: String) throws -> String {
        let text = try String(contentsOfFile: TestEnvironment.project + "/README.md", encoding: .utf8)
        let parts = text.components(separatedBy: "```python\n")
        let code = try #require(parts.count == 2 ? parts[1].components(separatedBy: "```").first : nil)
        return code.replacingOccurrences(
            of: #"f"agency.{AGENCY}."#, with: #"f"\#(partnership.topics.prefix)agency.{AGENCY}."#
        )
        .replacingOccurrences(of: #""group.id": f"agency.{AGENCY}""#, with: #""group.id": "\#(group)""#)
    }

    private func run(_ partnership: Partnership, group: String, in folder: String) async throws -> String {
        try sample(partnership, group: group).write(
            toFile: folder + "/sample.py", atomically: true, encoding: .utf8)
        let child = try ServiceChild(
            executable: "/bin/bash",
            arguments: ["-c", "yes 'Tess Example' 2>/dev/null | exec /usr/bin/python3 sample.py"],
            environment: partnership.environment, workingDirectory: folder)
        #expect(await child.ended(withinSeconds: 60 * TestEnvironment.patience))
        #expect(child.ending.code == 0, "\(child.log)")
        return child.log
    }

    @Test("trial B11: the README's Python sample, started again before its offsets were kept, is answered as before")
    func acknowledgedTwice() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 1)
            try await partnership.accept("decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
            _ = try await partnership.hear(atLeast: 1) {
                $0.agency == "health-visiting" && $0.notice?.kind == .thresholdChanged
            }
            let folder = NSTemporaryDirectory() + "keepsight-sample-" + UUID().uuidString
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let group = "agency.health-visiting." + partnership.topics.prefix
            let first = try await run(partnership, group: group + "1", in: folder)
            #expect(first.contains("notice.issued"), "\(first)")
            // Whoever was killed before the offsets were kept begins where it began, as another group does.
            let second = try await run(partnership, group: group + "2", in: folder)
            try await partnership.settle()
            let receipts = await partnership.receiptLines().filter { $0.contains("ack-") }
            #expect(receipts.count >= 2, "\(receipts)")
            #expect(receipts.allSatisfy { $0.contains("accepted") }, "\(receipts)")
            #expect(!second.contains("refused"), "\(second)")
        }
    }
}
