import Contracts
import Foundation
import Safeguarding
import TestSupport
import Testing

/// An agency that is missing from a valid policy while its events are unread: a mistake of a merge, or one that has left.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"))
struct LeftAgencyTests {
    private static let agency = "gp-riverside"

    /// The sample policy without the agency, for as long as the body takes.
    private func withPolicy(_ body: (_ folder: String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "keepsight-policy-\(UUID().uuidString)"
        try FileManager.default.copyItem(atPath: TestEnvironment.project + "/deploy/policy", toPath: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = folder + "/agencies.yaml"
        var entries = try String(contentsOfFile: file, encoding: .utf8).components(separatedBy: "  - code: ")
        let before = entries.count
        entries.removeAll { $0.hasPrefix(Self.agency + "\n") }
        try #require(entries.count == before - 1)
        try entries.joined(separator: "  - code: ").write(toFile: file, atomically: true, encoding: .utf8)
        try await body(folder)
    }

    @Test(
        "Events of an agency that policy names no longer are said wherever somebody looks, until it is put back or they are left out",
        .timeLimit(TestEnvironment.minutes(10)))
    func left() async throws {
        try await withPartnership(withoutServices: true) { partnership in
            try await withPolicy { folder in
                let without = ["KEEPSIGHT_POLICY_DIR": folder]
                let intake = "referral-intake"
                let topic = partnership.topics.events(of: try #require(AgencyCode(Self.agency))).name
                try await partnership.start(intake)
                let first = try await partnership.publish(
                    "referral.made", as: Self.agency, data: SampleEvents.referral(children: 1))
                _ = try #require(try await partnership.receipt(of: first))
                try await partnership.stop(intake)
                // Kafka has acknowledged it, and nobody reads it.
                let second = try await partnership.publish("concern.raised", as: Self.agency, data: "{}")
                try await partnership.start(intake, without)
                try await partnership.awaitMetric("lag_messages{topic=\"\(topic)\"}", of: intake) { $0 == 1 }
                try await partnership.awaitReady(intake)
                let page = try await partnership.page("/readyz", of: intake)
                for part in ["unread-topics", topic, "1 message waits there", "\"ready\":true"] {
                    #expect(page.contains(part), "\(page)")
                }
                let listed = try await partnership.keepsight(["positions", "list", intake], without)
                #expect(listed.status == 1 && listed.text.contains("policy does not name its agency"), "\(listed.text)")
                let named = try await partnership.keepsight(["positions", "list", intake])
                #expect(named.status == 0 && !named.text.contains("policy does not name"), "\(named.text)")
                let counted = try await partnership.keepsight(["services", "--json"], without)
                let line = counted.text.split(separator: "\n").first { $0.contains("\"service\":\"\(intake)\"") }
                #expect(line?.contains("\"lagMessages\":1") == true, "\(counted.text)")

                // Left out for good, by somebody's name; what comes after that is said again.
                let repaired = try await partnership.keepsight(
                    [
                        "positions", "repair", intake, topic, "0", "--from", "end", "--by", "Sam Example, operator",
                        "--reason", "the surgery has closed",
                    ], without)
                #expect(repaired.status == 0 && repaired.text.contains("left out"), "\(repaired.text)")
                try await partnership.awaitMetric("lag_messages{topic=\"\(topic)\"}", of: intake) { $0 == 0 }
                let third = try await partnership.publish("concern.raised", as: Self.agency, data: "{}")
                // Its replica has the name that it had before, and gets other partitions all the same.
                try await partnership.awaitMetric("lag_messages{topic=\"\(topic)\"}", of: intake) { $0 == 1 }

                // Put back, it is read on from there.
                try await partnership.stop(intake)
                try await partnership.start(intake)
                _ = try #require(try await partnership.receipt(of: third))
                #expect(try await partnership.receipt(of: second, seconds: 0) == nil)
                try await partnership.stop(intake)
            }
        }
    }

    @Test("A shell whose policy is wrong is told so by 'keepsight services', and it does not end with 0")
    func wrongPolicy() async throws {
        try await withPartnership(withoutServices: true) { partnership in
            let (status, text) = try await partnership.keepsight(
                ["services", "--json"], ["KEEPSIGHT_POLICY_DIR": "/nowhere"])
            #expect(status == 1)
            let line = text.split(separator: "\n").first { $0.contains("\"service\":\"policy\"") }
            #expect(
                line?.contains("\"ready\":false") == true && line?.contains("KEEPSIGHT_POLICY_DIR") == true, "\(text)")
        }
    }
}
