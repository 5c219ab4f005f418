import CommandRuntime
import Foundation
import Policy
import ServiceRuntime
import TestSupport
import Testing

@testable import KeepsightCommand

/// `keepsight policy check`: whether services would start with a policy.
struct PolicyCommandTests {
    private static let sample = TestEnvironment.project + "/deploy/policy"

    @Test("The sample's policy is right, and the sentence says what it has")
    func right() async throws {
        let status = await KeepsightCommand.program.run(["policy", "check", Self.sample], environment: [:])
        #expect(status == .ok)
        let sentence = PolicyCommand.sentence(try Policy.load(directory: Self.sample))
        for part in [
            "policy 2026.1", "9 agencies", "england-and-wales: bank holidays are listed from 2019 to 2027",
        ] { #expect(sentence.contains(part), "\(sentence)") }
    }

    @Test("A wrong policy ends with the status of a wrong setting, with and without JSON", arguments: [[], ["--json"]])
    func wrong(_ option: [String]) async throws {
        let policy = NSTemporaryDirectory() + "keepsight-policy-" + UUID().uuidString
        try FileManager.default.copyItem(atPath: Self.sample, toPath: policy)
        defer { try? FileManager.default.removeItem(atPath: policy) }
        try "{}".write(toFile: policy + "/bank-holidays.json", atomically: true, encoding: .utf8)
        let status = await KeepsightCommand.program.run(
            ["policy", "check"] + option, environment: ["KEEPSIGHT_POLICY_DIR": policy])
        #expect(status == .configuration)
    }
}
